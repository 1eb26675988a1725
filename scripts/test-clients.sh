#!/usr/bin/env bash
# The TypeScript client and the examples, against services of their own: tests/clients/. Arguments are parts of tests'
# names; where no test has one of them, that is a failure.
#
#   GATEHOUSE_SKIP_SETUP=1   neither set up nor build the service; for callers who have just done both
source "$(dirname "$0")/env.sh"

# `make test PORT=...` must not reach the services that the tests start.
unset PORT STATE VARS ARGS
if [[ -z ${GATEHOUSE_SKIP_SETUP:-} ]]; then
  scripts/setup.sh tests
  source scripts/env.sh
  scripts/build.sh
fi
[[ -f $example_python/.complete ]] || die "the packages of examples/python are missing; 'scripts/setup.sh tests' brings them."

say "types of the client and of the examples"
for folder in clients/typescript tests/clients examples/typescript; do
  clients/typescript/node_modules/.bin/tsc -p "$folder"
done
say "the example in Rust (from nothing about 20 seconds)"
export EXAMPLE_TARGET=$root/target/examples EXAMPLE_PYTHON=$example_python/bin/python
cargo build --locked --quiet --no-default-features --manifest-path examples/rust/Cargo.toml --target-dir "$EXAMPLE_TARGET"
exec node --no-warnings tests/clients/run.mjs "$@"
