#!/usr/bin/env bash
# What `make test` has no time for: ten minutes of load and what must be true of the rows it leaves, the model's long
# run, the protocols at their large sizes, every property many times over. bench/soak.mjs says how, and has the settings.
source "$(dirname "$0")/env.sh"

# `make soak PORT=...` must not reach the services that it starts.
unset PORT STATE VARS ARGS

scripts/setup.sh
source scripts/env.sh
scripts/build.sh
exec node --no-warnings bench/soak.mjs
