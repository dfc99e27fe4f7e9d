# shellcheck shell=bash disable=SC2034  # options are read by those who source it
# What setup, update and uninstall do alike on the administrator's machine. LIB is this folder.

CHECKOUT=$(dirname "$(dirname "$LIB")")

start() {
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
    local tool
    for tool in ssh flock sha256sum; do
        command -v $tool >/dev/null || fail "$E_UNSUITABLE" "$tool is not installed here; a Linux machine has it"
    done
    ssh_command
    # Two runs for one host would undo each other.
    exec 8>"${TMPDIR:-/tmp}/whisper-setup-$(id -u)-${HOST//[^A-Za-z0-9.-]/_}.lock"
    flock -n 8 || fail "$E_BUSY" "another run for $HOST is at work on this machine"
}

HOST='' SSH_USER=deployer IDENTITY='' YES='' CPU='' MODEL='' SKIP_MODEL='' BUNDLE_FILE='' BUNDLE=''

# Every option of a script, by its own function for one of them; what is left is HOST.
parse() { # FUNCTION ARGUMENT…
    local option=$1
    shift
    while [ $# -gt 0 ]; do
        TAKEN=1
        "$option" "$@"
        shift $TAKEN
    done
    [ -n "$HOST" ] || { usage >&2 && exit "$E_USAGE"; }
}

# Those of all three scripts.
common_option() { # ARGUMENT…
    case $1 in
    --help | -h) usage && exit 0 ;;
    --yes) YES=yes ;;
    --user) value "$@" && SSH_USER=$2 ;;
    --identity) value "$@" && IDENTITY=$2 ;;
    -*) fail "$E_USAGE" "unknown option $1; --help lists them" ;;
    *) [ -z "$HOST" ] || fail "$E_USAGE" "one HOST at a time" && HOST=$1 ;;
    esac
}

# Those of the two that install a release.
release_option() { # ARGUMENT…
    case $1 in
    --cpu) CPU=yes ;;
    --skip-model) SKIP_MODEL=yes ;;
    --bundle) value "$@" && BUNDLE_FILE=$2 && { [ -f "$2" ] || fail "$E_USAGE" "there is no $2"; } ;;
    *) common_option "$@" ;;
    esac
}

# An option that needs a value has one.
value() { # OPTION [VALUE]
    case ${2:-} in '' | --*) fail "$E_USAGE" "$1 needs a value" ;; esac
    TAKEN=2
}

# By version and commit, so that two different trees never share a folder.
release_name() {
    local version commit
    version=$(sed -n 's/^VERSION = "\(.*\)"/\1/p' "$CHECKOUT/whisperhub/settings.py")
    if commit=$(git -C "$CHECKOUT" rev-parse --short=12 HEAD 2>/dev/null); then echo "$version-$commit"; else echo "$version"; fi
}

# What is committed, without what only developers need; from an unpacked archive all that it has.
pack_release() { # FILE
    local left_out=(tests benchmarks .ci terraform)
    if git -C "$CHECKOUT" rev-parse HEAD >/dev/null 2>&1; then
        [ -z "$(git -C "$CHECKOUT" status --porcelain)" ] || say "note: changes that are not committed are left out"
        git -C "$CHECKOUT" archive --format=tar HEAD . "${left_out[@]/#/:(exclude)}" >"$1"
    else
        tar -cf "$1" -C "$CHECKOUT" "${left_out[@]/#/--exclude=./}" --exclude=./.venv --exclude=./var .
    fi
}

# Complete or not there: it is unpacked beside its place and then moved. The service's account must be able to read it,
# whatever this checkout's folders let others do.
copy_release() {
    if "${SSH[@]}" "$(as_root test -f "$RELEASE/manage.py")"; then return; fi
    say "copying release $(basename "$RELEASE")"
    pack_release "$WORK/release.tar"
    # shellcheck disable=SC2016  # for the shell over there
    "${SSH[@]}" "$(as_root bash -c 'set -e; rm -rf "$1.partial"; mkdir -p "$1.partial"; tar -xf - -C "$1.partial" --no-same-owner; chmod -R u=rwX,go=rX "$1.partial"; mv -T "$1.partial" "$1"' unpack "$RELEASE")" \
        <"$WORK/release.tar" || fail "$E_FAILED" "the release could not be copied"
}

