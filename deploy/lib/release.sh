# shellcheck shell=bash
# The release: its Python environment for this card, its settings, its model, its tables.

release_title() { echo "release $(basename "$RELEASE") in $RELEASE"; }
release_is() { [ -f "$RELEASE/manage.py" ]; }
release_make() { fail "$E_FAILED" "the release was not copied to $RELEASE"; }

environment_title() { echo "Python packages, profile $PROFILE"; }
environment_is() { [ "$(cat "$RELEASE/release.env" 2>/dev/null)" = "$(release_settings)" ] && python "$RELEASE/deploy/lib/locked.py" "${LOCKS[@]}"; }
environment_make() {
    local folder
    folder=$(environment_folder)
    [ -x "$folder/bin/pip" ] || python3 -m venv "$folder"
    ln -sfn "$folder" "$RELEASE/.venv"
    python "$RELEASE/deploy/lib/locked.py" "${LOCKS[@]}" >/dev/null || install_locked
    # The service may not write here, and would compile its own files anew at every start.
    python -m compileall -q "$RELEASE/transcripts" "$RELEASE/whisperhub"
    release_settings >"$RELEASE/release.env"
}

install_locked() {
    local pip=("$RELEASE/.venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes)
    # From a bundle: nothing is asked of any network.
    [ -z "${BUNDLE:-}" ] || pip+=(--no-index --find-links "$BUNDLE/wheels")
    "${pip[@]}" -r "$RELEASE/requirements.txt"
    case $PROFILE in
    modern) "${pip[@]}" -r "$RELEASE/deploy/profiles/modern.txt" ;;
    # Two steps: no resolver accepts the old CTranslate2 beside faster-whisper's own wish.
    legacy) "${pip[@]}" --no-deps -r "$RELEASE/deploy/profiles/legacy.txt" ;;
    esac
}

# By what is in it, so that releases with the same locks share one: an update that changes no package installs none, and
# one that does leaves the packages of the release that runs alone.
environment_folder() {
    local python
    python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$WHISPER_PREFIX/environments/$python-$PROFILE-$(cat "${LOCKS[@]}" | sha256sum | cut -c 1-16)"
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
# On its way to becoming SETTINGS: root's alone.
SHARED=$WHISPER_PREFIX/shared.env

settings_title() {
    if is_worker_host; then echo "$SETTINGS, with the first host's addresses; never written over"; else echo "$SETTINGS, with a secret made once; never written over"; fi
}
settings_is() { [ "$(stat -c '%a %U %G' "$SETTINGS" 2>/dev/null)" = "640 root whisper" ]; }
settings_make() {
    if [ ! -f "$SETTINGS" ] && is_worker_host; then
        [ -f "$SHARED" ] || fail "$E_USAGE" "where the first host's database, queue and storage are has to be said: --worker FILE"
        (umask 0077 && worker_settings >"$SETTINGS.new")
    elif [ ! -f "$SETTINGS" ]; then
        (umask 0077 && first_settings >"$SETTINGS.new")
    fi
    [ ! -f "$SETTINGS.new" ] || mv "$SETTINGS.new" "$SETTINGS"
    rm -f "$SHARED"
    chown root:whisper "$SETTINGS"
    chmod 0640 "$SETTINGS"
}

first_settings() {
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
    pinned_revision
}

# What whisper-setup.sh --worker was given; it has checked it.
worker_settings() {
    cat <<END
# Settings of a host that only runs workers (docs/second-host.md). Yours: no script changes a line that stands here.
# After a change: systemctl restart whisper.target
WHISPER_ROLE=worker
WHISPERHUB_DATA_DIR=$WHISPER_DATA
WHISPERHUB_MODELS_DIR=$WHISPER_PREFIX/models
WHISPER_COMPUTE_TYPE=auto
WHISPER_MODEL=$MODEL
END
    pinned_revision
    # Those two were taken from there, unless an option said otherwise.
    grep -vE '^WHISPER_MODEL(_REVISION)?=' "$SHARED"
}

pinned_revision() { [ -z "${REVISION:-}" ] || echo "WHISPER_MODEL_REVISION=$REVISION"; }

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
        say "from now on this revision of the model: $revision"
    fi
}
is_hub_model() { sed -n 's/^WHISPER_MODEL=//p' "$SETTINGS" | grep -q '^[^/.].*/'; }

schema_title() { if is_worker_host; then echo "the first host's database, with the tables of this release"; else echo "tables of the database"; fi; }
schema_is() { manage migrate --check; }
schema_make() {
    if ! is_worker_host; then
        manage migrate --verbosity=0
        return
    fi
    # Not from here: the first host's service runs on these tables.
    manage migrate --check --verbosity=0 ||
        fail "$E_UNSUITABLE" "the first host's database cannot be reached (DATABASE_URL in $SETTINGS), or has not got the tables of this release yet: update the first host before this one"
}
