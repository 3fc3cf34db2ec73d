# shellcheck shell=bash
# A throw-away PostgreSQL cluster for the tests: empty, on a free loopback port, gone afterwards.

postgres_home=""
postgres_port_attempts=20

install_postgres() {
    # Debian starts a cluster of its own on installation unless told not to.
    apt_install postgresql-common
    as_root sed -i 's/^#\? *create_main_cluster.*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
    apt_install postgresql
}

postgres_is_installed() {
    [ -n "$(postgres_programs)" ]
}

# Starts the cluster and exports TEST_POSTGRES_URL; end it with stop_postgres.
start_postgres() {
    local programs attempt port
    programs=$(postgres_programs)
    postgres_home=$(mktemp -d -t chat-studio-postgres.XXXXXX)
    if [ "$(id -u)" -eq 0 ]; then
        chown "$(unprivileged_user)" "$postgres_home"
    fi
    in_postgres_home "$programs/initdb" --pgdata=data --username=studio --auth=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 >"$postgres_home/initdb.log"
    for ((attempt = 0; attempt < postgres_port_attempts; attempt++)); do
        port=$((20000 + RANDOM % 12000))
        if in_postgres_home "$programs/pg_ctl" start --pgdata=data --wait --silent --log=server.log \
            --options="-h 127.0.0.1 -p $port -k '' -c fsync=off"; then
            export TEST_POSTGRES_URL="postgres://studio@127.0.0.1:$port/postgres"
            return
        fi
    done
    cat "$postgres_home/server.log" >&2
    fail "The throw-away PostgreSQL cluster does not start."
}

stop_postgres() {
    [ -n "$postgres_home" ] || return 0
    in_postgres_home "$(postgres_programs)/pg_ctl" stop --pgdata=data --mode=immediate --silent || true
    rm -rf "$postgres_home"
    postgres_home=""
}

# The directory of the newest server's programs, which Debian keeps off PATH.
postgres_programs() {
    find /usr/lib/postgresql -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
}

# PostgreSQL refuses to run as root.
in_postgres_home() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd "$postgres_home" && runuser -u "$(unprivileged_user)" -- "$@")
    else
        (cd "$postgres_home" && "$@")
    fi
}

unprivileged_user() {
    if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}
