# deploy/proxmox-check.sh on hosts that are fit and unfit, made of a folder in place of /sys and of programs that stand in for Proxmox's.

check() { run "$BATS_TEST_DIRNAME/../../deploy/proxmox-check.sh" --root "$HOST" "$@"; }

# A host as documented: a Quadro M4000 alone in group 52 with its bridge, free, mapped, nothing missing.
setup() {
    HOST=$BATS_TEST_TMPDIR/host
    mkdir -p "$HOST/sys/bus/pci/devices" "$HOST/sys/kernel/iommu_groups" "$HOST/proc/sys/kernel" "$BATS_TEST_TMPDIR/bin"
    PATH="$BATS_TEST_TMPDIR/bin:$PATH"
    echo 'BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet' >"$HOST/proc/cmdline"
    echo 6.8.12-4-pve >"$HOST/proc/sys/kernel/osrelease"
    echo 'vendor_id : GenuineIntel' >"$HOST/proc/cpuinfo"
    device 0000:00:01.0 52 0x060400 0x8086 0x2f02 'PCI bridge [0604]: Intel Corporation Root Port [8086:2f02]'
    device 0000:03:00.0 52 0x030000 0x10de 0x13f1 'VGA compatible controller [0300]: NVIDIA Corporation GM204GL [Quadro M4000] [10de:13f1] (rev a1)'
    device 0000:03:00.1 52 0x040300 0x10de 0x0fbb 'Audio device [0403]: NVIDIA Corporation GM204 High Definition Audio Controller [10de:0fbb] (rev a1)'
    device 0000:04:00.0 53 0x010802 0x144d 0xa808 'Non-Volatile memory controller [0108]: Samsung Electronics NVMe [144d:a808]'
    stand_in hostname 'echo pve'
    stand_in pveversion 'echo "pve-manager/8.4.1/2a5fa54a8503f96d (running kernel: 6.8.12-4-pve)"'
    stand_in mokutil 'echo "SecureBoot disabled"'
    stand_in lspci "while [ \$# -gt 0 ]; do case \$1 in -d) only='\\[10de:'; shift ;; -s) only=^\$2; shift ;; esac; shift; done; grep \"\$only\" '$HOST/lspci' || true"
    stand_in pvesh "cat '$HOST/api'\"\$2\""
    mkdir -p "$HOST/api/cluster/mapping"
    mapping 'id=10de:13f1,iommugroup=52,node=pve,path=0000:03:00,subsystem-id=10de:1153'
    echo '[{"storage":"local","content":"iso,vztmpl,import"},{"storage":"local-lvm","content":"images,rootdir"}]' >"$HOST/api/storage"
}

