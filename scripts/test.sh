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
# The README's journey is pasted into both shells; where zsh cannot be had, that test says so.
if ! have zsh && have apt-get && [[ $(id -u) == 0 ]]; then
  say "installing zsh, which the README is tried in (about 10 s)"
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends zsh >/dev/null 2>&1 || say "it could not be had"
fi
begin tests

# What it prints at the end is the last that is said, whatever came of it.
trap - EXIT
exec node scripts/run-tests.mjs ${args[@]+"${args[@]}"}
