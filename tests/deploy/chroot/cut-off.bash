# Read by a shell inside an installed Debian: the steps of the setup, as deploy/host.sh has them, and how one is cut off.
set -Eeuo pipefail
RELEASE=$(readlink /opt/whisper/current) PROFILE=cpu GPUS=0 MODEL=somebody/small-whisper REVISION='' ROLE=hub HOST_NAMES=localhost
for part in common render steps system release service; do . "$RELEASE/deploy/lib/$part.sh"; done
locks

undo_accounts() { gpasswd -d www-data whisper-media && gpasswd -d whisper whisper-media; }
undo_folders() { chmod 0700 "$WHISPER_DATA" "$WHISPER_DATA/media" "$WHISPER_CONFIG" && chown root: "$WHISPER_PREFIX/models"; }
undo_redis() { rm -f /etc/redis/whisper.conf && sed -i '/whisper.conf/d' /etc/redis/redis.conf; }
undo_settings() { rm -f "$SETTINGS"; }
undo_units() { rm -f "$UNIT_FOLDER"/whisper* "$UNIT_FOLDER"/*.wants/whisper*; }
undo_site() { rm -f /etc/nginx/snippets/whisper.conf /etc/nginx/sites-enabled/whisper.conf; }
undo_manager() { rm -f /usr/local/sbin/whisper-manage; }
undo_current() { rm -f "$WHISPER_PREFIX/current"; }

# Status 137 if it was killed, before its command of that number.
make_until() { # STEP NUMBER
    (
        own=$BASHPID seen=0 last=$2
        set -T
        trap '[ $((++seen)) -lt "$last" ] || kill -9 "$own" "$BASHPID"' DEBUG
        "$1_make"
    )
}

# At its first command, at its second, and so on, in growing strides; each time undone anew. The next run does the rest.
cut_off() { # STEP…
    local step number times status
    for step in "$@"; do
        times=0 number=1
        while
            "undo_$step" >/dev/null
            status=0
            make_until "$step" $number || status=$?
            [ $status = 137 ]
        do
            times=$((times + 1)) number=$((number + 1 + number / 4))
            CHANGES=0
            (ensure "$step") >/dev/null
        done
        [ $status = 0 ]
        echo "cut off: $step $times times"
    done
}
