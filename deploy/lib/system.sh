# shellcheck shell=bash
# The system below the service: packages, accounts, folders, PostgreSQL, Redis.

PACKAGES=(python3 python3-venv curl ca-certificates)
is_worker_host || PACKAGES+=(postgresql redis-server nginx-light)

packages_title() { echo "Debian packages ${PACKAGES[*]}"; }
packages_is() {
    [ "$(dpkg-query -W -f='${db:Status-Status}\n' "${PACKAGES[@]}" 2>/dev/null | grep -cx installed)" = ${#PACKAGES[@]} ]
}
packages_make() {
    apt_install "${PACKAGES[@]}"
}

accounts_title() { echo "user whisper, and a group by which nginx reads recordings"; }
accounts_is() { id -u whisper 2>/dev/null && id -nG www-data | grep -qw whisper-media && id -nG whisper | grep -qw whisper-media; }
accounts_make() {
    id -u whisper >/dev/null 2>&1 || useradd --system --user-group --home-dir "$WHISPER_DATA" --shell /usr/sbin/nologin whisper
    # Not whisper's own group: that one reads the secrets.
    getent group whisper-media >/dev/null || groupadd --system whisper-media
    usermod -aG whisper-media whisper
    usermod -aG whisper-media www-data
}

folders_title() { echo "folders for data, models and settings"; }
folders_is() {
    [ "$(stat -c '%a %U %G' "$WHISPER_DATA/media" 2>/dev/null)" = "2750 whisper whisper-media" ] &&
        [ "$(stat -c '%a %U' "$WHISPER_DATA" 2>/dev/null)" = "711 whisper" ] &&
        [ "$(stat -c '%a %U' "$WHISPER_DATA/backups" 2>/dev/null)" = "700 whisper" ] &&
        [ "$(stat -c '%U' "$WHISPER_PREFIX/models" 2>/dev/null)" = whisper ] &&
        [ "$(stat -c '%a %G' "$WHISPER_CONFIG" 2>/dev/null)" = "750 whisper" ]
}
folders_make() {
    install -d -m 0711 -o whisper -g whisper "$WHISPER_DATA"
    # Set-group-ID: what is stored in here belongs to the group by which nginx reads it.
    install -d -m 2750 -o whisper -g whisper-media "$WHISPER_DATA/media"
    install -d -m 0700 -o whisper -g whisper "$WHISPER_DATA/backups"
    install -d -m 0755 -o whisper -g whisper "$WHISPER_PREFIX/models"
    install -d -m 0750 -o root -g whisper "$WHISPER_CONFIG"
}

# Messages are doorbells and may be lost, but not for want of memory and not at every restart.
REDIS_SETTINGS='bind 127.0.0.1 -::1
maxmemory-policy noeviction
appendonly yes'

redis_title() { echo "Redis on loopback only, keeping its messages on disk"; }
redis_is() {
    [ "$(cat /etc/redis/whisper.conf)" = "$REDIS_SETTINGS" ] && grep -qx 'include /etc/redis/whisper.conf' /etc/redis/redis.conf &&
        systemctl is-active --quiet redis-server
}
redis_make() {
    echo "$REDIS_SETTINGS" >/etc/redis/whisper.conf
    grep -qx 'include /etc/redis/whisper.conf' /etc/redis/redis.conf || echo 'include /etc/redis/whisper.conf' >>/etc/redis/redis.conf
    systemctl enable --quiet redis-server
    systemctl restart redis-server
}

database_title() { echo "PostgreSQL database whisper, owned by the account of that name"; }
database_is() { [ "$(as postgres psql -tAc "SELECT rolname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = 'whisper'")" = whisper ]; }
database_make() {
    systemctl enable --quiet postgresql
    systemctl start postgresql
    # Over the Unix socket the system's account is the proof: there is no password to lose.
    [ "$(as postgres psql -tAc "SELECT 1 FROM pg_roles WHERE rolname = 'whisper'")" = 1 ] || as postgres createuser whisper
    as postgres createdb --encoding=UTF8 --template=template0 --owner=whisper whisper
}

as() { # USER COMMAND…
    local user=$1
    shift
    (cd / && runuser -u "$user" -- "$@")
}
