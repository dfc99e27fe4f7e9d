#!/usr/bin/env bash
# On a machine with internet: everything that a host without it needs from there, but Debian's own packages.
LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib
# shellcheck disable=SC1090
for part in common local; do . "$LIB/$part.sh"; done

usage() {
    cat <<'END'
Usage: deploy/whisper-bundle.sh [options] FILE.tar

Writes Python packages and a model into FILE.tar, for `whisper-setup.sh --bundle FILE.tar HOST`. Debian's packages and
NVIDIA's driver come from a mirror or medium of your own: the host's apt must find them.

  --profile cpu|modern|legacy  packages for the host's card (cpu): compute capability 6.0 and newer, or 5.0 to 5.2
  --python VERSION             Python of the host (3.11, as on Debian 12)
  --model ID                   model of the hub, or none (deepdml/faster-whisper-large-v3-turbo-ct2)
  --revision COMMIT            of the model (the newest)

Needs python3 with pip. Status: 0 done · 1 something unforeseen · 2 wrong options
END
}

PROFILE=cpu PYTHON=3.11 MODEL=deepdml/faster-whisper-large-v3-turbo-ct2 REVISION='' FILE=''

parse_options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --profile) value "$@" && PROFILE=$2 && shift ;;
        --python) value "$@" && PYTHON=$2 && shift ;;
        --model) value "$@" && MODEL=$2 && shift ;;
        --revision) value "$@" && REVISION=$2 && shift ;;
        -*) fail "$E_USAGE" "unknown option $1; --help lists them" ;;
        *) FILE=$1 ;;
        esac
        shift
    done
    [ -n "$FILE" ] || { usage >&2 && exit "$E_USAGE"; }
    case $PROFILE in cpu | modern | legacy) ;; *) fail "$E_USAGE" "--profile is cpu, modern or legacy" ;; esac
}

wheels() { # LOCK
    python3 "$LIB/lock_for.py" "$PYTHON" "$1" >"$WORK/lock.txt"
    # For the host's Python and Debian's libc, whatever runs here.
    "${PIP[@]}" download --quiet --no-deps --require-hashes --only-binary=:all: --dest "$WORK/bundle/wheels" \
        --python-version "$PYTHON" --implementation cp --abi "cp${PYTHON/./}" --abi abi3 --abi none \
        --platform manylinux_2_36_x86_64 --platform manylinux_2_34_x86_64 --platform manylinux_2_31_x86_64 \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_26_x86_64 --platform manylinux_2_24_x86_64 \
        --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --platform manylinux_2_12_x86_64 \
        --platform manylinux2010_x86_64 --platform manylinux_2_5_x86_64 --platform manylinux1_x86_64 \
        -r "$WORK/lock.txt"
}

# By the hub's own client, in the form in which the service keeps its models.
model() { # FOLDER
    python3 -m venv "$WORK/hub"
    "$WORK/hub/bin/pip" install --quiet --disable-pip-version-check "$(sed -n 's/^\(huggingface-hub==[^ ;]*\).*/\1/p' "$CHECKOUT/requirements.txt")"
    "$WORK/hub/bin/python" - "$MODEL" "$1" "$REVISION" <<'END'
import sys

from huggingface_hub import snapshot_download

name, folder, revision = sys.argv[1:]
patterns = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
snapshot_download(name, revision=revision or None, cache_dir=folder, allow_patterns=patterns)
END
}

parse_options "$@"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PIP=(python3 -m pip --disable-pip-version-check)
mkdir "$WORK/bundle"
say "packages, profile $PROFILE, Python $PYTHON"
wheels "$CHECKOUT/requirements.txt"
[ "$PROFILE" = cpu ] || wheels "$CHECKOUT/deploy/profiles/$PROFILE.txt"
if [ "$MODEL" != none ]; then
    say "model $MODEL"
    model "$WORK/bundle/models"
fi
tar -cf "$FILE.part" -C "$WORK/bundle" .
mv "$FILE.part" "$FILE"
say "$FILE: $(du -h "$FILE" | cut -f1)"