copy_bundle() {
    [ -n "$BUNDLE_FILE" ] || return 0
    # By content: a newer bundle under the same name is another one.
    BUNDLE=$WHISPER_PREFIX/bundles/$(sha256sum <"$BUNDLE_FILE" | cut -c 1-16)
    if "${SSH[@]}" "$(as_root test -d "$BUNDLE/wheels")"; then return; fi
    say "copying bundle $(basename "$BUNDLE_FILE")"
    # shellcheck disable=SC2016  # for the shell over there
    "${SSH[@]}" "$(as_root bash -c 'set -e; rm -rf "$2"; mkdir -p "$1.partial"; tar -xf - -C "$1.partial" --no-same-owner; chmod -R u=rwX,go=rX "$1.partial"; mv -T "$1.partial" "$1"' unpack "$BUNDLE" "$WHISPER_PREFIX/bundles")" \
        <"$BUNDLE_FILE" || fail "$E_FAILED" "the bundle could not be copied"
}

declare -A FACT
read_facts() {
    local name value
    FACT=()
    piped facts -- host_facts >"$WORK/facts" || fail "$E_UNREACHABLE" "no root on $HOST: $SSH_USER needs sudo without a password"
    while IFS='=' read -r name value; do FACT[$name]=$value; done <"$WORK/facts"
    ROLE=${FACT[role]/none/hub}
}

# The packages that fit the card, and how many workers there will be.
choose_profile() {
    PROFILE=cpu GPUS=0
    if [ -n "$CPU" ] || [ "${FACT[cards]}" = 0 ]; then return; fi
    if [ "${FACT[driver_works]}" != yes ]; then
        PROFILE=unknown # until phase 1 is through
        return
    fi
    GPUS=${FACT[gpus]}
    local capability=${FACT[capability]}
    case $capability in
    5.0 | 5.2) PROFILE=legacy ;;
    [0-4].*) fail "$E_UNSUITABLE" "${FACT[gpu]} has compute capability $capability; no build of CTranslate2 has code below 5.0. Use --cpu" ;;
    *) PROFILE=modern ;;
    esac
    if [ $PROFILE = legacy ]; then
        case ${FACT[python]} in 3.11 | 3.12) ;; *) fail "$E_UNSUITABLE" "${FACT[gpu]} needs CTranslate2 3.24, which exists for Python 3.11 and 3.12; $HOST has ${FACT[python]}. Use Debian 12, or --cpu" ;; esac
    fi
}

step_settings() {
    STEP_SETTINGS=("PROFILE=$PROFILE" "GPUS=$GPUS" "MODEL=$MODEL" "REVISION=${REVISION:-}" "ROLE=$ROLE" "HOST_NAMES=$HOST,${FACT[names]}" "ADDRESS=http://$HOST:$WHISPER_HTTP_PORT" "OS=${FACT[os]}" "SKIP_MODEL=$SKIP_MODEL" "BUNDLE=$BUNDLE" "WHISPER_DEBIAN_MIRROR=${WHISPER_DEBIAN_MIRROR:-}")
    local place
    for place in "${PLACES[@]}"; do STEP_SETTINGS+=("$place=${!place}"); done
}

default_model() {
    MODEL=${MODEL:-${FACT[model]:-}}
    [ -z "$MODEL" ] || return 0
    if [ "$PROFILE" = cpu ]; then MODEL=Systran/faster-whisper-small; else MODEL=deepdml/faster-whisper-large-v3-turbo-ct2; fi
}

confirm() { # QUESTION
    [ -z "$YES" ] || return 0
    local answer=
    read -r -p "whisper: $1 [y/N] " answer || true
    case $answer in [yY]*) ;; *) fail "$E_DECLINED" "nothing more was done" ;; esac
}
