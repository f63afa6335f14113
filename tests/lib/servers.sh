# Starts the servers under test on free loopback ports, and stops them.
# shellcheck shell=bash

binaries=${CARGO_TARGET_DIR:-target}/debug
toolwright=$binaries/toolwright
integrations=(zesty egnyte zoho_meeting zoho_bigin)

# An example program that serves the tools which the conformance suite expects.
fixture_package="toolwright-server"
fixture_server=conformance

# Where the clients find the servers: INTEGRATION=URL or INTEGRATION=COMMAND.
targets=()

# with_sandbox COMMAND...: runs COMMAND with `targets` set to the URLs of a fresh sandbox, so that no step sees
# what another one wrote.
with_sandbox() {
  local log integration url
  log=$(report server.log)
  start_server "$log" "/mcp/${integrations[-1]}" "$toolwright" serve --sandbox --listen 127.0.0.1:0
  for integration in "${integrations[@]}"; do
    url=$(printed_url "$log" "/mcp/$integration")
    targets+=("$integration=$url")
  done
  "$@"
}

# over_stdio COMMAND...: runs COMMAND with `targets` set to commands that serve an integration on stdio.
over_stdio() {
  local integration
  for integration in "${integrations[@]}"; do
    targets+=("$integration=$toolwright stdio $integration --sandbox")
  done
  "$@"
}

# start_server LOG TEXT COMMAND...: starts a server that is stopped when this step ends; waits until it prints TEXT.
start_server() {
  local log=$1 text=$2 tries
  shift 2
  "$@" >"$log" 2>&1 &
  server_pid=$!
  trap stop_server EXIT
  for ((tries = 0; tries < 150; tries++)); do
    if grep -q -- "$text" "$log"; then
      return
    fi
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "'$*' did not print '$text'. It printed:" >&2
  cat "$log" >&2
  return 1
}

stop_server() {
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
}

# printed_url LOG PATH: the first URL with this path that the server printed.
printed_url() {
  if ! grep -oEm1 "http://127\.0\.0\.1:[0-9]+$2\b" "$1"; then
    echo "the server printed no URL that ends in $2:" >&2
    cat "$1" >&2
    return 1
  fi
}
