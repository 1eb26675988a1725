#!/usr/bin/env bash
# Installs what building and running need; nothing to do takes a second. `scripts/setup.sh tests` installs what
# the tests need besides: a browser, and the packages of clients/ and examples/.
source "$(dirname "$0")/env.sh"

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi
}

# --- what has to be there -------------------------------------------------------------------

prerequisites() {
  have npm || die "npm is missing: install Node.js $node_wanted or newer with npm, then run this again."
  have cc || die "a C linker (cc) is missing: install gcc or clang (Debian: apt-get install gcc libc6-dev)."
  have curl || die "curl is missing: install it with your system's package manager."
  have gzip || die "gzip is missing: install it with your system's package manager."
  if [[ $toolchain == default ]]; then
    if ! have cargo || ! have rustc; then
      die "Rust is missing: install it with rustup (https://rustup.rs), or on Debian run 'GATEHOUSE_TOOLCHAIN=distro make setup'."
    fi
    local version wanted
    version=$(rustc --version | cut -d' ' -f2)
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    at_least "$wanted" "$version" ||
      die "Rust $version is too old: $wanted or newer is needed ('rustup update stable')."
  fi
}

# --- the compiler ---------------------------------------------------------------------------

wasm_target() {
  if [[ $toolchain == default ]]; then
    has_wasm rustc && return
    if have rustup && step "adding rustup's wasm32 target (about 10 s)" \
      limited 300 rustup target add wasm32-unknown-unknown && has_wasm rustc; then
      return
    fi
    [[ ${GATEHOUSE_TOOLCHAIN:-} != default ]] ||
      die "this compiler has no wasm32 target: add Rust's wasm32-unknown-unknown, or unset GATEHOUSE_TOOLCHAIN to have Debian's taken."
    say "this compiler has no wasm32 target and rustup could not bring one; taking Debian's instead"
    toolchain=distro
  fi
  distro_toolchain
}

distro_toolchain() {
  if ! distro_ready; then
    have apt-get || die "the wasm32 target can be had neither from rustup nor, without apt, from Debian: install Rust's wasm32-unknown-unknown target and run this again."
    [[ $(id -u) == 0 ]] || have sudo || die "installing Debian's Rust needs root or sudo."
    local packages=(rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy rustfmt-web) lld
    if ! installed "${packages[@]}"; then
      step "refreshing the package lists (about 10 s)" as_root apt-get update || true
      step "installing Debian's Rust: ${packages[*]} (350 MB, about 1 minute)" \
        apt_install "${packages[@]}" ||
        die "this system's packages have no recent enough Rust for wasm32 (Debian 12 or newer has rustc-web): install Rust's wasm32-unknown-unknown target and run this again."
    fi
    # rust-lld comes with the lld of the LLVM that this rustc was built with.
    lld=lld-$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    installed "$lld" || step "installing $lld, the wasm linker (about 10 s)" apt_install "$lld"
    usable_wasm_std || step "building Rust's standard library for wasm32 (about 1 minute, once)" build_wasm_std
    distro_ready || die "Debian's Rust still cannot compile for wasm32; the logs are in $cache/logs."
  fi
  mkdir -p "$cache/distro"
  local tool
  for tool in cargo rustc rustdoc cargo-clippy clippy-driver cargo-fmt rustfmt; do
    ln -sf "/usr/bin/$tool" "$cache/distro/$tool"
  done
  [[ $PATH == "$cache/distro:"* ]] || PATH=$cache/distro:$PATH
}

installed() { dpkg -s "$@" >/dev/null 2>&1; }
apt_install() { DEBIAN_FRONTEND=noninteractive as_root apt-get install -y --no-install-recommends "$@"; }

distro_ready() {
  [[ -x /usr/bin/cargo && -x /usr/bin/rustfmt && -x /usr/bin/clippy-driver ]] && usable_wasm_std
}

# A library left by an older rustc is as bad as none, so it is tried and not only looked for.
# Its output goes to a file: rustc renames onto its output, which as root would replace /dev/null.
usable_wasm_std() {
  [[ -x /usr/bin/rustc ]] && has_wasm /usr/bin/rustc || return 1
  local dir code=0
  dir=$(mktemp -d)
  echo 'pub fn probe() -> String { String::new() }' >"$dir/probe.rs"
  /usr/bin/rustc --target wasm32-unknown-unknown --crate-type lib --emit metadata \
    --out-dir "$dir" "$dir/probe.rs" 2>/dev/null || code=1
  rm -rf "$dir"
  return "$code"
}

