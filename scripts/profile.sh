#!/usr/bin/env bash
# Where the time of one route goes: a CPU profile of the built worker under load, with the names of its
# functions.
#
#   ROUTE="GET /v1/user/me"  the route; an unknown one prints those there are
#   SECONDS_OF_LOAD=5        how long
source "$(dirname "$0")/env.sh"

named=${CARGO_TARGET_DIR:-$root/target}/named.wasm

scripts/setup.sh
source scripts/env.sh
scripts/build.sh
# The same code as what is deployed: with its names taken off it is that, byte for byte.
bare=$(mktemp)
trap 'rm -f "$bare"' EXIT
if ! wasm-opt --all-features --strip-debug "$named" -o "$bare" 2>/dev/null || ! cmp -s "$bare" build/index_bg.wasm; then
  say "the names of the last build are not there: building again"
  rm -f build/.stamp
  scripts/build.sh
fi
exec node bench/profile.mjs --wasm "$named" --route "${ROUTE:-GET /v1/user/me}" --seconds "${SECONDS_OF_LOAD:-5}"
