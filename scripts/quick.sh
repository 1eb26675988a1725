#!/usr/bin/env bash
# The loop while writing: formatting, clippy, unit tests and API tests. `make test` runs everything.
source "$(dirname "$0")/env.sh"

# `make quick PORT=...` must not reach the services that the tests start.
unset PORT STATE VARS ARGS
scripts/setup.sh
source scripts/env.sh
say "formatting"
cargo fmt --check

# Linking the wasm keeps one core busy, so the native side goes on beside it.
log=$(mktemp)
scripts/build.sh >"$log" 2>&1 &
build=$!
finish() {
  kill "$build" 2>/dev/null || true
  rm -f "$log"
}
trap finish EXIT
say "clippy, native"
cargo clippy --locked --workspace --quiet --all-targets -- -D warnings
cargo test --locked --workspace --quiet --no-run --lib --test api
wait "$build" || {
  cat "$log" >&2
  die "the wasm could not be built"
}
say "$(tail -n 1 "$log")"
rm -f "$log"
trap - EXIT
exec node scripts/run-tests.mjs --lib --test api
