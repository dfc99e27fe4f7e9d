# whisper-setup.sh --worker: a second GPU host, which has workers and nothing else. test_host.py has a real one.

load machine

PASSWORD=not-a-real-one

# What the administrator wrote down of the first host.
shared() { # [LINE…]
    SHARED=$BATS_TEST_TMPDIR/shared.env
    cat >"$SHARED" <<END
# of the first host
DATABASE_URL=postgres://whisper:$PASSWORD@192.168.20.30/whisper?sslmode=require
REDIS_URL=redis://:$PASSWORD@192.168.20.30:6379/0
WHISPERHUB_S3_BUCKET=recordings
WHISPERHUB_S3_ENDPOINT_URL=https://storage.test
END
    printf '%s\n' "$@" >>"$SHARED"
}

installed() { # LINE…
    mkdir -p "$WHISPER_CONFIG"
    printf '%s\n' "$@" >"$WHISPER_CONFIG/whisper.env"
}

refused() { # LINE WORDS
    shared "$1"
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    [ "$status" = 2 ]
    [[ $output == *"$2"* ]]
    untouched
}

@test "a fresh machine becomes a worker host: driver, reboot, service, verification, and no way in for people" {
    shared
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "driver install verify" ]
    grep -qx 'ROLE=worker' "$STATE/settings-install"
    grep -qx 'PROFILE=legacy' "$STATE/settings-install"
    [[ $output == *"gpu.test takes work from now on"* ]]
    [[ $output != *"people: http"* ]]
}

@test "what the first host is reached by goes over in a file of root's, and never in a command line" {
    shared
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    cmp "$SHARED" "$WHISPER_PREFIX/shared.env"
    [ "$(stat -c %a "$WHISPER_PREFIX/shared.env")" = 600 ]
    not_in_log "$PASSWORD"
    if grep -q "$PASSWORD" "$STATE"/settings-*; then return 1; fi
}

@test "its plan has no database, no queue and no site of its own" {
    working_driver
    shared
    run "$SETUP" --dry-run --worker "$SHARED" gpu.test
    [ "$status" = 0 ]
    [[ $output == *"worker, release"* ]]
    [[ $output == *"- environment: Python packages"* ]]
    [[ $output == *"- schema: the first host's database, with the tables of this release"* ]]
    [[ $output != *"- redis:"* && $output != *"- database:"* && $output != *"- site:"* && $output != *postgresql* ]]
    untouched
}

@test "once a worker host it stays one: the file is not asked for again, nor taken over again" {
    working_driver
    installed WHISPER_ROLE=worker WHISPER_MODEL=demo
    run "$SETUP" --check gpu.test
    [ "$status" = 5 ]
    [[ $output == *"worker, release"* && $output != *"- redis:"* ]]
    shared
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    [ "$status" = 0 ]
    [ "$(steps)" = "install verify" ]
    grep -qx 'ROLE=worker' "$STATE/settings-install"
    [ ! -e "$WHISPER_PREFIX/shared.env" ]
}

@test "a host with the whole service does not become a worker" {
    working_driver
    installed WHISPERHUB_SECRET_KEY=secret WHISPER_MODEL=demo
    shared
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    [ "$status" = 6 ]
    [[ $output == *"has the whole service"* ]]
    untouched
}

@test "the first host's model and revision are the second's, unless an option says otherwise" {
    working_driver
    commit=$(printf 'a%.0s' {1..40}) other=$(printf 'b%.0s' {1..40})
    shared WHISPER_MODEL=somebody/model "WHISPER_MODEL_REVISION=$commit"
    run "$SETUP" --yes --worker "$SHARED" gpu.test
    grep -qx 'MODEL=somebody/model' "$STATE/settings-install"
    grep -qx "REVISION=$commit" "$STATE/settings-install"
    run "$SETUP" --yes --worker "$SHARED" --revision "$other" gpu.test
    grep -qx "REVISION=$other" "$STATE/settings-install"
}

@test "a file that cannot work is refused with what is wrong, before anything is done" {
    working_driver
    refused DATABASE_URL=postgres:///whisper "DATABASE_URL in $BATS_TEST_TMPDIR/shared.env means whichever machine"
    refused REDIS_URL=redis://127.0.0.1:6379/0 "REDIS_URL"
    refused "REDIS_URL=redis://:pass@localhost:6379/0" "REDIS_URL"
    refused "WHISPERHUB_S3_ENDPOINT_URL=http://[::1]:9000" "WHISPERHUB_S3_ENDPOINT_URL"
    refused DATABASE_URL=sqlite:////var/lib/hub.sqlite3 "no postgres://"
    refused WHISPERHUB_SECRET_KEY=theirs "each host's own"
    refused WHISPERHUB_DATA_DIR=/srv "each host's own"
    refused 'rm -rf /' "NAME=VALUE and nothing else"
}

@test "a file that leaves something out is refused by its name" {
    for name in DATABASE_URL REDIS_URL WHISPERHUB_S3_BUCKET; do
        shared
        sed -i "/^$name=/d" "$SHARED"
        run "$SETUP" --yes --worker "$SHARED" gpu.test
        [ "$status" = 2 ]
        [[ $output == *"does not say $name"* ]]
    done
    run "$SETUP" --yes --worker "$BATS_TEST_TMPDIR/nowhere" gpu.test
    [ "$status" = 2 ]
    untouched
}
