# shellcheck shell=bash
# The release: its Python environment for this card, its settings, its model, its tables.

release_title() { echo "release $(basename "$RELEASE") in $RELEASE"; }
release_is() { [ -f "$RELEASE/manage.py" ]; }
release_make() { fail "$E_FAILED" "the release was not copied to $RELEASE"; }

environment_title() { echo "Python packages, profile $PROFILE"; }
environment_is() { [ "$(cat "$RELEASE/release.env" 2>/dev/null)" = "$(release_settings)" ] && python "$RELEASE/deploy/lib/locked.py" "${LOCKS[@]}"; }
environment_make() {
    [ -x "$RELEASE/.venv/bin/pip" ] || python3 -m venv "$RELEASE/.venv"
    local source=(--quiet --disable-pip-version-check --require-hashes)
    # From a bundle: nothing is asked of any network.
    [ -z "${BUNDLE:-}" ] || source+=(--no-index --find-links "$BUNDLE/wheels")
    "$RELEASE/.venv/bin/pip" install "${source[@]}" -r "$RELEASE/requirements.txt"
    case $PROFILE in
    modern) "$RELEASE/.venv/bin/pip" install "${source[@]}" -r "$RELEASE/deploy/profiles/modern.txt" ;;
    # Two steps: no resolver accepts the old CTranslate2 beside faster-whisper's own wish.
    legacy) "$RELEASE/.venv/bin/pip" install "${source[@]}" --no-deps -r "$RELEASE/deploy/profiles/legacy.txt" ;;
    esac
    # The service may not write here, and would compile its own files anew at every start.
    python -m compileall -q "$RELEASE/transcripts" "$RELEASE/whisperhub"
    release_settings >"$RELEASE/release.env"
}

# The locks that the environment must agree with; the later one counts.
locks() {
    LOCKS=("$RELEASE/requirements.txt")
    [ "$PROFILE" = cpu ] || LOCKS+=("$RELEASE/deploy/profiles/$PROFILE.txt")
}

# What the units read beside the administrator's file: the device is named, so that a card that is lost is an error and
# not a slow service, and the libraries of the card are found.
release_settings() {
    if [ "$PROFILE" = cpu ]; then
        echo "WHISPER_DEVICE=cpu"
        return
    fi
    echo "WHISPER_DEVICE=cuda"
    find "$RELEASE/.venv/lib" -path '*/site-packages/nvidia/*/lib' -type d 2>/dev/null | sort | paste -sd: | sed 's/^/LD_LIBRARY_PATH=/'
}

SETTINGS=$WHISPER_CONFIG/whisper.env

settings_title() { echo "$SETTINGS, with a secret made once; never written over"; }
settings_is() { [ "$(stat -c '%a %U %G' "$SETTINGS" 2>/dev/null)" = "640 root whisper" ]; }
settings_make() {
    [ -f "$SETTINGS" ] || first_settings >"$SETTINGS.new"
    [ ! -f "$SETTINGS.new" ] || mv "$SETTINGS.new" "$SETTINGS"
    chown root:whisper "$SETTINGS"
    chmod 0640 "$SETTINGS"
}

first_settings() {
    umask 0077
    cat <<END
# WhisperHub's settings (docs/settings.md). Yours: no script changes a line that stands here.
# After a change: systemctl restart whisper.target
WHISPERHUB_SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')
WHISPERHUB_DATA_DIR=$WHISPER_DATA
WHISPERHUB_MODELS_DIR=$WHISPER_PREFIX/models
DATABASE_URL=postgres:///whisper
REDIS_URL=redis://127.0.0.1:6379/0
WHISPERHUB_ALLOWED_HOSTS=$HOST_NAMES
WHISPERHUB_TRUSTED_PROXIES=127.0.0.1/32
WHISPERHUB_ACCEL_REDIRECT=/_media/
WHISPERHUB_HTTPS=$([ -f "$WHISPER_CONFIG/tls/fullchain.pem" ] && echo true || echo false)
WHISPER_MODEL=$MODEL
WHISPER_COMPUTE_TYPE=auto
END
}

# Run manage.py as the service does: its account, its settings, this release.
manage() {
    render "$RELEASE/deploy/whisper-manage" | WHISPER_RELEASE="$RELEASE" bash -s -- "$@"
}

model_title() { echo "model ${MODEL}, one revision of it, verified"; }
model_is() { [ -n "${SKIP_MODEL:-}" ] || { manage fetch_model --offline && { ! is_hub_model || grep -q '^WHISPER_MODEL_REVISION=' "$SETTINGS"; }; }; }
model_make() {
    local revision
    [ -z "${BUNDLE:-}" ] || [ ! -d "$BUNDLE/models" ] || { cp -an "$BUNDLE/models/." "$WHISPER_PREFIX/models/" && chown -R whisper: "$WHISPER_PREFIX/models"; }
    revision=$(manage fetch_model | tail -n 1)
    # Whatever the hub publishes later: this installation keeps to what it has.
    if is_hub_model && ! grep -q '^WHISPER_MODEL_REVISION=' "$SETTINGS"; then
        echo "WHISPER_MODEL_REVISION=$revision" >>"$SETTINGS"
    fi
}
is_hub_model() { sed -n 's/^WHISPER_MODEL=//p' "$SETTINGS" | grep -q '^[^/.].*/'; }

schema_title() { echo "tables of the database"; }
schema_is() { manage migrate --check; }
schema_make() { manage migrate --verbosity=0; }
