#!/bin/bash
# As the official image does: a first start makes the system tables, root, the user and the database that the MARIADB_*
# variables name, and runs what lies in /docker-entrypoint-initdb.d; until then the server answers on its socket only.
set -e
[ "${1:0:1}" = - ] && set -- mariadbd "$@"
data=/var/lib/mysql
if [ "$1" = mariadbd ] && [ "$(id -u)" = 0 ]; then
  chown -R mysql:mysql "$data" /run/mysqld
  exec gosu mysql "$0" "$@"
fi
secret() { local file=${1}_FILE; if [ -n "${!file:-}" ]; then cat "${!file}"; else printf %s "${!1:-}"; fi; }
quoted() { printf "'%s'" "$(printf %s "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g")"; }
sql() { mariadb --protocol=socket -uroot --database=mysql "$@"; }
if [ "$1" = mariadbd ] && [ ! -d "$data/mysql" ]; then
  root=$(secret MARIADB_ROOT_PASSWORD)
  if [ -z "$root" ] && [ -z "${MARIADB_RANDOM_ROOT_PASSWORD:-}${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-}" ]; then
    echo 'error: set MARIADB_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD' >&2; exit 1
  fi
  [ -z "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ] || root=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
  "$@" --skip-networking --datadir="$data" &
  server=$!
  for _ in $(seq 300); do sql -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.1; done
  [ -z "${MARIADB_DATABASE:-}" ] || sql -e "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`"
  if [ -n "${MARIADB_USER:-}" ]; then
    sql -e "CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$(secret MARIADB_PASSWORD)")"
    [ -z "${MARIADB_DATABASE:-}" ] || sql -e "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO $(quoted "$MARIADB_USER")@'%'"
  fi
  # As `healthcheck.sh` of the official image, this user may log in without a password, here only, and may do nothing.
  sql -e "CREATE USER healthcheck@localhost; CREATE USER healthcheck@'127.0.0.1'; GRANT USAGE ON *.* TO healthcheck@localhost, healthcheck@'127.0.0.1'"
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in *.sh) . "$file" ;; *.sql) sql <"$file" ;; esac
  done
  sql -e "CREATE USER root@'%' IDENTIFIED BY $(quoted "$root"); GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION; ALTER USER root@localhost IDENTIFIED BY $(quoted "$root")"
  kill "$server" && wait "$server"
fi
exec "$@"
