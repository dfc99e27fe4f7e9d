#!/bin/sh
# Make .venv in the current folder with the locked packages of $1. Says in one line what is missing.
set -eu

requirements=$1
need_mb=2500

fail() {
    echo "whisperhub: $1" >&2
    exit 1
}

python=""
for candidate in "${WHISPERHUB_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or newer is needed and was not found. Install it, or name it: WHISPERHUB_PYTHON=/path/to/python3 make run"

if [ ! -x .venv/bin/pip ]; then
    free_mb=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$free_mb" -ge "$need_mb" ] || fail "only $free_mb MB are free on this disk, $need_mb MB are needed for the packages"
    echo "whisperhub: making .venv with $("$python" --version)"
    "$python" -m venv .venv || fail "could not make the virtual environment; on Debian and Ubuntu: apt install python3-venv"
fi

echo "whisperhub: installing the locked packages of $requirements (a minute the first time)"
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" ||
    fail "the packages could not be installed, see above; is a package index reachable?"
