#!/usr/bin/env bash
# From the release that runs on a host to the one in this checkout, and back if it does not work there.
# shellcheck disable=SC2034  # much of this is read by lib/
LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib
# shellcheck disable=SC1090
for part in common ssh local; do . "$LIB/$part.sh"; done

usage() {
    cat <<'END'
Usage: deploy/whisper-update.sh [options] HOST

Builds the release of this checkout beside the one that runs, keeps the database, migrates, switches, and waits until the
new release reports a working model and has transcribed a spoken test file. If it does not, the old release and the
database of before come back. Meanwhile nginx answers 503: nothing is accepted that a way back would lose.

  --user NAME      account for SSH; needs sudo without a password   (deployer)
  --identity FILE  its private key
  --yes            ask nothing
  --cpu            the host computes on its processor although it has a card
  --skip-model     do not fetch a model, nor transcribe the test file
  --bundle FILE    wheels made by whisper-bundle.sh, for a HOST without internet

Status: 0 done · 1 something unforeseen · 2 wrong options · 3 no SSH or no root · 4 connection lost again and again
6 nothing is installed there, or another host comes first · 9 the new release does not work; the old one runs
10 answered no · 75 another run is at work
END
}

parse release_option "$@"
start
RELEASE=$WHISPER_PREFIX/releases/$(release_name)
wait_for_ssh "${WHISPER_SSH_SECONDS:-300}"
read_facts
[ "${FACT[current]}" != none ] || fail "$E_UNSUITABLE" "nothing is installed on $HOST; whisper-setup.sh does that"
say "$HOST runs ${FACT[current]}; this is $(basename "$RELEASE")"
[ "${FACT[current]}" != "$(basename "$RELEASE")" ] || [ "${FACT[update]}" = interrupted ] || exit 0
choose_profile
[ "$PROFILE" != unknown ] || fail "$E_DRIVER" "the card's driver does not work; whisper-setup.sh looks after it"
default_model
confirm "update $HOST?"
copy_release
copy_bundle
step_settings
long_step update
