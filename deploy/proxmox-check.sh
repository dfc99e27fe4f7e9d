#!/usr/bin/env bash
# Looks whether a Proxmox VE host can pass its NVIDIA card to a virtual machine, and says what to do about each finding.
# Runs on the host, as root; reads only, changes nothing.
set -Eeuo pipefail
export LC_ALL=C

ROOT=''
CARD=''
MAPPING=''
PROBLEMS=0
WARNINGS=0

usage() {
    cat <<'END'
Usage: proxmox-check.sh [--card 0000:03:00] [--mapping gpu-quadro-m4000] [--root DIR]

  --card     PCI address of the card without its function; needed where there are several from NVIDIA
  --mapping  the resource mapping that is meant to point to it; otherwise any that does will do
  --root     read /sys, /proc and /etc below DIR instead, as the tests do

Ends with 0 where the card can be passed through, 1 where something has to be done first, 2 where it could not look.
END
}

cannot_look() {
    echo "proxmox-check: $1" >&2
    exit 2
}

ok() { printf 'ok       %s\n' "$1"; }
later() { printf 'later    %s\n' "$1"; }
warning() {
    WARNINGS=$((WARNINGS + 1))
    printf 'warning  %s\n' "$1"
    advice "${@:2}"
}
problem() {
    PROBLEMS=$((PROBLEMS + 1))
    printf 'PROBLEM  %s\n' "$1"
    advice "${@:2}"
}
advice() { [ $# -eq 0 ] || printf '         %s\n' "$@"; }

read_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --card | --mapping | --root)
                [ $# -gt 1 ] || cannot_look "$1 needs a value"
                case $1 in
                    --card) CARD=${2,,} ;;
                    --mapping) MAPPING=$2 ;;
                    --root) ROOT=${2%/} ;;
                esac
                shift 2
                ;;
            -h | --help) usage && exit 0 ;;
            *) usage >&2 && cannot_look "what is $1?" ;;
        esac
    done
    if [ -n "$CARD" ] && ! [[ $CARD =~ ^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]$ ]]; then
        cannot_look "--card wants domain:bus:device without a function, such as 0000:03:00, not $CARD"
    fi
}

# pvesh's JSON as lines: what $2, a Perl expression, makes of each $_ of the list at the path $1.
from_api() {
    local answer
    answer=$(pvesh get "$1" --output-format json) || cannot_look "pvesh get $1 failed; run this as root on the Proxmox host"
    # The one JSON reader that every Proxmox host has.
    perl -MJSON::PP -e 'my $make = eval "sub { $ARGV[0] }" or die $@; local $/; print map { "$_\n" } map { $make->() } @{decode_json(<STDIN>)}' "$2" <<<"$answer"
}

check_version() {
    local version
    version=$(pveversion | sed -nE 's|^pve-manager/([0-9]+\.[0-9]+).*|\1|p')
    [ -n "$version" ] || cannot_look "pveversion says nothing of pve-manager"
    if [ "$(printf '%s\n' 8.4 "$version" | sort -V | head -n 1)" = 8.4 ]; then
        ok "Proxmox VE $version"
    else
        problem "Proxmox VE $version: importing the system image needs 8.4 or newer" \
            "Upgrade the host, or make the machine by hand and use only deploy/whisper-setup.sh."
    fi
}

# GRUB says which image it booted; systemd-boot is told its initrd by proxmox-boot-tool.
where_the_command_line_is() {
    case $(cat "$ROOT/proc/cmdline") in
        *'initrd=\EFI\proxmox'*) echo "This host boots by systemd-boot: edit the one line of /etc/kernel/cmdline, then: proxmox-boot-tool refresh" ;;
        *) echo "This host boots by GRUB: edit GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub, then: update-grub" ;;
    esac
}

