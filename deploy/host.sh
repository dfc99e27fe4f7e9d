#!/usr/bin/env bash
# What the scripts of this folder do on the host, one step at a time, as root: `host.sh install`. Started by them, under
# systemd, so that a connection that breaks interrupts nothing. Every step may be repeated.
# shellcheck disable=SC2034  # read by the libraries
set -Eeuo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
for part in common render steps system release service driver update; do
    # shellcheck disable=SC1090
    . "$here/lib/$part.sh"
done
RELEASE=$(dirname "$here")
: "${PROFILE:=cpu}" "${GPUS:=0}" "${MODEL:=}" "${REVISION:=}" "${ROLE:=hub}" "${HOST_NAMES:=localhost}" "${ADDRESS:=}" "${OS:=}"
locks

# Two at once would undo each other.
exec 9>/run/lock/whisper-setup
flock -n 9 || fail "$E_BUSY" "another step is at work on this host"

install_all() { ensure "${STEPS[@]}"; }

# Nothing is called done before the service has shown that it works.
verify() { if is_worker_host; then verify_worker; else verify_hub; fi; }

verify_hub() {
    wait_until_healthy "${WHISPER_HEALTH_SECONDS:-900}" || fail "$E_UNHEALTHY" "the service does not report a working model; its log is above, and in: journalctl -u 'whisper-*'"
    card_computes || fail "$E_UNHEALTHY" "the worker does not compute on the card; see: journalctl -u whisper-worker@0"
    [ "$PROFILE" = cpu ] || say "GPU self-test passed"
    if [ -n "${SKIP_MODEL:-}" ]; then return; fi
    manage first_access --only-key --key "$WHISPER_DATA/first-api-key"
    hub_hears_words "$(cat "$WHISPER_DATA/first-api-key")" || fail "$E_UNHEALTHY" "the spoken test file was not understood"
    say "spoken test file transcribed"
}

verify_worker() {
    if [ -z "${SKIP_MODEL:-}" ]; then
        worker_hears_words || fail "$E_UNHEALTHY" "the spoken test file was not understood"
        say "spoken test file transcribed"
    fi
    reports_to_the_hub || fail "$E_UNHEALTHY" "this worker is of no use to the first host yet, see above; its log: journalctl -u whisper-worker@0"
}

access() { manage first_access --key "$WHISPER_DATA/first-api-key" --address "$ADDRESS"; }

case ${1:-} in
install) install_all ;;
check) check_steps ;;
driver) driver_make ;;
verify) verify ;;
access) access ;;
update) update ;;
uninstall) shift && uninstall "$@" ;;
*) fail "$E_USAGE" "unknown step '${1:-}'" ;;
esac
