# shellcheck shell=bash
# Prints a file of deploy/ with the folders and ports of this installation in place of the usual ones.

render() { # FILE
    sed -e "s#/opt/whisper#${WHISPER_PREFIX:-/opt/whisper}#g" \
        -e "s#/var/lib/whisper#${WHISPER_DATA:-/var/lib/whisper}#g" \
        -e "s#/etc/whisper#${WHISPER_CONFIG:-/etc/whisper}#g" \
        -e "s#^\( *listen \(\[::\]:\)\?\)80\b#\1${WHISPER_HTTP_PORT:-80}#" \
        -e "s#^\( *listen \(\[::\]:\)\?\)443\b#\1${WHISPER_HTTPS_PORT:-443}#" \
        -e "s#\b8000\b#${WHISPER_PORT:-8000}#g" \
        -e "s#\b8001\b#${WHISPER_WEB_PORT:-8001}#g" "$1"
}