check_iommu() {
    local groups kernel
    groups=$(find "$ROOT/sys/kernel/iommu_groups" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)
    if [ "$groups" -gt 0 ]; then
        ok "IOMMU on, $groups groups"
        return
    fi
    kernel=$(cat "$ROOT/proc/sys/kernel/osrelease")
    if grep -q AuthenticAMD "$ROOT/proc/cpuinfo"; then
        problem "IOMMU off" "Switch on AMD-Vi (\"IOMMU\", often below \"AMD CBS > NBIO\") and SVM in the BIOS." \
            "No word on the kernel's command line is needed on AMD: amd_iommu=on does nothing."
    elif grep -qw intel_iommu=on "$ROOT/proc/cmdline"; then
        problem "IOMMU off, though the kernel was told intel_iommu=on" "Switch on VT-d in the BIOS; VT-x alone is not enough."
    elif [ "$(printf '%s\n' 6.8 "$kernel" | sort -V | head -n 1)" = 6.8 ]; then
        problem "IOMMU off" "Switch on VT-d in the BIOS. Kernel $kernel uses it by itself."
    else
        problem "IOMMU off" "Switch on VT-d in the BIOS, and tell kernel $kernel: intel_iommu=on" "$(where_the_command_line_is)"
    fi
}

find_card() {
    local found
    found=$(lspci -Dnn -d 10de: | sed -nE 's/^([0-9a-f:]+)\.[0-7] .*\[03[0-9a-f]{2}\]: .*/\1/p' | sort -u)
    if [ -n "$CARD" ]; then
        grep -qxF "$CARD" <<<"$found" && return
        problem "No NVIDIA card at $CARD" "NVIDIA cards are at: $(xargs <<<"${found:-no address}")"
        CARD=''
        return
    fi
    case $(grep -c . <<<"$found" || true) in
        0) problem "No NVIDIA card on the bus" "Is it seated, is its power plugged in? Does the BIOS list it? lspci -nn shows what the host sees." ;;
        1) CARD=$found ;;
        *) cannot_look "several NVIDIA cards: $(xargs <<<"$found"). Say which: --card ADDRESS" ;;
    esac
}

describe() { lspci -Dnn -s "$1" | head -n 1; }
class_of() { cat "$ROOT/sys/bus/pci/devices/$1/class"; }
group_of() { basename "$(readlink "$ROOT/sys/bus/pci/devices/$CARD.0/iommu_group" || true)"; }

check_group() {
    local group member strangers=()
    group=$(group_of)
    if [ -z "$group" ]; then
        later "IOMMU group of the card: to be seen once the IOMMU is on"
        return
    fi
    for member in "$ROOT/sys/kernel/iommu_groups/$group/devices/"*; do
        member=${member##*/}
        # Its own functions go along; bridges stay with the host.
        [[ $member == "$CARD".* || $(class_of "$member") == 0x0604* ]] || strangers+=("$(describe "$member")")
    done
    if [ ${#strangers[@]} -eq 0 ]; then
        ok "IOMMU group $group holds the card alone"
    else
        problem "IOMMU group $group holds other devices, which the host would lose with the card:" "${strangers[@]}" \
            "Move the card to another slot (one that the CPU serves), or update the BIOS and look for \"ACS\"." \
            "pcie_acs_override splits the group in name only: the devices can still reach each other's memory."
    fi
}

driver_of() { basename "$(readlink "$1/driver" || true)"; }

check_drivers() {
    local function name driver
    for function in "$ROOT/sys/bus/pci/devices/$CARD".*; do
        name=${function##*/} driver=$(driver_of "$function")
        case $driver in
            vfio-pci) ok "$name is held by vfio-pci" ;;
            '') ok "$name has no driver; Proxmox gives it vfio-pci when the machine starts" ;;
            snd_hda_intel | xhci_hcd | i2c_nvidia_gpu | ucsi_ccg) ok "$name is held by $driver, which gives it up when the machine starts" ;;
            *)
                problem "$name is held by $driver on the host, which may not give it up" \
                    "In /etc/modprobe.d/vfio.conf:  softdep $driver pre: vfio-pci" \
                    "                               options vfio-pci ids=$(ids)" \
                    "In /etc/modules: vfio, vfio_iommu_type1 and vfio_pci. Then: update-initramfs -u -k all, and restart the host."
                ;;
        esac
    done
    if [ "$(cat "$ROOT/sys/bus/pci/devices/$CARD.0/boot_vga" 2>/dev/null)" = 1 ]; then
        warning "The host's own screen is on this card" \
            "It goes dark when the machine starts; keep SSH at hand. Make another graphics device the first one in the BIOS if there is one."
    fi
}

