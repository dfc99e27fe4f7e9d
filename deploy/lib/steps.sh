# shellcheck shell=bash
# What a host must be, as a list of steps. Each has two functions: NAME_is says whether it is so (it only looks, and
# may say why not), NAME_make makes it so. Installing and checking go through the same list.

STEPS=(release packages accounts folders environment redis database settings model schema units site manager current running)
# A second GPU host has a worker and nothing else: database, queue and recordings are the first host's.
NOT_ON_WORKERS=(redis database site)
is_worker_host() { [ "${ROLE:-hub}" = worker ]; }

# Those of the named steps that this kind of host has.
steps_of() { # NAME…
    local step
    for step in "$@"; do
        if is_worker_host && [[ " ${NOT_ON_WORKERS[*]} " == *" $step "* ]]; then continue; fi
        echo "$step"
    done
}

# Make true what is not. What was made is counted in CHANGES.
CHANGES=0
ensure() { # NAME…
    local step
    for step in $(steps_of "$@"); do
        "${step}_is" >/dev/null 2>&1 && continue
        say "$step: $("${step}_title")"
        "${step}_make"
        "${step}_is" >/dev/null || fail "$E_FAILED" "$step: it was done and still is not so; see above"
        CHANGES=$((CHANGES + 1))
    done
}

# One line a step: `ok NAME` or `change NAME WHY`.
check_steps() {
    local step
    for step in $(steps_of "${STEPS[@]}"); do
        # In a subshell: a look must not end the others, whatever it runs into.
        if ("${step}_is") >/dev/null 2>&1; then echo "ok $step"; else echo "change $step $("${step}_title")"; fi
    done
}

# RELEASE is the folder of the wanted release, PROFILE its packages (cpu, modern, legacy), GPUS how many cards, ROLE what
# the host is (hub: everything, or worker).
python() { "$RELEASE/.venv/bin/python" "$@"; }

# A file of ours as it must stand at its place.
same() { # FILE PLACE
    render "$1" | cmp -s - "$2"
}

put() { # FILE PLACE
    render "$1" >"$2.new"
    mv "$2.new" "$2"
}

apt_install() { # PACKAGE…
    # A fresh machine updates itself first: wait for its lock instead of failing.
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y -qq --no-install-recommends)
    "${apt[@]}" update
    # An installation that was cut off, as by a power failure, has to be brought to its end before any other.
    "${apt[@]}" install "$@" || { env DEBIAN_FRONTEND=noninteractive dpkg --configure -a && "${apt[@]}" --fix-broken install "$@"; }
}