build_wasm_std() {
  local version built dest
  version=$(/usr/bin/rustc --version | cut -d' ' -f2)
  dest=$(/usr/bin/rustc --print target-libdir --target wasm32-unknown-unknown)
  # Never a folder of an earlier build: every .rlib in it is copied, and there may be one of each.
  built=$(mktemp -d "$cache/wasm-std-XXXXXX")
  (
    cd "/usr/src/rustc-$version/library"
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
      RUSTFLAGS='-Zforce-unstable-if-unmarked -Cembed-bitcode=yes' \
      /usr/bin/cargo build --release --locked --target wasm32-unknown-unknown --target-dir "$built" \
      -p sysroot --features panic-unwind,backtrace,compiler-builtins-mem
  )
  as_root rm -rf "$dest"
  as_root mkdir -p "$dest"
  as_root cp "$built"/wasm32-unknown-unknown/release/deps/*.rlib "$dest/"
  rm -rf "$built"
}

# --- Node, npm packages, cargo tools --------------------------------------------------------

npm_packages() {
  cmp -s package-lock.json "$modules/.gatehouse-lock" && return
  step "installing wrangler, esbuild and wasm-opt from npm (520 MB on disk, about 15 s)" \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json "$modules/.gatehouse-lock"
}

node_version() {
  choose_node
  at_least "$node_wanted" "$(node --version | tr -d v)" ||
    die "Node.js $(node --version) is too old and none comes with the packages on $(uname -sm): install $node_wanted or newer."
}

cargo_tool() {
  local crate=$1 version=$2 binary=$3
  [[ $("$tools/bin/$binary" --version 2>/dev/null) =~ (^| )"$version"$ ]] && return
  step "compiling $crate $version (3 to 4 minutes on 2 cores, once a machine)" \
    cargo_install "$crate@$version"
}

# A lock file may name a release that was withdrawn since; newer ones of the same line do as well.
cargo_install() {
  cargo install "$1" --locked --force --root "$tools" || cargo install "$1" --force --root "$tools"
}

# The tools of `make check`. The service needs none of them, so setup goes on without.
python_tools() {
  [[ -f $python/.complete ]] && return
  local interpreter
  for interpreter in python3 python3.1{4,3,2,1}; do
    if "$interpreter" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      step "installing typos, rumdl, shellcheck, zizmor, cargo-deny, cargo-shear and schemathesis from PyPI (170 MB on disk, about 20 s)" \
        python_install "$interpreter" && return
      break
    fi
  done
  say "'make check' and 'make test' will not run without Python 3.11 or newer, its venv module (Debian: python3-venv) and PyPI; 'make dev' does."
}

python_install() { install_wheels "$1" "$python" scripts/python-tools.txt; }

# install_wheels INTERPRETER FOLDER FILE: a folder of its own with exactly what the file pins.
install_wheels() {
  rm -rf "$2"
  "$1" -m venv "$2" || return
  "$2/bin/pip" install --no-input --only-binary :all: --require-hashes -r "$3" || return
  touch "$2/.complete"
}

# --- the client and the examples ------------------------------------------------------------

client_packages() {
  local folder=$1
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.gatehouse-lock" && return
  step "installing the packages of $folder from npm (about 10 s)" \
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
  cp "$folder/package-lock.json" "$folder/node_modules/.gatehouse-lock"
}

example_packages() {
  [[ -f $example_python/.complete ]] && return
  step "installing the packages of examples/python from PyPI (about 15 s)" \
    install_wheels "$python/bin/python" "$example_python" examples/python/requirements.txt
}

# --- a browser, for the tests alone -----------------------------------------------------------

browser() {
  has_browser && return
  local packages=(chromium-headless-shell fonts-dejavu-core)
  if have apt-get && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }; then
    step "installing ${packages[*]} (200 MB on disk, about 10 s)" apt_install_fresh "${packages[@]}" && has_browser && return
  fi
  say "the tests in a browser will be skipped: there is no Chromium, and it may not be installed from here (Debian: apt-get install ${packages[*]})."
}

has_browser() {
  node --input-type=module -e 'import { CHROMIUM } from "./tests/browser/chromium.mjs"; process.exit(CHROMIUM ? 0 : 1)'
}

# The lists of packages may be older than what they name.
apt_install_fresh() {
  apt_install "$@" || { as_root apt-get update && apt_install "$@"; }
}

prerequisites
wasm_target
npm_packages
node_version
python_tools
cargo_tool worker-build "$(locked worker)" worker-build
cargo_tool wasm-bindgen-cli "$(locked wasm-bindgen)" wasm-bindgen
if [[ ${1:-} == tests ]]; then
  browser
  client_packages clients/typescript
  client_packages examples/typescript
  [[ ! -f $python/.complete ]] || example_packages
fi
