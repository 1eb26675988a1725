#!/usr/bin/env bash
# Everything the tests need, then all tests. ARGS goes to `cargo test` and leaves out the checks.
source "$(dirname "$0")/env.sh"

read -ra args <<<"${ARGS:-}"
# `make test PORT=...` must not reach the services that the tests start.
unset PORT STATE VARS ARGS
stage=
finish() {
  local code=$?
  [[ $code == 0 ]] || say "FAILED in $stage after $SECONDS s"
}
trap finish EXIT

begin() {
  stage=$1
  printf '\n== %s (%d s since the start)\n' "$stage" "$SECONDS"
}

begin setup
scripts/setup.sh tests
source scripts/env.sh
if ((${#args[@]} == 0)); then
  begin checks
  scripts/check.sh
fi
begin build
scripts/build.sh
begin tests

# What it prints at the end is the last that is said, whatever came of it.
trap - EXIT
exec node scripts/run-tests.mjs ${args[@]+"${args[@]}"}
