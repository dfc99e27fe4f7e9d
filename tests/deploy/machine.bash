# A host in whatever condition a test wants, for whisper-setup.sh: a stand-in (host/), whose facts are files. The steps that
# would install something only note that they were taken.

setup() {
    export STATE=$BATS_TEST_TMPDIR/state CAPABILITY=5.2 CARD="Quadro M4000"
    export WHISPER_SYS=$STATE/sys WHISPER_PROC=$STATE/proc WHISPER_OS_RELEASE=$STATE/os-release
    export WHISPER_PREFIX=$BATS_TEST_TMPDIR/opt WHISPER_CONFIG=$BATS_TEST_TMPDIR/etc WHISPER_DATA=$BATS_TEST_TMPDIR/data
    export WHISPER_POLL_SECONDS=0.01 WHISPER_SSH_SECONDS=1 WHISPER_BOOT_SECONDS=2 TMPDIR=$BATS_TEST_TMPDIR
    export PATH=$BATS_TEST_DIRNAME/host:$PATH
    SETUP=$BATS_TEST_DIRNAME/../../deploy/whisper-setup.sh
    mkdir -p "$STATE/sys/bus/pci/devices" "$STATE/proc/sys/kernel/random"
    echo boot-1 >"$STATE/proc/sys/kernel/random/boot_id"
    printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' >"$STATE/os-release"
    echo 3.11 >"$STATE/python"
    echo 40000 >"$STATE/free_mb"
    touch "$STATE/log"
    card 0x10de 0x030000
    card 0x10de 0x040300 # its sound
}

card() { # VENDOR CLASS
    local device=$STATE/sys/bus/pci/devices/$RANDOM
    mkdir -p "$device"
    echo "$1" >"$device/vendor"
    echo "$2" >"$device/class"
}

working_driver() { # [VERSION]
    echo "${1:-535.261.03}" >"$STATE/driver_installed"
    echo "$CAPABILITY, ${1:-535.261.03}, $CARD" >"$STATE/gpus"
}

steps() { sed -n 's/^step //p' "$STATE/log" | paste -sd' '; }

not_in_log() { if grep -q "$1" "$STATE/log"; then return 1; fi; }

# Nothing was copied, no step was taken, nothing was rebooted.
untouched() {
    [ "$(steps)" = "" ]
    [ ! -e "$WHISPER_PREFIX" ]
    not_in_log 'reboot'
}
