# Starts a private PostgreSQL on a free loopback port, and stops and removes it.
# shellcheck shell=bash

# with_postgres COMMAND...: runs COMMAND with the URL of a fresh server in the environment.
with_postgres() {
  local tries port
  postgres_bin=$(find_postgres) || {
    system_packages postgresql
    postgres_bin=$(find_postgres)
  }
  postgres_folder=$(mktemp -d)
  trap stop_postgres EXIT
  # The server refuses to run as root.
  if ((EUID == 0)); then chown postgres "$postgres_folder"; fi
  as_postgres initdb --pgdata="$postgres_folder/data" --auth=trust --username=postgres --no-sync >"$(report initdb.log)"
  for ((tries = 0; tries < 20; tries++)); do
    port=$((20000 + RANDOM))
    if start_postgres "$port" >>"$(report postgres.log)"; then
      export PATH=$PATH:$postgres_bin
      export TOOLWRIGHT_TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres
      "$@"
      return
    fi
  done
  echo "PostgreSQL did not start; its log is $(report postgres.log)" >&2
  return 1
}

start_postgres() {
  # `kill -9` of clients is tested, not a power cut: without fsync the tests are three times as fast.
  local settings="-c port=$1 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
  as_postgres pg_ctl --pgdata="$postgres_folder/data" --wait --options="$settings" start
}

stop_postgres() {
  local status=$?
  as_postgres pg_ctl --pgdata="$postgres_folder/data" --mode=immediate stop >/dev/null || true
  rm -rf "$postgres_folder"
  exit $status
}

# as_postgres PROGRAM ARGUMENT...: runs a program of PostgreSQL.
as_postgres() {
  local program=$postgres_bin/$1
  shift
  if ((EUID == 0)); then
    (cd "$postgres_folder" && runuser -u postgres -- "$program" "$@")
  else
    "$program" "$@"
  fi
}

# The folder of the newest version's programs; Debian keeps them out of the PATH.
find_postgres() {
  local folders
  if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
    dirname "$(command -v initdb)"
    return
  fi
  mapfile -t folders < <(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort)
  ((${#folders[@]} > 0)) && echo "${folders[-1]}"
}