# vendor:device of all functions, as vfio-pci wants them.
ids() {
    local function
    for function in "$ROOT/sys/bus/pci/devices/$CARD".*; do
        printf '%s:%s\n' "$(sed 's/^0x//' "$function/vendor")" "$(sed 's/^0x//' "$function/device")"
    done | paste -sd ,
}

# Lines: name, node, path, group, id, subsystem; "-" for what is not said.
mappings() {
    # shellcheck disable=SC2016  # Perl's variables
    from_api /cluster/mapping/pci 'my $name = $_->{id}; map { my %of = map { split /=/, $_, 2 } split /,/, $_; join " ", $name, map { $of{$_} // "-" } qw(node path iommugroup id subsystem-id) } @{$_->{map}}'
}

check_mapping() {
    local all name node path group id subsystem said found=''
    all=$(mappings)
    while read -r name node path group id subsystem; do
        [[ $node == "$(hostname)" && $path =~ ^$CARD(\.[0-7])?$ && $name == "${MAPPING:-$name}" ]] || continue
        found=$name said="id $id, group $group"
        if [ "$path" != "$CARD" ]; then
            warning "Mapping $name hands over $path only" "Choose \"All Functions\" in it (Datacenter > Resource Mappings): the audio function belongs to the card."
        fi
        if [ "$group" != "$(group_of)" ] || [ "$subsystem" = - ] || [[ ,$(ids), != *,"$id",* ]]; then
            problem "Mapping $name does not describe the card as it is now ($said; the card is in group $(group_of), $(ids))" \
                "Open it under Datacenter > Resource Mappings and save it anew, or let Terraform make it."
        else
            ok "Mapping $name points to the card ($said)"
        fi
    done <<<"$all"
    if [ -z "$found" ] && [ -n "$MAPPING" ]; then
        later "No mapping $MAPPING points to $CARD on this host: Terraform makes it, or Datacenter > Resource Mappings > Add"
    elif [ -z "$found" ]; then
        later "No mapping points to $CARD on this host: Terraform makes one, or Datacenter > Resource Mappings > Add"
    fi
}

check_secure_boot() {
    case $(mokutil --sb-state 2>&1 || true) in
        *enabled*) ok "Secure Boot of the host on: no harm, vfio-pci is signed. The machine's own must be off, as terraform/ makes it" ;;
        *disabled* | *'not supported'*) ok "Secure Boot of the host off" ;;
        *) later "Secure Boot of the host: not to be told (mokutil says nothing), and of no matter for passthrough" ;;
    esac
}

check_storage() {
    local content
    # shellcheck disable=SC2016
    content=$(from_api /storage '$_->{disable} ? () : "$_->{storage} $_->{content}"')
    if ! grep -qE ' (.*,)?import(,|$)' <<<"$content"; then
        problem "No storage takes system images (content type import)" \
            "pvesm set local --content $(sed -n 's/^local //p' <<<"$content"),import"
    else
        ok "System images go to: $(sed -nE 's/^([^ ]+) (.*,)?import(,.*)?$/\1/p' <<<"$content" | xargs)"
    fi
    if ! grep -qE ' (.*,)?images(,|$)' <<<"$content"; then
        problem "No storage takes disks (content type images)" "Datacenter > Storage: add one, or add \"Disk image\" to the content of one."
    else
        ok "Disks go to: $(sed -nE 's/^([^ ]+) (.*,)?images(,.*)?$/\1/p' <<<"$content" | xargs)"
    fi
}

main() {
    local tool
    read_arguments "$@"
    for tool in pveversion pvesh lspci perl; do
        command -v "$tool" >/dev/null || cannot_look "$tool is missing: this belongs on the Proxmox host itself"
    done
    check_version
    check_iommu
    find_card
    if [ -n "$CARD" ] && [ -d "$ROOT/sys/bus/pci/devices/$CARD.0" ]; then
        ok "Card: $(describe "$CARD.0")"
        check_group
        check_drivers
        check_mapping
    fi
    check_secure_boot
    check_storage
    if [ "$PROBLEMS" -gt 0 ]; then
        printf '\n%s\n' "$PROBLEMS to be solved before the card can be passed through, $WARNINGS to know of. docs/proxmox.md explains each."
        exit 1
    fi
    printf '\n%s\n' "The card can be passed through; $WARNINGS to know of."
}

main "$@"
