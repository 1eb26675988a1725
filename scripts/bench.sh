#!/usr/bin/env bash
# Builds the service and everything it is measured against, measures, and writes docs/performance.md:
# bench/README.md says what and how. Arguments are those of bench/run.mjs (--help).
#
#   GROWTH=1  measures every endpoint with 1,000, 100,000 and 1,000,000 users instead: bench/growth.mjs
source "$(dirname "$0")/env.sh"

scripts/setup.sh
source scripts/env.sh
scripts/build.sh
if ! cmp -s bench/package-lock.json bench/node_modules/.gatehouse-lock; then
  say "installing the peers from npm (30 MB on disk, about 10 s)"
  npm ci --prefix bench --ignore-scripts --no-audit --no-fund --loglevel=error
  cp bench/package-lock.json bench/node_modules/.gatehouse-lock
fi
[[ ${GROWTH:-} != 1 ]] || exec node --no-warnings bench/growth.mjs
exec node --no-warnings bench/run.mjs "$@"
