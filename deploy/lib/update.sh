# shellcheck shell=bash
# From one release to the next, and back if the next one does not work; and the way out. Runs on the host.

# What nginx looks for to keep the door closed; in it the way back, for whoever comes after a power failure: the folder of
# the release that ran, and where its database is kept.
NOTE=$WHISPER_DATA/maintenance

# The old release runs until the new one is ready beside it. Then the door is closed (nginx says so), the database is
# kept, and the new release must prove itself before the door opens again: what a rollback undoes, nobody has seen.
update() {
    local old kept status
    if [ -s "$NOTE" ]; then
        { read -r old && read -r kept; } <"$NOTE"
        say "an update from $(basename "$old") was cut off here"
        if [ "$old" = "$RELEASE" ]; then
            roll_back "$old" "$kept"
            return
        fi
    else
        old=$(readlink "$WHISPER_PREFIX/current") || fail "$E_UNSUITABLE" "nothing is installed here; run whisper-setup.sh"
        kept=$WHISPER_DATA/backups/before-$(basename "$RELEASE")-$(date +%Y%m%d-%H%M%S).dump
        if [ "$old" = "$RELEASE" ]; then
            say "$(basename "$old") runs already"
            return
        fi
    fi
    is_worker_host || database_is_ours_alone
    ensure release packages accounts folders environment redis settings model
    # A worker ahead of the first host's tables is refused while it still works.
    if is_worker_host; then ensure schema; fi
    close_door "$old" "$kept"
    # Not in a condition: there bash forgets `set -e` for all that is called.
    set +e
    (set -e && keep_database "$kept" && switch)
    status=$?
    set -e
    if [ $status != 0 ]; then
        say "$(basename "$RELEASE") does not work, going back to $(basename "$old")"
        roll_back "$old" "$kept"
        fail "$E_UNHEALTHY" "$(basename "$RELEASE") did not work, see above"
    fi
    open_door
    forget_old_releases "$old"
    say "$(basename "$RELEASE") runs; the one before it, $(basename "$old"), is kept"
}

# A worker of another host would go on over tables that change under it, and a way back would undo what it wrote.
database_is_ours_alone() {
    local others
    [[ $(database_url) == postgres* ]] || fail "$E_UNSUITABLE" "DATABASE_URL is no PostgreSQL; keep that database yourself and update by hand"
    others=$(as whisper psql -tA "$(database_url)" -c "SELECT string_agg(DISTINCT host(client_addr), ', ') FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND client_addr IS DISTINCT FROM inet_client_addr()")
    [ -z "$others" ] || fail "$E_UNSUITABLE" "the workers of another host ($others) use this database: there, sudo systemctl stop whisper.target; then update this host, and that one after it"
}

close_door() { # OLD_RELEASE DUMP
    printf '%s\n' "$1" "$2" >"$NOTE"
    # Draining: a worker ends at its next window, and gives its recordings back.
    # shellcheck disable=SC2046  # a word each
    systemctl stop $(enabled_units)
}
open_door() { rm -f "$NOTE"; }

switch() {
    ensure schema units site manager current running
    verify
}

roll_back() { # OLD_RELEASE DUMP
    # shellcheck disable=SC2046  # a word each
    systemctl stop $(enabled_units)
    # Without one nothing of it was changed.
    [ ! -f "$2" ] || restore_database "$2"
    RELEASE=$1
    locks
    ensure units site manager current running
    works_again || fail "$E_UNHEALTHY" "the old release does not come back either$([ ! -f "$2" ] || echo "; the database of before is in $2")"
    open_door
    say "$(basename "$1") runs again, with its data"
}
works_again() { if is_worker_host; then reports_to_the_hub; else wait_until_healthy "${WHISPER_HEALTH_SECONDS:-900}"; fi; }

database_url() { sed -n 's/^DATABASE_URL=//p' "$SETTINGS"; }

# Once: what comes after an interruption may have other tables already. Whole or not there.
keep_database() { # DUMP
    if is_worker_host || [ -f "$1" ]; then return; fi
    as whisper pg_dump --format=custom --file="$1.partial" "$(database_url)"
    mv "$1.partial" "$1"
    say "database kept in $1"
}

# Whole, so that nothing of a newer schema stays behind and stands in the way of the next try.
restore_database() { # DUMP
    as whisper psql -q -v ON_ERROR_STOP=1 "$(database_url)" -c 'SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
    as whisper pg_restore --no-owner --exit-on-error --dbname="$(database_url)" "$1"
}

# The one that runs and the one before; the others only take room.
forget_old_releases() { # OLD_RELEASE
    local folder
    for folder in "$WHISPER_PREFIX"/releases/*; do
        case $folder in "$RELEASE" | "$1") ;; *) rm -rf "$folder" ;; esac
    done
    for folder in "$WHISPER_PREFIX"/environments/*; do
        case $folder in "$(readlink "$RELEASE/.venv")" | "$(readlink "$1/.venv")") ;; *) rm -rf "$folder" ;; esac
    done
}

# The service goes; what people made (recordings, texts, settings, models) stays unless --purge says otherwise.
uninstall() { # [--purge]
    local unit
    # shellcheck disable=SC2046  # a word each
    systemctl disable --now --quiet $(enabled_units) || true
    for unit in "$RELEASE"/deploy/systemd/*; do rm -f "$UNIT_FOLDER/$(basename "$unit")"; done
    systemctl daemon-reload
    rm -f /usr/local/sbin/whisper-manage
    is_worker_host || { rm -f /etc/nginx/sites-enabled/whisper.conf /etc/nginx/snippets/whisper.conf && systemctl reload-or-restart nginx; } || true
    if [ "${1:-}" = --purge ]; then purge; else say "kept: $WHISPER_DATA, $WHISPER_CONFIG, $WHISPER_PREFIX/models and the database"; fi
    rm -rf "$WHISPER_PREFIX/current" "$WHISPER_PREFIX/releases" "$WHISPER_PREFIX/environments"
}

purge() {
    is_worker_host || purge_database_and_queue
    rm -rf "$WHISPER_DATA" "$WHISPER_CONFIG" "$WHISPER_PREFIX/models" "$WHISPER_PREFIX/bundles"
    userdel whisper || true
    groupdel whisper-media || true
    say "all of it is gone"
}

purge_database_and_queue() {
    as postgres dropdb --if-exists --force whisper
    as postgres dropuser --if-exists whisper
    rm -f /etc/redis/whisper.conf
    sed -i '\#^include /etc/redis/whisper.conf$#d' /etc/redis/redis.conf
    systemctl restart redis-server || true
}
