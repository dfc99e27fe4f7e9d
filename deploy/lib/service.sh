# shellcheck shell=bash
# The service: units, nginx, the release that counts, and whether it works.

UNIT_FOLDER=/etc/systemd/system

units_title() { echo "systemd units"; }

units_here() {
    if is_worker_host; then echo whisper.target whisper-gpu.service whisper-worker@.service; else (cd "$RELEASE/deploy/systemd" && echo *); fi
}

units_is() {
    local unit
    for unit in $(units_here); do same "$RELEASE/deploy/systemd/$unit" "$UNIT_FOLDER/$unit" || return 1; done
    # shellcheck disable=SC2046  # a word each
    systemctl is-enabled --quiet $(enabled_units)
}
units_make() {
    local unit
    for unit in $(units_here); do put "$RELEASE/deploy/systemd/$unit" "$UNIT_FOLDER/$unit"; done
    systemctl daemon-reload
    # shellcheck disable=SC2046  # a word each
    systemctl enable --quiet $(enabled_units)
}

# One worker per card; without any, one on the processor.
enabled_units() {
    local number
    echo whisper.target
    for ((number = 0; number < (GPUS > 0 ? GPUS : 1); number++)); do echo "whisper-worker@$number"; done
    is_worker_host || echo whisper-api whisper-tasks whisper-beat whisper-backup.timer
}

site_source() { if [ -f "$WHISPER_CONFIG/tls/fullchain.pem" ]; then echo "$RELEASE/deploy/nginx/whisper-tls.conf"; else echo "$RELEASE/deploy/nginx/whisper.conf"; fi; }

# Where the kernel has no IPv6, nginx would not start with it.
site() { if [ -e /proc/net/if_inet6 ]; then render "$(site_source)"; else render "$(site_source)" | sed '/listen \[::\]/d'; fi; }

site_title() { echo "nginx site on ports $WHISPER_HTTP_PORT and $WHISPER_PORT"; }
site_is() {
    same "$RELEASE/deploy/nginx/snippets-whisper.conf" /etc/nginx/snippets/whisper.conf &&
        site | cmp -s - /etc/nginx/sites-enabled/whisper.conf && [ ! -e /etc/nginx/sites-enabled/default ] &&
        systemctl is-active --quiet nginx
}
site_make() {
    put "$RELEASE/deploy/nginx/snippets-whisper.conf" /etc/nginx/snippets/whisper.conf
    site >/etc/nginx/sites-enabled/whisper.conf
    # Debian's welcome page wants the same port.
    rm -f /etc/nginx/sites-enabled/default
    nginx -t -q || fail "$E_FAILED" "nginx refuses the configuration; is another site using these ports?"
    systemctl enable --quiet nginx
    systemctl reload-or-restart nginx
}

manager_title() { echo "the command whisper-manage"; }
manager_is() { same "$RELEASE/deploy/whisper-manage" /usr/local/sbin/whisper-manage && [ -x /usr/local/sbin/whisper-manage ]; }
manager_make() { put "$RELEASE/deploy/whisper-manage" /usr/local/sbin/whisper-manage && chmod 0755 /usr/local/sbin/whisper-manage; }

current_title() { echo "the release that runs is $(basename "$RELEASE")"; }
current_is() { [ "$(readlink "$WHISPER_PREFIX/current")" = "$RELEASE" ]; }
current_make() {
    # In one step: there is no moment without a release.
    ln -sfn "$RELEASE" "$WHISPER_PREFIX/current.new"
    mv -T "$WHISPER_PREFIX/current.new" "$WHISPER_PREFIX/current"
}

running_title() { echo "the service runs"; }
running_is() {
    local unit
    [ "$CHANGES" = 0 ] || return 1
    # shellcheck disable=SC2046  # a word each
    for unit in $(enabled_units); do systemctl is-active --quiet "$unit" || return 1; done
}
running_make() {
    # shellcheck disable=SC2046  # a word each
    systemctl restart $(enabled_units)
    CHANGES=0
}

health() { curl -s --max-time 10 "http://127.0.0.1:$WHISPER_WEB_PORT/health"; }

# Until a worker reports; a card's first start compiles its kernels, which takes minutes.
wait_until_healthy() { # SECONDS
    local deadline=$((SECONDS + $1)) answer=
    until answer=$(health) && [[ $answer == *'"healthy"'* ]]; do
        if [ $SECONDS -ge $deadline ]; then
            systemctl --no-pager --lines=15 status 'whisper-*' 2>&1 | tail -n 60 >&2 || true
            return 1
        fi
        sleep 2
    done
    say "healthy: $answer"
}

# The worker tested the card before it reported: loaded the model there and computed with it.
card_computes() { [ "$PROFILE" = cpu ] || [[ $(health) == *'"device":"cuda'* ]]; }

# The sample's words, by whatever model: most of them are enough.
SAMPLE=demo/samples/en-short-1.flac
heard_enough() { # ANSWER
    local word heard=0
    say "heard: $1"
    for word in please bring two yellow tables Peter; do
        if grep -qiw "$word" <<<"$1"; then heard=$((heard + 1)); fi
    done
    [ $heard -ge 4 ]
}

hub_hears_words() { # KEY
    heard_enough "$(curl -s --max-time 600 -H "X-API-Key: $1" -F "file=@$RELEASE/$SAMPLE" -F language=en "http://127.0.0.1:$WHISPER_WEB_PORT/transcribe")"
}

# By itself: through the queue any other host could have been the one that heard. The worker makes room meanwhile.
worker_hears_words() {
    local answer
    systemctl stop whisper-worker@0
    answer=$(CUDA_VISIBLE_DEVICES=0 manage transcribe "$RELEASE/$SAMPLE" --stdout --format txt --language en) || true
    systemctl start whisper-worker@0
    heard_enough "$answer"
}

# What it shares with the first host works from here, and its worker has said so where the first host reads it.
reports_to_the_hub() {
    local answer
    answer=$(manage check_readiness --here) || { echo "$answer" >&2 && return 1; }
    say "ready: $answer"
    [ "$PROFILE" = cpu ] || [[ $answer == *"on cuda"* ]]
}
