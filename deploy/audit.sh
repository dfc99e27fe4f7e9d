#!/usr/bin/env bash
# Ask the advisory databases of PyPI and npm about every package that WhisperHub is made of. Run by `make audit`.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

STATUS=0

# Both tools end with 1 for an advisory and for a database that did not answer: only what they print tells which.
not_clean() {
    echo "NOT CLEAN: what is listed above has an advisory. If nothing is, $1 could not be asked and nothing is known." >&2
    STATUS=1
}

echo "Python packages, as PyPI's advisory database knows them:"
.venv/bin/uv tool run -q pip-audit==2.10.1 --strict --require-hashes --disable-pip -r requirements-oidc.txt \
    || not_clean "PyPI's advisory database"

if ! command -v npm >/dev/null; then
    echo "SKIPPED the files of static/vendor: npm is not installed"
    exit "$STATUS"
fi
LOCK=$(mktemp -d)
trap 'rm -r "$LOCK"' EXIT
cp static/vendor/package.json "$LOCK"
echo "Packages whose files the browser loads, as npm's advisory database knows them:"
{ npm --prefix "$LOCK" install --package-lock-only --ignore-scripts --no-audit --no-fund --silent && npm --prefix "$LOCK" audit; } \
    || not_clean "npm's advisory database"
exit "$STATUS"
