#!/usr/bin/env bash
# The long runs that `make test` has no time for: the model, then every property.
#
#   GATEHOUSE_MODEL_CASES=199  cases of the model, each a run of GATEHOUSE_MODEL_STEPS=151 steps
#   GATEHOUSE_MODEL_SEED=N     the first one's seed; another one each time if unset
#   PROPTEST_CASES=20000       cases of each property
source "$(dirname "$0")/env.sh"

export GATEHOUSE_MODEL_CASES=${GATEHOUSE_MODEL_CASES:-199}
export GATEHOUSE_MODEL_STEPS=${GATEHOUSE_MODEL_STEPS:-151}
export GATEHOUSE_MODEL_SEED=${GATEHOUSE_MODEL_SEED:-$(date +%s)}
export PROPTEST_CASES=${PROPTEST_CASES:-20000}
# `make soak PORT=...` must not reach the service that the model starts.
unset PORT STATE VARS ARGS

scripts/setup.sh
source scripts/env.sh
scripts/build.sh

say "the model: $GATEHOUSE_MODEL_CASES cases of $GATEHOUSE_MODEL_STEPS steps from seed $GATEHOUSE_MODEL_SEED"
cargo test --locked --workspace --test model -- --nocapture </dev/null
say "the properties, $PROPTEST_CASES cases each, $SECONDS s after the start"
cargo test --locked --lib </dev/null
say "all passed after $SECONDS s"
