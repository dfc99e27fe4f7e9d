# shellcheck shell=bash disable=SC2034  # read by those who source it
# What both sides share: the places of an installation, how we speak, and what an exit status means.

# macOS has version 3, and no flock.
[ "${BASH_VERSINFO[0]}" -ge 4 ] || { echo "whisper: bash 4 or newer is needed; run this on a Linux machine" >&2 && exit 6; }
set -Eeuo pipefail

# A value that is not empty in the environment counts; these are the documented ones.
: "${WHISPER_PREFIX:=/opt/whisper}" "${WHISPER_DATA:=/var/lib/whisper}" "${WHISPER_CONFIG:=/etc/whisper}"
: "${WHISPER_PORT:=8000}" "${WHISPER_WEB_PORT:=8001}" "${WHISPER_HTTP_PORT:=80}" "${WHISPER_HTTPS_PORT:=443}"
PLACES=(WHISPER_PREFIX WHISPER_DATA WHISPER_CONFIG WHISPER_PORT WHISPER_WEB_PORT WHISPER_HTTP_PORT WHISPER_HTTPS_PORT)

readonly E_FAILED=1      # something unforeseen; the lines above say what
readonly E_USAGE=2       # an option that does not exist, or lacks its value
readonly E_UNREACHABLE=3 # no SSH to the host, or no root there
readonly E_LOST=4        # the connection broke again and again; run it again, it goes on where it was
readonly E_DRIFT=5       # --check found differences
readonly E_UNSUITABLE=6  # system, Python, disk or card cannot do it
readonly E_DRIVER=7      # the card's driver: Secure Boot, a wrong branch, or it does not find the card
readonly E_REBOOT=8      # a reboot is needed and was not allowed
readonly E_UNHEALTHY=9   # everything is in place, and the service does not work
readonly E_DECLINED=10   # a question was answered with no
readonly E_BUSY=75       # another run for this host is at work

say() { printf 'whisper: %s\n' "$*"; }

fail() { # STATUS WORDS…
    local status=$1
    shift
    printf 'whisper: %s\n' "$*" >&2
    exit "$status"
}
