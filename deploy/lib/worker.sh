# shellcheck shell=bash disable=SC2034  # ROLE, MODEL and REVISION are read by those who source it
# A host that only runs workers, on the administrator's machine: what FILE of --worker must say, and how it gets there.

# The first host's database, queue and storage as a second host reaches them: lines NAME=VALUE as in whisper.env.
check_worker_file() { # FILE
    local name
    [ -f "$1" ] || fail "$E_USAGE" "there is no $1"
    if grep -qvE '^(#.*|[A-Z][A-Z0-9_]*=.*)?$' "$1"; then fail "$E_USAGE" "$1 may hold lines NAME=VALUE and nothing else"; fi
    for name in DATABASE_URL REDIS_URL WHISPERHUB_S3_BUCKET; do
        grep -qE "^$name=." "$1" || fail "$E_USAGE" "$1 does not say $name; docs/second-host.md tells what belongs in it"
    done
    if grep '^DATABASE_URL=' "$1" | grep -qvE '=postgres(ql)?://'; then fail "$E_USAGE" "DATABASE_URL in $1 is no postgres://…"; fi
    name=$(sed -nE 's#^(DATABASE_URL|REDIS_URL|WHISPERHUB_S3_ENDPOINT_URL)=[a-z]+://([^/@]*@)?(localhost|127[.]0[.]0[.]1|\[::1\])?([:/][^@]*)?$#\1#p' "$1" | head -n 1)
    [ -z "$name" ] || fail "$E_USAGE" "$name in $1 means whichever machine reads it: it must name the first host's address"
    name=$(sed -nE 's#^(WHISPER_ROLE|WHISPERHUB_(DATA_DIR|MODELS_DIR|ACCEL_REDIRECT|SECRET_KEY))=.*#\1#p' "$1" | head -n 1)
    [ -z "$name" ] || fail "$E_USAGE" "$name in $1 is each host's own and must not be shared"
}

# A host keeps what it is.
choose_role() {
    [ -n "$WORKER_FILE" ] || return 0
    [ "${FACT[role]}" != hub ] || fail "$E_UNSUITABLE" "$HOST has the whole service, by $WHISPER_CONFIG/whisper.env; to make a worker of it take that off first"
    ROLE=worker
    MODEL=${MODEL:-$(sed -n 's/^WHISPER_MODEL=//p' "$WORKER_FILE" | tail -n 1)}
    REVISION=${REVISION:-$(sed -n 's/^WHISPER_MODEL_REVISION=//p' "$WORKER_FILE" | tail -n 1)}
}

# Never on a command line, where everybody on that machine could read the passwords.
copy_worker_file() {
    [ -n "$WORKER_FILE" ] && [ "${FACT[role]}" = none ] || return 0
    # shellcheck disable=SC2016  # for the shell over there
    "${SSH[@]}" "$(as_root bash -c 'umask 0077 && cat >"$1"' write "$WHISPER_PREFIX/shared.env")" <"$WORKER_FILE" ||
        fail "$E_FAILED" "$WORKER_FILE could not be copied"
}
