#!/usr/bin/env bash
# From a Debian 12 (or Ubuntu 24.04) machine that answers SSH to a service that transcribes.
# shellcheck disable=SC2034  # much of this is read by lib/
LIB=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib
# shellcheck disable=SC1090
for part in common ssh local worker; do . "$LIB/$part.sh"; done

usage() {
    cat <<'END'
Usage: deploy/whisper-setup.sh [options] HOST

Looks at what HOST is, says what is missing, and makes it so: NVIDIA's driver (phase 1, with a reboot), then packages,
database, release, model and service (phase 2). Run it again after any interruption: what is done is not done twice.

  --user NAME      account for SSH; needs sudo without a password   (deployer)
  --identity FILE  its private key
  --yes            ask nothing: install, and reboot if that is needed
  --dry-run        say what would be done, change nothing
  --check          say what differs from what it should be, change nothing; status 5 if anything does
  --phase 1|2      only the driver, or only the service
  --no-reboot      stop before a reboot (status 8)
  --cpu            leave the card alone and compute on the processor
  --worker FILE    a second GPU host: only workers, for the first host's database, queue and storage, which FILE names
                   (docs/second-host.md); said once, HOST stays one
  --model NAME     model id, folder on HOST, or demo (deepdml/faster-whisper-large-v3-turbo-ct2; small on a processor)
  --revision COMMIT  of the model on the hub (the newest; whichever it is, HOST keeps to it from then on)
  --skip-model     do not fetch the model, nor transcribe the test file
  --bundle FILE    wheels and model made by whisper-bundle.sh, for a HOST without internet

Status: 0 done · 1 something unforeseen · 2 wrong options · 3 no SSH or no root · 4 connection lost again and again
5 --check found differences · 6 HOST or its card cannot do it, or an update was cut off there · 7 the card's driver
8 reboot needed, not allowed · 9 installed, but it does not work · 10 answered no · 75 another run is at work

Places and ports by environment: WHISPER_PREFIX (/opt/whisper), WHISPER_DATA (/var/lib/whisper), WHISPER_CONFIG
(/etc/whisper), WHISPER_PORT (8000), WHISPER_HTTP_PORT (80), WHISPER_HTTPS_PORT (443), WHISPER_WEB_PORT (8001, loopback).
Where the driver comes from on Debian: WHISPER_DEBIAN_MIRROR (http://deb.debian.org/debian).
END
}

DRY_RUN='' CHECK='' PHASE='' NO_REBOOT='' REVISION='' WORKER_FILE=''
NEED_MB=12000

option() { # ARGUMENT…
    case $1 in
    --dry-run) DRY_RUN=yes ;;
    --check) CHECK=yes ;;
    --no-reboot) NO_REBOOT=yes ;;
    --phase) value "$@" && PHASE=$2 ;;
    --model) value "$@" && MODEL=$2 ;;
    --revision) value "$@" && REVISION=$2 ;;
    --worker) value "$@" && WORKER_FILE=$2 ;;
    *) release_option "$@" ;;
    esac
}

check_options() {
    case $PHASE in '' | 1 | 2) ;; *) fail "$E_USAGE" "--phase is 1 or 2" ;; esac
    # A name such as main would be another model tomorrow.
    [[ $REVISION =~ ^([0-9a-f]{40})?$ ]] || fail "$E_USAGE" "--revision is a commit: 40 digits of 0-9 and a-f, not $REVISION"
    [ -z "$WORKER_FILE" ] || check_worker_file "$WORKER_FILE"
}

# What stands in whisper.env is the administrator's: an option that says otherwise must not be passed over.
same_model_as_set() {
    local wanted="${MODEL:-${FACT[model]:-}} ${REVISION:-${FACT[revision]:-}}"
    [ "$wanted" = "${FACT[model]:-$MODEL} ${FACT[revision]:-$REVISION}" ] ||
        fail "$E_USAGE" "$HOST is set to ${FACT[model]} ${FACT[revision]:-}; change WHISPER_MODEL and WHISPER_MODEL_REVISION in $WHISPER_CONFIG/whisper.env there, and run this again"
}

look_at_host() {
    wait_for_ssh "${WHISPER_SSH_SECONDS:-300}"
    # Its first boot installs packages too; two at once fail.
    "${SSH[@]}" 'if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || true; fi'
    read_facts
    [ "${FACT[update]}" = none ] || fail "$E_UNSUITABLE" "an update of $HOST was cut off and its door is closed; whisper-update.sh from the checkout of that release goes on with it"
    choose_role
    same_model_as_set
    case ${FACT[os]} in debian-12 | ubuntu-24.04 | debian-13) ;; *) fail "$E_UNSUITABLE" "$HOST runs ${FACT[os]}; Debian 12 is what this is made for" ;; esac
    [ "${FACT[arch]}" = x86_64 ] || [ -n "$CPU" ] || [ "${FACT[cards]}" = 0 ] || fail "$E_UNSUITABLE" "a card on ${FACT[arch]} is not supported; --cpu is"
    [ "${FACT[free_mb]}" -ge $NEED_MB ] || [ "${FACT[current]}" != none ] ||
        fail "$E_UNSUITABLE" "$HOST has ${FACT[free_mb]} MB free, $NEED_MB MB are needed for packages and a model"
}

