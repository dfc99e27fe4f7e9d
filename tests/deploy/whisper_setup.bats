# whisper-setup.sh against hosts in every condition. test_host.py has a real one.

load machine

@test "a fresh machine: driver, reboot, packages for the old card, service, verification, access" {
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "driver install verify access" ]
    grep -qx 'PROFILE=legacy' "$STATE/settings-install"
    grep -qx 'GPUS=1' "$STATE/settings-install"
    grep -qx 'MODEL=deepdml/faster-whisper-large-v3-turbo-ct2' "$STATE/settings-install"
    [ "$(cat "$STATE/proc/sys/kernel/random/boot_id")" != boot-1 ]
    [ -f "$WHISPER_PREFIX"/releases/*/manage.py ]
    [ ! -e "$WHISPER_PREFIX"/releases/*/tests ]
}

@test "it goes in as deployer, or as who is named, with sudo that asks nothing" {
    run "$SETUP" --dry-run gpu.test
    grep -q '^deployer@gpu.test: sudo -n env' "$STATE/log"
    run "$SETUP" --dry-run --user anna --identity key gpu.test
    grep -q '^anna@gpu.test: sudo -n env' "$STATE/log"
}

@test "the driver is there already: no phase 1, no reboot" {
    working_driver
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "install verify access" ]
    not_in_log 'reboot'
}

@test "a newer card gets the modern packages, two cards two workers" {
    CAPABILITY=8.6 CARD="RTX A4000" working_driver
    echo "7.5, 535.261.03, Tesla T4" >>"$STATE/gpus"
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    grep -qx 'PROFILE=modern' "$STATE/settings-install"
    grep -qx 'GPUS=2' "$STATE/settings-install"
}

@test "an old and a new card: the packages of the old one, which serve both" {
    CAPABILITY=8.6 CARD="RTX A4000" working_driver
    echo "5.2, 535.261.03, Quadro M4000" >>"$STATE/gpus"
    run "$SETUP" --yes gpu.test
    grep -qx 'PROFILE=legacy' "$STATE/settings-install"
}

@test "no card: the processor, and a small model" {
    rm -r "$STATE/sys/bus/pci/devices"
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [[ $output == *"no NVIDIA card, profile cpu"* ]]
    [ "$(steps)" = "install verify access" ]
    grep -qx 'MODEL=Systran/faster-whisper-small' "$STATE/settings-install"
}

@test "--cpu leaves the card alone" {
    run "$SETUP" --yes --cpu --model demo gpu.test
    [ "$(steps)" = "install verify access" ]
    grep -qx 'PROFILE=cpu' "$STATE/settings-install"
    grep -qx 'MODEL=demo' "$STATE/settings-install"
}

@test "the driver is installed and waits for its reboot: only that" {
    echo 535.261.03 >"$STATE/driver_installed"
    run "$SETUP" --yes --phase 1 gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "" ]
    grep -q 'systemctl reboot' "$STATE/log"
}

@test "--no-reboot stops before it, and the next run goes on" {
    run "$SETUP" --yes --no-reboot gpu.test
    [ "$status" = 8 ]
    [ "$(steps)" = driver ]
    : >"$STATE/log"
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "install verify access" ]
}

@test "a machine that does not come back from its reboot is told of" {
    touch "$STATE/stays_down"
    run "$SETUP" --yes gpu.test
    [ "$status" = 3 ]
    [[ $output == *"did not come back"* ]]
    [ "$(steps)" = driver ]
}

@test "a card that stays silent after the reboot ends it, with where to look" {
    touch "$STATE/card_is_dead"
    run "$SETUP" --yes gpu.test
    [ "$status" = 7 ]
    [[ $output == *"dmesg"* ]]
    [ "$(steps)" = driver ]
}

@test "Secure Boot: refused before anything is done" {
    touch "$STATE/secure_boot"
    run "$SETUP" --yes gpu.test
    [ "$status" = 7 ]
    [[ $output == *"pre-enrolled-keys=0"* ]]
    untouched
}

