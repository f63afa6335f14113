# Checks of the source tree, beyond what a plain cargo command says.
# shellcheck shell=bash

# The build never writes generated code here: stale code is an error, in CI and on a desk alike.
export TOOLWRIGHT_FROZEN=1

note_generated_code() {
  generated_code_before=$(generated_code)
}

generated_code() {
  find generated definitions tests/fixture -type f -exec sha256sum {} + | sort -k 2
}

check_generated_code_is_fresh() {
  cargo build --workspace --locked
  cargo codegen check
  if [[ $(generated_code) != "$generated_code_before" ]]; then
    echo "a frozen build wrote to the source tree:" >&2
    diff <(echo "$generated_code_before") <(generated_code) >&2
  fi
}

# Advisories are left out: their database is a git repository of its own, which an offline machine cannot fetch.
check_dependency_policy() {
  cargo_tool cargo-deny 0.20.2
  $tools/cargo/bin/cargo-deny --locked --workspace check bans licenses sources
}

# The commands of README.md, docs/operating.md, docs/connecting.md and docs/sandbox.md, as they stand there.
check_documents() {
  local program
  for program in curl openssl sqlite3; do
    command -v "$program" >/dev/null || system_packages "$program"
  done
  cargo test -p toolwright --test it --locked -- --ignored documents::
}

check_unused_dependencies() {
  cargo_tool cargo-machete 0.9.2
  $tools/cargo/bin/cargo-machete .
}

# A project that `toolwright init` makes builds, and its definitions are compiled into it.
check_scaffold() {
  local project
  project=$(mktemp -d)/shop
  "$toolwright" init "$project" --toolwright .
  cp Cargo.lock "$project" # the versions that were tested, also where there is no network
  CARGO_TARGET_DIR=$PWD/target cargo run --quiet --manifest-path "$project/Cargo.toml" -- tools petshop
  if "$toolwright" init "$project" 2>"$(report again.txt)"; then
    echo "init wrote over a project" >&2
    return 1
  fi
  rm -rf "$(dirname "$project")"
}

# This binary with the definitions of another folder besides its own; then it is built as it was, for the other steps.
check_private_definitions() {
  local listed status=0
  listed=$(report tools.txt)
  {
    TOOLWRIGHT_DEFINITIONS=$PWD/examples/own-catalogue/definitions build_binaries &&
      "$toolwright" tools | grep -E '^[A-Z].*tools, about' >"$listed"
  } || status=$?
  build_binaries
  cat "$listed"
  ((status == 0)) && test "$(wc -l <"$listed")" -eq $((${#integrations[@]} + 1))
}

# The whole workspace, as in the other steps: a single package would have its dependencies built anew, with other features.
build_binaries() {
  cargo build --workspace --locked
}
