# Drives the servers in `targets` with real MCP clients.
# shellcheck shell=bash

calls=tests/clients/calls.json
limit=(timeout --kill-after 5 240)

# Some clients keep files in the home folder.
client_home=$PWD/$reports/home

# python_client SDK ARGUMENT...: exercises every target with a generation of the Python SDK.
python_client() {
  local sdk=$1
  shift
  "${limit[@]}" "$tools/py-$sdk/bin/python" "tests/clients/python/$sdk.py" --calls $calls "$@" "${targets[@]}"
}

# python_access SDK ARGUMENT...: the same with addresses of its own, that need a second factor or do not.
python_access() {
  "${limit[@]}" "$tools/py-$1/bin/python" tests/clients/python/access.py "$@" --calls $calls "${targets[@]}"
}

# node_client SDK ARGUMENT...: exercises every target with a generation of the TypeScript SDK.
node_client() {
  local sdk=$1
  shift
  node_script "clients/$sdk.mjs" --calls $calls "$@" "${targets[@]}"
}

# node_script FILE ARGUMENT...: runs a script of clients/ or browser/, as they are called in .tools/npm.
node_script() {
  local script=$tools/npm/$1
  shift
  HOME=$client_home "${limit[@]}" "$node" --preserve-symlinks --preserve-symlinks-main --test-reporter=spec \
    "$script" "$@"
}

# through_mcp_remote COMMAND...: runs COMMAND with each URL behind the stdio bridge that desktop clients use.
through_mcp_remote() {
  local bridge="$node $tools/npm/node_modules/.bin/mcp-remote"
  targets=("${targets[@]/=/=$bridge }")
  targets=("${targets[@]/%/ --allow-http --transport http-only --silent}")
  "$@"
}

# inspect_tools ARGUMENT...: lints the tool list of every target with MCP Inspector. Errors fail; warnings are counted.
inspect_tools() {
  local target integration place listed findings
  for target in "${targets[@]}"; do
    integration=${target%%=*}
    read -ra place <<<"${target#*=}"
    listed=$(report "$integration.json")
    findings=$(report "$integration.txt")
    if ! HOME=$client_home "${limit[@]}" "$node" "$tools/npm/node_modules/.bin/mcp-inspector" --cli \
      --method tools/list --strict "$@" -- "${place[@]}" >"$listed" 2>"$findings"; then
      cat "$findings" >&2
      return 1
    fi
    echo "  $integration: $(grep -c '"inputSchema"' "$listed") tools," \
      "$(grep -c '^Warning: tool' "$findings" || true) warnings"
  done
}

# conformance_suite REVISION: every scenario that the suite has for a revision of the protocol, pending ones as well.
conformance_suite() {
  local suite=$tools/npm/node_modules/@modelcontextprotocol/conformance/dist/index.js
  local log results url
  log=$(report server.log)
  results=$(report results)
  rm -rf "$results"
  start_server "$log" "$fixture_server"
  url=$(printed_url "$log" '/mcp[a-z_/]*')
  # The suite fails as soon as one check does; which ones may is for the judge.
  HOME=$client_home "${limit[@]}" "$node" "$suite" server --url "$url" --suite all --spec-version "$1" \
    --output-dir "$results" >"$(report suite.txt)" || true
  python3 tests/conformance/judge.py "$results" "tests/conformance/$1.txt"
}

# soak ARGUMENT...: many clients at once for a while; the server's memory must not grow.
soak() {
  node_script clients/soak.mjs --calls $calls --pid "$server_pid" "$@" "${targets[@]}"
}
