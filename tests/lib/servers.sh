# Starts the servers under test on free loopback ports, and stops them.
# shellcheck shell=bash

binaries=${CARGO_TARGET_DIR:-target}/debug
toolwright=$binaries/toolwright
integrations=(zesty egnyte zoho_meeting zoho_bigin)

# A program that serves the tools which the conformance suite asks for.
fixture_server=$binaries/conformance

# The operator's API token of the servers under test.
export TOOLWRIGHT_ADMIN_TOKEN=the-operator-of-the-tests

# Where the clients find the servers: INTEGRATION=URL or INTEGRATION=COMMAND.
targets=()

# with_sandbox COMMAND...: runs COMMAND with `targets` set to the URLs of a fresh sandbox, so that no step sees
# what another one wrote.
with_sandbox() {
  local log integration url
  log=$(report server.log)
  start_server "$log" "$toolwright" serve --sandbox --listen 127.0.0.1:0
  for integration in "${integrations[@]}"; do
    url=$(printed_url "$log" "/mcp/$integration")
    targets+=("$integration=$url")
  done
  "$@"
}

# with_own_catalogue COMMAND...: the same with the server of examples/own-catalogue.
with_own_catalogue() {
  toolwright=$binaries/own-catalogue
  integrations=(petshop)
  with_sandbox "$@"
}

# unlimited COMMAND...: runs COMMAND with servers that take as many messages as come.
unlimited() {
  export TOOLWRIGHT_REQUESTS_PER_SECOND=100000
  "$@"
}

# over_stdio COMMAND...: runs COMMAND with `targets` set to commands that serve an integration on stdio.
over_stdio() {
  local integration
  export TOOLWRIGHT_LOG=warn # a server's standard error ends up here
  for integration in "${integrations[@]}"; do
    targets+=("$integration=$toolwright stdio $integration --sandbox")
  done
  "$@"
}

# start_server LOG COMMAND...: starts a server that is stopped when this step ends.
start_server() {
  local log=$1
  shift
  : >"$log" # the URLs of an earlier run would be taken for those of this one
  "$@" >"$log" 2>&1 &
  server_pid=$!
  trap stop_server EXIT
}

# A server that stops too early, or not when it is told to, is a failure of the step.
stop_server() {
  local status=$? tries
  if ! kill "$server_pid" 2>/dev/null; then
    echo "the server ended before it was told to" >&2
    exit 1
  fi
  for ((tries = 0; tries < 100; tries++)); do
    kill -0 "$server_pid" 2>/dev/null || exit $status
    sleep 0.1
  done
  echo "the server did not stop within 10 s" >&2
  kill -KILL "$server_pid"
  exit 1
}

# printed_url LOG PATH: the first URL with this path that the server prints; waits for it.
printed_url() {
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    if grep -oEm1 "http://127\.0\.0\.1:[0-9]+$2\b" "$1"; then
      return
    fi
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "the server printed no URL that ends in $2, but this:" >&2
  cat "$1" >&2
  return 1
}
