# whisper-update.sh and whisper-uninstall.sh against hosts in every condition; below, what an update does on the host when it
# is cut off, with notes in place of services and database. test_host.py has real ones.

load machine

UPDATE=$BATS_TEST_DIRNAME/../../deploy/whisper-update.sh
UNINSTALL=$BATS_TEST_DIRNAME/../../deploy/whisper-uninstall.sh

# The release that runs there: this checkout's unless another is named.
runs() { # [NAME]
    working_driver
    mkdir -p "$WHISPER_PREFIX/releases" "$WHISPER_DATA"
    ln -s "$WHISPER_PREFIX/releases/${1:-$(bash -c '. "$1/common.sh"; LIB=$1; . "$1/local.sh"; release_name' name "$BATS_TEST_DIRNAME/../../deploy/lib")}" "$WHISPER_PREFIX/current"
}

@test "update: the new release beside the old one" {
    runs old
    run "$UPDATE" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = update ]
    grep -qx 'ROLE=hub' "$STATE/settings-update"
    [ -f "$WHISPER_PREFIX"/releases/*/manage.py ]
}

@test "update: a worker host stays one" {
    runs old
    mkdir -p "$WHISPER_CONFIG"
    printf 'WHISPER_ROLE=worker\nWHISPER_MODEL=demo\n' >"$WHISPER_CONFIG/whisper.env"
    run "$UPDATE" --yes gpu.test
    [ "$(steps)" = update ]
    grep -qx 'ROLE=worker' "$STATE/settings-update"
}

@test "update: nothing to do, nothing installed, no driver, and no" {
    run "$UPDATE" --yes gpu.test
    [ "$status" = 6 ]
    runs
    run "$UPDATE" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "" ]
    rm "$WHISPER_PREFIX/current"
    runs old
    run bash -c "echo n | '$UPDATE' gpu.test"
    [ "$status" = 10 ]
    rm "$STATE/gpus"
    run "$UPDATE" --yes gpu.test
    [ "$status" = 7 ]
    [ "$(steps)" = "" ]
}

@test "update: one that was cut off after its release was made the current one goes on; the setup keeps out of it" {
    runs
    echo old >"$WHISPER_DATA/maintenance"
    run "$SETUP" --yes gpu.test
    [ "$status" = 6 ]
    [[ $output == *"an update of gpu.test was cut off and its door is closed"* ]]
    [ "$(steps)" = "" ]
    run "$UPDATE" --yes gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = update ]
}

@test "each program refuses the options of the others" {
    for wrong in "$UPDATE --purge" "$UPDATE --model demo" "$UPDATE --check" "$UNINSTALL --cpu" "$UNINSTALL --bundle $BATS_TEST_FILENAME" "$SETUP --purge"; do
        # shellcheck disable=SC2086
        run $wrong --yes gpu.test
        [ "$status" = 2 ]
        [[ $output == *"unknown option --"* ]]
    done
    run "$UPDATE" --bundle nowhere.tar gpu.test
    [ "$status" = 2 ]
    run "$UNINSTALL" --user
    [ "$status" = 2 ]
    run "$UNINSTALL"
    [ "$status" = 2 ]
}

# An update on the host itself, from old to new. What stands in $STATE/at is where it is cut off.
on_the_host() { # [RELEASE]
    LIBRARIES=$BATS_TEST_DIRNAME/../../deploy/lib RELEASE=$WHISPER_PREFIX/releases/${1:-new} bash -c '
        set -Eeuo pipefail
        GPUS=0 PROFILE=cpu
        for part in common render steps system release service update; do . "$LIBRARIES/$part.sh"; done
        cut() { [ "$(cat "$STATE/at" 2>/dev/null)" != "$1" ] || kill -9 $$ $BASHPID; }
        note() { echo "$(basename "$RELEASE"): $*" >>"$STATE/log" && cut "$1"; }
        ensure() { local step; for step in "$@"; do note "$step"; [ $step != current ] || current_make; done; }
        systemctl() { note "$1"; }
        verify() { note verify && [ ! -e "$STATE/broken" ]; }
        works_again() { note works_again; }
        as() { case "$*" in
            *pg_dump*) local word; for word in "$@"; do case $word in --file=*) cat "$STATE/tables" >"${word#--file=}" ;; esac; done; note dump ;;
            *pg_restore*) cp "${!#}" "$STATE/tables"; note restore ;;
            *pg_stat_activity*) cat "$STATE/others" 2>/dev/null || true ;;
            esac; }
        update
    '
}

installed_on_the_host() {
    mkdir -p "$WHISPER_PREFIX/releases/old" "$WHISPER_PREFIX/releases/new" "$WHISPER_DATA/backups" "$WHISPER_CONFIG"
    ln -s "$WHISPER_PREFIX/releases/old" "$WHISPER_PREFIX/current"
    echo DATABASE_URL=postgres:///whisper >"$WHISPER_CONFIG/whisper.env"
    echo "of before" >"$STATE/tables"
}

current() { basename "$(readlink "$WHISPER_PREFIX/current")"; }

@test "on the host: cut off anywhere, the same update goes on and opens the door" {
    for at in packages model stop dump schema current verify; do
        rm -rf "$STATE" "$WHISPER_PREFIX" "$WHISPER_DATA"
        setup
        installed_on_the_host
        echo $at >"$STATE/at"
        run on_the_host
        [ "$status" = 137 ]
        rm "$STATE/at"
        echo "of after" >"$STATE/tables"
        run on_the_host
        [ "$status" = 0 ]
        [ "$(current)" = new ]
        [ ! -e "$WHISPER_DATA/maintenance" ]
    done
    # Of the tables as they were before the first try, not of what that had made of them.
    [ "$(cat "$WHISPER_DATA"/backups/*.dump)" = "of before" ]
}

@test "on the host: cut off after its tables were changed, and broken: the tables of before the first try come back" {
    installed_on_the_host
    echo schema >"$STATE/at"
    run on_the_host
    rm "$STATE/at"
    echo "of after" >"$STATE/tables"
    touch "$STATE/broken"
    run on_the_host
    [ "$status" = 9 ]
    [ "$(current)" = old ]
    [ "$(cat "$STATE/tables")" = "of before" ]
    [ ! -e "$WHISPER_DATA/maintenance" ]
}

@test "on the host: cut off, and the update from the checkout of before goes back" {
    installed_on_the_host
    echo verify >"$STATE/at"
    run on_the_host
    rm "$STATE/at"
    [ "$(current)" = new ]
    echo "of after" >"$STATE/tables"
    run on_the_host old
    [ "$status" = 0 ]
    [ "$(current)" = old ]
    [ "$(cat "$STATE/tables")" = "of before" ]
    [ ! -e "$WHISPER_DATA/maintenance" ]
}

@test "on the host: workers of another host are named, and nothing stops" {
    installed_on_the_host
    echo 192.168.20.31 >"$STATE/others"
    run on_the_host
    [ "$status" = 6 ]
    [[ $output == *"(192.168.20.31)"* ]]
    [ "$(current)" = old ]
    not_in_log stop
    [ ! -e "$WHISPER_DATA/maintenance" ]
}

@test "on the host: only packages that a kept release needs stay" {
    installed_on_the_host
    mkdir -p "$WHISPER_PREFIX"/environments/{old,new,older} "$WHISPER_PREFIX/releases/older"
    for release in old new older; do ln -s "$WHISPER_PREFIX/environments/$release" "$WHISPER_PREFIX/releases/$release/.venv"; done
    run on_the_host
    [ "$status" = 0 ]
    [ "$(cd "$WHISPER_PREFIX" && echo releases/* environments/*)" = "releases/new releases/old environments/new environments/old" ]
}