@test "a driver that is too new for the card: refused, with the way out" {
    echo 595.45.04 >"$STATE/driver_installed"
    run "$SETUP" --yes gpu.test
    [ "$status" = 7 ]
    [[ $output == *"580 was the last branch"* ]]
    untouched
}

@test "the open kernel modules under an old card: refused, with the way out" {
    echo 580.95.05 >"$STATE/driver_installed"
    echo "Dual MIT/GPL" >"$STATE/driver_license"
    run "$SETUP" --yes gpu.test
    [ "$status" = 7 ]
    [[ $output == *"open kernel modules"* ]]
    untouched
}

@test "a card older than any build: refused" {
    CAPABILITY=3.5 CARD="Tesla K40m" working_driver
    run "$SETUP" --yes gpu.test
    [ "$status" = 6 ]
    [[ $output == *"capability 3.5"* ]]
    untouched
}

@test "the old card under a Python that its packages do not exist for: refused" {
    working_driver
    printf 'ID=debian\nVERSION_ID="13"\n' >"$STATE/os-release"
    echo 3.13 >"$STATE/python"
    run "$SETUP" --yes gpu.test
    [ "$status" = 6 ]
    [[ $output == *"3.11 and 3.12"* ]]
    untouched
}

@test "another system: refused" {
    printf 'ID=fedora\nVERSION_ID=43\n' >"$STATE/os-release"
    run "$SETUP" --yes gpu.test
    [ "$status" = 6 ]
    untouched
}

@test "too little room: refused, with the figures" {
    echo 900 >"$STATE/free_mb"
    run "$SETUP" --yes gpu.test
    [ "$status" = 6 ]
    [[ $output == *"900 MB free, 12000 MB are needed"* ]]
    untouched
}

@test "the connection breaks in mid-step: it comes back, and asks for the step again" {
    echo 2 >"$STATE/breaks"
    working_driver
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [[ $output == *"the connection broke (try 2 of 3)"* ]]
    [ "$(steps)" = "install verify access" ]
}

@test "the connection breaks again and again: told so, and the next run goes on" {
    echo 3 >"$STATE/breaks"
    working_driver
    run "$SETUP" --yes gpu.test
    [ "$status" = 4 ]
    [ "$(steps)" = "" ]
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
}

@test "cut off at whatever command changes something: the next run goes on, and ends where an undisturbed one does" {
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    whole=$(cd "$WHISPER_PREFIX" && find . | sort)
    changes=$((0 - $(cat "$STATE/cut")))
    [ "$changes" = 6 ] # release, driver, reboot, install, verify, access
    for ((at = 1; at <= changes; at++)); do
        rm -rf "$STATE" "$WHISPER_PREFIX"
        setup
        echo "$at" >"$STATE/cut"
        run setsid --wait "$SETUP" --yes gpu.test
        [ "$status" = 137 ]
        rm "$STATE/cut"
        run "$SETUP" --yes gpu.test
        [ "$status" = 0 ]
        # Installing and verifying are asked for again, and find it done; a driver is built once.
        case $at in
        5) [ "$(steps)" = "driver install install verify access" ] ;;
        6) [ "$(steps)" = "driver install verify install verify access" ] ;;
        *) [ "$(steps)" = "driver install verify access" ] ;;
        esac
        [ "$(cd "$WHISPER_PREFIX" && find . | sort)" = "$whole" ]
    done
}

@test "a step that an earlier run left at work is waited for" {
    echo 3 >"$STATE/step_at_work"
    working_driver
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    [[ $output == *"still at work on gpu.test, waiting"* ]]
    [ "$(cat "$STATE/step_at_work")" = 0 ]
}

@test "phase 1 a second time changes nothing" {
    run "$SETUP" --yes --phase 1 gpu.test
    [ "$(steps)" = driver ]
    : >"$STATE/log"
    boot=$(cat "$STATE/proc/sys/kernel/random/boot_id")
    run "$SETUP" --yes --phase 1 gpu.test
    [ "$status" = 0 ]
    [[ $output == *"everything is as it should be"* ]]
    [ "$(steps)" = "" ]
    [ "$(cat "$STATE/proc/sys/kernel/random/boot_id")" = "$boot" ]
}