stand_in() { # program, what it does
    printf '#!/usr/bin/env bash\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

device() { # address, group, class, vendor, device, line of lspci
    mkdir -p "$HOST/sys/bus/pci/devices/$1" "$HOST/sys/kernel/iommu_groups/$2/devices"
    ln -s "../../../../kernel/iommu_groups/$2" "$HOST/sys/bus/pci/devices/$1/iommu_group"
    ln -s "../../../../bus/pci/devices/$1" "$HOST/sys/kernel/iommu_groups/$2/devices/$1"
    echo "$3" >"$HOST/sys/bus/pci/devices/$1/class"
    echo "$4" >"$HOST/sys/bus/pci/devices/$1/vendor"
    echo "$5" >"$HOST/sys/bus/pci/devices/$1/device"
    echo "$1 $6" >>"$HOST/lspci"
}

driver() { ln -sfn "../../drivers/$2" "$HOST/sys/bus/pci/devices/$1/driver"; } # address, driver
mapping() { echo "[{\"id\":\"gpu-quadro-m4000\",\"map\":[\"$1\"]}]" >"$HOST/api/cluster/mapping/pci"; }
without_iommu() { rm -rf "$HOST"/sys/kernel/iommu_groups/* "$HOST"/sys/bus/pci/devices/*/iommu_group; }
says() { [[ $output == *"$1"* ]] || { echo "not said: $1"; echo "$output"; return 1; }; }
says_not() { [[ $output != *"$1"* ]] || { echo "said: $1"; echo "$output"; return 1; }; }

@test "a host as documented is fit" {
    check
    [ "$status" -eq 0 ]
    says 'ok       Proxmox VE 8.4'
    says 'ok       IOMMU on, 2 groups'
    says 'ok       Card: 0000:03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM204GL [Quadro M4000]'
    says 'ok       IOMMU group 52 holds the card alone'
    says 'ok       0000:03:00.1 has no driver'
    says 'ok       Mapping gpu-quadro-m4000 points to the card (id 10de:13f1, group 52)'
    says 'ok       Secure Boot of the host off'
    says 'ok       System images go to: local'
    says 'ok       Disks go to: local-lvm'
    says_not PROBLEM
    says 'The card can be passed through; 0 to know of.'
}

@test "it changes nothing" {
    before=$(find "$HOST" -printf '%p %T@ %l\n' | sort)
    check
    [ "$before" = "$(find "$HOST" -printf '%p %T@ %l\n' | sort)" ]
}

@test "no IOMMU on AMD: the BIOS, and no word for the kernel" {
    without_iommu
    echo 'vendor_id : AuthenticAMD' >"$HOST/proc/cpuinfo"
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  IOMMU off'
    says 'amd_iommu=on does nothing'
    says_not GRUB
    says 'later    IOMMU group of the card'
}

@test "no IOMMU on Intel with a kernel that uses it by itself: the BIOS alone" {
    without_iommu
    check
    [ "$status" -eq 1 ]
    says 'Switch on VT-d in the BIOS. Kernel 6.8.12-4-pve uses it by itself.'
    says_not intel_iommu=on
}

@test "no IOMMU on Intel with an older kernel under GRUB" {
    without_iommu
    echo 6.5.13-6-pve >"$HOST/proc/sys/kernel/osrelease"
    check
    [ "$status" -eq 1 ]
    says 'tell kernel 6.5.13-6-pve: intel_iommu=on'
    says 'then: update-grub'
}

@test "no IOMMU on Intel with an older kernel under systemd-boot" {
    without_iommu
    echo 6.5.13-6-pve >"$HOST/proc/sys/kernel/osrelease"
    echo 'initrd=\EFI\proxmox\6.5.13-6-pve\initrd.img-6.5.13-6-pve root=ZFS=rpool/ROOT/pve-1 boot=zfs' >"$HOST/proc/cmdline"
    check
    [ "$status" -eq 1 ]
    says 'edit the one line of /etc/kernel/cmdline, then: proxmox-boot-tool refresh'
}

@test "no IOMMU although the kernel was told: only the BIOS is left" {
    without_iommu
    echo 6.5.13-6-pve >"$HOST/proc/sys/kernel/osrelease"
    echo 'BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 quiet intel_iommu=on' >"$HOST/proc/cmdline"
    check
    [ "$status" -eq 1 ]
    says 'IOMMU off, though the kernel was told intel_iommu=on'
}

@test "a disk in the card's group is named with what to do" {
    device 0000:05:00.0 52 0x010802 0x144d 0xa80a 'Non-Volatile memory controller [0108]: Samsung Electronics 980 PRO [144d:a80a]'
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  IOMMU group 52 holds other devices'
    says '0000:05:00.0 Non-Volatile memory controller [0108]: Samsung Electronics 980 PRO'
    says 'Move the card to another slot'
    says_not '0000:00:01.0 PCI bridge'
}

@test "a driver of the host on the card is a problem with the lines to write" {
    driver 0000:03:00.0 nouveau
    driver 0000:03:00.1 snd_hda_intel
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  0000:03:00.0 is held by nouveau on the host'
    says 'softdep nouveau pre: vfio-pci'
    says 'options vfio-pci ids=10de:13f1,10de:0fbb'
    says 'update-initramfs -u -k all'
    says 'ok       0000:03:00.1 is held by snd_hda_intel, which gives it up'
}

@test "a card that vfio-pci holds is fine" {
    driver 0000:03:00.0 vfio-pci
    check
    [ "$status" -eq 0 ]
    says 'ok       0000:03:00.0 is held by vfio-pci'
}

@test "the host's own screen on the card is something to know of, and no hindrance" {
    echo 1 >"$HOST/sys/bus/pci/devices/0000:03:00.0/boot_vga"
    check
    [ "$status" -eq 0 ]
    says "warning  The host's own screen is on this card"
    says '1 to know of'
}

@test "no mapping yet is for later" {
    echo '[]' >"$HOST/api/cluster/mapping/pci"
    check
    [ "$status" -eq 0 ]
    says 'later    No mapping points to 0000:03:00 on this host'
}

@test "the mapping that was asked for, under another name" {
    check --mapping gpu
    [ "$status" -eq 0 ]
    says 'later    No mapping gpu points to 0000:03:00'
}

@test "a mapping of another host's card does not count" {
    mapping 'id=10de:13f1,iommugroup=52,node=pve2,path=0000:03:00,subsystem-id=10de:1153'
    check
    says 'later    No mapping points to 0000:03:00 on this host'
}

@test "a mapping from before the card moved" {
    mapping 'id=10de:13f1,iommugroup=1,node=pve,path=0000:03:00,subsystem-id=10de:1153'
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  Mapping gpu-quadro-m4000 does not describe the card as it is now (id 10de:13f1, group 1; the card is in group 52'
}

@test "a mapping of another card" {
    mapping 'id=10de:1b80,iommugroup=52,node=pve,path=0000:03:00,subsystem-id=10de:1153'
    check
    [ "$status" -eq 1 ]
    says 'does not describe the card as it is now (id 10de:1b80'
}

@test "a mapping without its subsystem is incomplete" {
    mapping 'id=10de:13f1,iommugroup=52,node=pve,path=0000:03:00'
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  Mapping gpu-quadro-m4000 does not describe'
}

@test "a mapping of one function leaves the audio behind" {
    mapping 'id=10de:13f1,iommugroup=52,node=pve,path=0000:03:00.0,subsystem-id=10de:1153'
    check
    [ "$status" -eq 0 ]
    says 'warning  Mapping gpu-quadro-m4000 hands over 0000:03:00.0 only'
}

@test "no NVIDIA card at all" {
    sed -i /10de/d "$HOST/lspci"
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  No NVIDIA card on the bus'
}

@test "no NVIDIA card where it was said to be" {
    check --card 0000:04:00
    [ "$status" -eq 1 ]
    says 'PROBLEM  No NVIDIA card at 0000:04:00'
    says 'NVIDIA cards are at: 0000:03:00'
    says_not 'Card: '
}

@test "two cards: it asks which, and takes the one that is said" {
    device 0000:0a:00.0 60 0x030200 0x10de 0x1eb8 '3D controller [0302]: NVIDIA Corporation TU104GL [Tesla T4] [10de:1eb8] (rev a1)'
    check
    [ "$status" -eq 2 ]
    says 'several NVIDIA cards: 0000:03:00 0000:0a:00. Say which: --card ADDRESS'
    check --card 0000:0A:00
    [ "$status" -eq 0 ]
    says 'Tesla T4'
    says 'ok       IOMMU group 60 holds the card alone'
}

@test "Secure Boot of the host does no harm, and the machine's is spoken of" {
    stand_in mokutil 'echo "SecureBoot enabled"'
    check
    [ "$status" -eq 0 ]
    says "Secure Boot of the host on: no harm"
}

@test "a host that boots by BIOS has no Secure Boot" {
    stand_in mokutil 'echo "EFI variables are not supported on this system" >&2; exit 1'
    check
    [ "$status" -eq 0 ]
    says 'Secure Boot of the host off'
}

@test "without mokutil Secure Boot is left open" {
    rm "$BATS_TEST_TMPDIR/bin/mokutil"
    ln -s /bin/false "$BATS_TEST_TMPDIR/bin/mokutil"
    check
    [ "$status" -eq 0 ]
    says 'later    Secure Boot of the host: not to be told'
}

@test "no storage for system images: the command with what the storage has already" {
    echo '[{"storage":"local","content":"iso,vztmpl"},{"storage":"nas","content":"import","disable":1},{"storage":"local-lvm","content":"images"}]' >"$HOST/api/storage"
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  No storage takes system images'
    says 'pvesm set local --content iso,vztmpl,import'
}

@test "no storage for disks" {
    echo '[{"storage":"local","content":"iso,import"}]' >"$HOST/api/storage"
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  No storage takes disks'
}

@test "a Proxmox that cannot import" {
    stand_in pveversion 'echo "pve-manager/8.3.5/dac3aa88bac3f300 (running kernel: 6.8.12-4-pve)"'
    check
    [ "$status" -eq 1 ]
    says 'PROBLEM  Proxmox VE 8.3: importing the system image needs 8.4 or newer'
}

@test "a newer Proxmox" {
    stand_in pveversion 'echo "pve-manager/9.1.4/abc (running kernel: 6.17.2-1-pve)"'
    check
    [ "$status" -eq 0 ]
    says 'ok       Proxmox VE 9.1'
}

@test "several problems are counted" {
    driver 0000:03:00.0 nvidia
    echo '[]' >"$HOST/api/storage"
    check
    [ "$status" -eq 1 ]
    says '3 to be solved before the card can be passed through'
}

@test "an answer that cannot be had is no answer" {
    stand_in pvesh 'echo "please run as root" >&2; exit 2'
    check
    [ "$status" -eq 2 ]
    says 'pvesh get /cluster/mapping/pci failed; run this as root on the Proxmox host'
    says_not 'can be passed through'
}

@test "somewhere else than on a Proxmox host" {
    rm "$BATS_TEST_TMPDIR/bin/pveversion"
    check
    [ "$status" -eq 2 ]
    says 'pveversion is missing: this belongs on the Proxmox host itself'
}

@test "wrong arguments" {
    check --card 03:00.0
    [ "$status" -eq 2 ]
    says '--card wants domain:bus:device without a function, such as 0000:03:00, not 03:00.0'
    check --card
    [ "$status" -eq 2 ]
    says '--card needs a value'
    check --colour
    [ "$status" -eq 2 ]
    says 'what is --colour?'
}
