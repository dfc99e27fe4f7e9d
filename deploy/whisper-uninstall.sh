#!/usr/bin/env bash
# Takes the service off a host. What people made stays, unless --purge.
# shellcheck disable=SC2034  # much of this is read by lib/
LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib
# shellcheck disable=SC1090
for part in common ssh local; do . "$LIB/$part.sh"; done

usage() {
    cat <<'END'
Usage: deploy/whisper-uninstall.sh [options] HOST

Stops the service and removes its units, its nginx site and its releases. Recordings, texts, settings and models stay,
and whisper-setup.sh finds them again. Debian's packages and the driver stay too.

  --purge          remove recordings, texts, settings and models as well; there is no way back
  --user NAME      account for SSH; needs sudo without a password   (deployer)
  --identity FILE  its private key
  --yes            ask nothing

Status: 0 done · 1 something unforeseen · 2 wrong options · 3 no SSH or no root · 6 nothing is installed there
10 answered no · 75 another run is at work
END
}

PURGE=''

option() { # ARGUMENT…
    case $1 in
    --purge) PURGE=--purge ;;
    *) common_option "$@" ;;
    esac
}

parse option "$@"
start
wait_for_ssh "${WHISPER_SSH_SECONDS:-300}"
read_facts
RELEASE=$WHISPER_PREFIX/releases/${FACT[current]}
if [ "${FACT[current]}" = none ]; then
    # What an earlier uninstallation left can still be purged; its scripts went with the service.
    if [ -z "$PURGE" ] || [ "${FACT[role]}" = none ]; then fail "$E_UNSUITABLE" "nothing is installed on $HOST"; fi
    RELEASE=$WHISPER_PREFIX/releases/$(release_name)
fi
CPU=yes PROFILE=cpu GPUS=${FACT[gpus]:-0}
step_settings
confirm "remove WhisperHub from $HOST${PURGE:+, WITH all recordings, texts and settings}?"
copy_release
# shellcheck disable=SC2086  # none or one word
long_step uninstall $PURGE