# What keeps the card from working: nothing, a driver that is missing, or a reboot. Refuses what cannot end well.
driver_needs() {
    if [ -n "$CPU" ] || [ "${FACT[cards]}" = 0 ]; then echo nothing && return; fi
    if [ "${FACT[driver_works]}" = yes ]; then echo nothing && return; fi
    [ "${FACT[secure_boot]}" = off ] ||
        fail "$E_DRIVER" "Secure Boot is on: the kernel rejects NVIDIA's module ('Key was rejected by service'). Switch it off in the machine's firmware; in Proxmox give the VM an EFI disk with pre-enrolled-keys=0"
    case ${FACT[driver_installed]} in
    none) echo driver ;;
    59?.* | [6-9]??.*) fail "$E_DRIVER" "driver ${FACT[driver_installed]} is installed and finds no card: 580 was the last branch for cards before Turing. Remove it (apt purge 'nvidia-*') and run this again" ;;
    *) case ${FACT[driver_license]} in
        *MIT*) fail "$E_DRIVER" "the open kernel modules are installed and find no card: they begin with Turing. Remove them (apt purge 'nvidia-*-open*') and run this again" ;;
        esac
        echo reboot ;;
    esac
}

make_plan() {
    local needs
    PLAN=()
    needs=$(driver_needs)
    case $needs in driver) PLAN+=("phase 1: NVIDIA driver, 580 or older" "reboot") ;; reboot) PLAN+=("reboot: the driver is installed and not loaded") ;; esac
    DRIVER_NEEDS=$needs
    choose_profile
    [ "$PHASE" = 1 ] || service_plan
    [ "$PHASE" != 2 ] || [ "$needs" = nothing ] || fail "$E_DRIVER" "phase 2 needs a working driver (or --cpu): run phase 1 first"
}

service_plan() {
    default_model
    step_settings
    piped render steps system release service -- "${STEP_SETTINGS[@]}" "RELEASE=$RELEASE" eval 'locks; check_steps' >"$WORK/steps" ||
        fail "$E_FAILED" "$HOST could not be looked at"
    local state step words
    while read -r state step words; do
        [ "$state" = ok ] || PLAN+=("$step: $words")
    done <"$WORK/steps"
}

show_plan() {
    say "$HOST: ${FACT[os]}, ${FACT[gpu]:-$([ "${FACT[cards]}" = 0 ] && echo 'no NVIDIA card' || echo "${FACT[cards]} NVIDIA card(s) without a working driver")}, profile ${PROFILE:-?}, $ROLE, release $(basename "$RELEASE")"
    if [ ${#PLAN[@]} = 0 ]; then say "everything is as it should be" && return; fi
    printf '  - %s\n' "${PLAN[@]}"
}

phase_1() {
    if [ "$DRIVER_NEEDS" = driver ]; then
        step_settings
        long_step driver
    fi
    [ "$DRIVER_NEEDS" = nothing ] || reboot_host
}

# Proven by the kernel's own name for this boot; a connection that breaks proves nothing.
reboot_host() {
    # shellcheck disable=SC2153  # another name
    [ -z "$NO_REBOOT" ] || fail "$E_REBOOT" "a reboot of $HOST is needed; run this again after it"
    confirm "reboot $HOST now?"
    local before=${FACT[boot_id]} deadline=$((SECONDS + ${WHISPER_BOOT_SECONDS:-600}))
    "${SSH[@]}" "$(as_root systemctl reboot)" || true
    say "rebooting $HOST"
    while read_boot_id; [ "$BOOT_ID" = "$before" ] || [ -z "$BOOT_ID" ]; do
        [ $SECONDS -lt $deadline ] || fail "$E_UNREACHABLE" "$HOST did not come back from its reboot"
        sleep "${WHISPER_POLL_SECONDS:-5}"
    done
    read_facts
    choose_role
    [ "$(driver_needs)" = nothing ] || fail "$E_DRIVER" "after the reboot nvidia-smi still finds no card. On HOST: nvidia-smi; dmesg | grep -iE 'nvrm|nouveau'; dkms status (docs/deploy.md lists the causes)"
}
read_boot_id() { BOOT_ID=$("${SSH[@]}" "cat ${WHISPER_PROC:-/proc}/sys/kernel/random/boot_id" 2>/dev/null) || BOOT_ID=; }

phase_2() {
    choose_profile
    default_model
    step_settings
    copy_bundle
    copy_worker_file
    step_settings
    long_step install
    long_step verify
    [ "$ROLE" = worker ] || long_step access
}

say_where() {
    if [ "$ROLE" = worker ]; then
        say "$HOST takes work from now on: /health of the first host counts its workers"
    else
        say "people: http://$HOST:$WHISPER_HTTP_PORT · programs: http://$HOST:$WHISPER_PORT"
    fi
}

main() {
    parse option "$@"
    check_options
    start
    RELEASE=$WHISPER_PREFIX/releases/$(release_name)
    look_at_host
    make_plan
    show_plan
    if [ -n "$CHECK" ]; then if [ ${#PLAN[@]} = 0 ]; then exit 0; else exit "$E_DRIFT"; fi; fi
    if [ -n "$DRY_RUN" ] || [ ${#PLAN[@]} = 0 ]; then exit 0; fi
    confirm "do this on $HOST?"
    copy_release
    [ "$PHASE" = 2 ] || phase_1
    [ "$PHASE" = 1 ] || phase_2
    [ "$PHASE" = 1 ] || say_where
}

main "$@"
