# shellcheck shell=bash
# The way to the host, from the administrator's machine. HOST, SSH_USER, IDENTITY come from the options.

ssh_command() {
    SSH=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -o StrictHostKeyChecking=accept-new)
    [ -z "$IDENTITY" ] || SSH+=(-i "$IDENTITY")
    SSH+=("$SSH_USER@$HOST")
}

# A command line as root over there, with our places and the given NAME=VALUE; words are quoted for its shell.
as_root() { # [NAME=VALUE…] COMMAND…
    local place line=
    for place in "${PLACES[@]}"; do line+=" $(printf '%q' "$place=${!place}")"; done
    line="env$line $(printf '%q ' "$@")"
    if [ "$SSH_USER" = root ]; then echo "$line"; else echo "sudo -n $line"; fi
}

# Functions of lib/ over there, sent along: nothing need be there yet, nothing is left.
piped() { # LIBRARIES… -- [NAME=VALUE…] COMMAND…
    local files=("$LIB/common.sh")
    while [ "$1" != -- ]; do files+=("$LIB/$1.sh") && shift; done
    shift
    local settings=()
    while [[ ${1:-} == *=* ]]; do settings+=("$1") && shift; done
    { cat "${files[@]}" && printf '%q ' "$@" && echo; } | "${SSH[@]}" "$(as_root "${settings[@]}" bash -s)"
}

wait_for_ssh() { # SECONDS
    local deadline=$((SECONDS + $1)) said=
    until "${SSH[@]}" true 2>"$WORK/ssh.err"; do
        if [ $SECONDS -ge $deadline ]; then
            fail "$E_UNREACHABLE" "no SSH to $SSH_USER@$HOST within $1 s: $(tail -n 1 "$WORK/ssh.err")"
        fi
        [ -n "$said" ] || say "waiting for $HOST"
        said=yes
        sleep "${WHISPER_POLL_SECONDS:-5}"
    done
}

# A step that may take long. It runs under the host's systemd: if the connection breaks it goes on, and we come back,
# wait for its end and ask again. Every step may be asked for twice.
long_step() { # NAME [ARGUMENT…]
    local tries status
    for tries in 1 2 3; do
        wait_for_running_step
        status=0
        "${SSH[@]}" "$(as_root systemd-run --quiet --collect --pipe --wait --unit=whisper-setup "${STEP_SETTINGS[@]/#/--setenv=}" \
            "$RELEASE/deploy/host.sh" "$@")" || status=$?
        [ $status = 255 ] || return $status
        say "the connection broke (try $tries of 3); $HOST goes on by itself"
        wait_for_ssh "${WHISPER_SSH_SECONDS:-300}"
    done
    fail "$E_LOST" "the connection to $HOST broke three times; run this again, it goes on where it was"
}

wait_for_running_step() {
    local said=
    while "${SSH[@]}" "$(as_root systemctl is-active --quiet whisper-setup)"; do
        [ -n "$said" ] || say "a step that was begun before is still at work on $HOST, waiting"
        said=yes
        sleep "${WHISPER_POLL_SECONDS:-5}"
    done
}