@test "phase 2 without a working driver: refused" {
    run "$SETUP" --yes --phase 2 gpu.test
    [ "$status" = 7 ]
    untouched
}

@test "--dry-run prints the plan and changes nothing" {
    run "$SETUP" --dry-run gpu.test
    [ "$status" = 0 ]
    [[ $output == *"phase 1: NVIDIA driver, 580 or older"* ]]
    [[ $output == *"- reboot"* ]]
    [[ $output == *"- environment: Python packages"* ]]
    untouched
}

@test "--check reports what differs by its status, and changes nothing" {
    run "$SETUP" --check gpu.test
    [ "$status" = 5 ]
    untouched
    working_driver
    run "$SETUP" --check --phase 1 gpu.test
    [ "$status" = 0 ]
}

@test "without --yes it asks first, and no is no" {
    run bash -c "echo n | '$SETUP' gpu.test"
    [ "$status" = 10 ]
    untouched
    run bash -c "echo y | '$SETUP' gpu.test" # the reboot is asked for too, and finds no answer
    [ "$status" = 10 ]
    [ "$(steps)" = driver ]
    not_in_log 'systemctl reboot'
}

@test "a step that fails ends it with the status of the step" {
    working_driver
    echo 9 >"$STATE/fails-verify"
    run "$SETUP" --yes gpu.test
    [ "$status" = 9 ]
    [ "$(steps)" = "install verify" ]
}

@test "nobody answers, or nobody is root there" {
    touch "$STATE/no_sudo"
    run "$SETUP" --yes gpu.test
    [ "$status" = 3 ]
    [[ $output == *"needs sudo without a password"* ]]
    touch "$STATE/unreachable"
    run "$SETUP" --yes gpu.test
    [ "$status" = 3 ]
    [[ $output == *"No route to host"* ]]
}

@test "two runs for one host do not meet" {
    exec 7>"$BATS_TEST_TMPDIR/whisper-setup-$(id -u)-gpu.test.lock"
    flock 7
    run "$SETUP" --yes gpu.test 7>&-
    [ "$status" = 75 ]
    run "$SETUP" --dry-run other.test 7>&-
    [ "$status" = 0 ]
}

@test "the model is taken at the named revision, and only at a commit" {
    working_driver
    commit=0123456789abcdef0123456789abcdef01234567
    run "$SETUP" --yes --revision main gpu.test
    [ "$status" = 2 ]
    [[ $output == *"40 digits"* ]]
    untouched
    run "$SETUP" --yes --revision $commit gpu.test
    [ "$status" = 0 ]
    grep -qx "REVISION=$commit" "$STATE/settings-install"
}

@test "an option that says otherwise than the settings there is not passed over" {
    working_driver
    mkdir -p "$WHISPER_CONFIG"
    echo WHISPER_MODEL=somebody/model >"$WHISPER_CONFIG/whisper.env"
    run "$SETUP" --yes --model medium gpu.test
    [ "$status" = 2 ]
    [[ $output == *"gpu.test is set to somebody/model"* ]]
    untouched
    run "$SETUP" --yes gpu.test
    [ "$status" = 0 ]
    grep -qx 'MODEL=somebody/model' "$STATE/settings-install"
}

@test "the driver comes from the mirror that is named" {
    WHISPER_DEBIAN_MIRROR=http://mirror.test/debian run "$SETUP" --yes --phase 1 gpu.test
    grep -qx 'WHISPER_DEBIAN_MIRROR=http://mirror.test/debian' "$STATE/settings-driver"
}

@test "wrong options are named" {
    run "$SETUP"
    [ "$status" = 2 ]
    run "$SETUP" --fast gpu.test
    [ "$status" = 2 ]
    [[ $output == *"unknown option --fast"* ]]
    run "$SETUP" --phase 3 gpu.test
    [ "$status" = 2 ]
    run "$SETUP" --model --yes gpu.test
    [ "$status" = 2 ]
    run "$SETUP" --bundle nowhere.tar gpu.test
    [ "$status" = 2 ]
    run "$SETUP" one.test two.test
    [ "$status" = 2 ]
}
