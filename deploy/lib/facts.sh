# shellcheck shell=bash
# What is true of a host, as lines NAME=VALUE. Reads only. Runs on the host, sent through SSH: nothing need be there yet.

host_facts() {
    system_facts
    card_facts
    driver_facts
    settings_facts
}

system_facts() {
    # shellcheck disable=SC1090  # the host's own
    (. "${WHISPER_OS_RELEASE:-/etc/os-release}" && printf 'os=%s-%s\ncodename=%s\n' "$ID" "${VERSION_ID:-none}" "${VERSION_CODENAME:-none}")
    echo "arch=$(uname -m)"
    echo "python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)"
    echo "free_mb=$(df -Pm / | awk 'NR == 2 { print $4 }')"
    echo "boot_id=$(cat "${WHISPER_PROC:-/proc}/sys/kernel/random/boot_id")"
    echo "names=$(hostname),$(hostname -f 2>/dev/null || hostname)"
    # An update that was cut off has left its note (update.sh).
    if [ -s "$WHISPER_DATA/maintenance" ]; then echo "update=interrupted"; else echo "update=none"; fi
    echo "current=$(basename "$(readlink "$WHISPER_PREFIX/current" || echo none)")"
}

# On the bus: vendor NVIDIA, class display. Before any driver, and without pciutils.
card_facts() {
    local device cards=0
    for device in "${WHISPER_SYS:-/sys}"/bus/pci/devices/*; do
        [ "$(cat "$device/vendor" 2>/dev/null)" = 0x10de ] || continue
        case $(cat "$device/class") in 0x03*) cards=$((cards + 1)) ;; esac
    done
    echo "cards=$cards"
}

driver_facts() {
    local answer
    if ! command -v nvidia-smi >/dev/null; then
        echo "driver_works=no"
    elif answer=$(timeout 60 nvidia-smi --query-gpu=compute_cap,driver_version,name --format=csv,noheader 2>&1); then
        echo "driver_works=yes"
        echo "gpus=$(grep -c . <<<"$answer")"
        # The oldest card decides: one set of packages serves all of them.
        sort -V <<<"$answer" | awk -F', ' 'NR == 1 { printf "capability=%s\ndriver=%s\ngpu=%s\n", $1, $2, $3 }'
    else
        echo "driver_works=no"
    fi
    echo "driver_installed=$(modinfo -F version nvidia 2>/dev/null || modinfo -F version nvidia-current 2>/dev/null || echo none)"
    echo "driver_license=$(modinfo -F license nvidia 2>/dev/null || modinfo -F license nvidia-current 2>/dev/null || echo none)"
    echo "secure_boot=$(secure_boot)"
}

secure_boot() {
    if command -v mokutil >/dev/null; then
        case $(mokutil --sb-state 2>/dev/null) in *enabled*) echo on && return ;; esac
        echo off
        return
    fi
    # Four bytes of attributes, then the value.
    local state
    state=$(od -An -tu1 -j4 -N1 "${WHISPER_SYS:-/sys}"/firmware/efi/efivars/SecureBoot-* 2>/dev/null | tr -d ' ')
    if [ "$state" = 1 ]; then echo on; else echo off; fi
}

# Of an installation that is there: what it is for (hub, worker, or none), and its model.
settings_facts() {
    local settings=$WHISPER_CONFIG/whisper.env
    if [ ! -f "$settings" ]; then
        echo "role=none"
        return
    fi
    echo "role=$(set_to WHISPER_ROLE hub)"
    echo "model=$(set_to WHISPER_MODEL)"
    echo "revision=$(set_to WHISPER_MODEL_REVISION)"
}
set_to() { # NAME [DEFAULT]
    local value
    value=$(sed -n "s/^$1=//p" "$settings" | tail -n 1)
    echo "${value:-${2:-}}"
}
