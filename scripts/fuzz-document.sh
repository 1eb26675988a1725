#!/usr/bin/env bash
# The OpenAPI document against a service of its own, by schemathesis: tests/schemathesis/.
#
#   SCHEMATHESIS_SEED=1   another seed makes other cases
#   arguments go to `schemathesis run`, for example --include-operation-id login --phases stateful
source "$(dirname "$0")/env.sh"

[[ -f $python/.complete ]] || die "schemathesis is missing; 'make setup' says what it needs."

logs=$root/target/tests
log=$logs/document-service.log report=$logs/document.ndjson
mkdir -p "$logs"
state=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-document-XXXXXX")
port=$(node --input-type=module -e 'console.log(await (await import("./tests/service.mjs")).freePort())')
secret=whsec_$(node -p 'require("crypto").randomBytes(32).toString("base64")')

# A group of its own, so that wrangler and what it started can be ended together.
set -m
GATEHOUSE_SKIP_SETUP=1 PORT=$port STATE=$state \
  VARS="SMS_PROVIDER:console SMS_DAILY_BUDGET:1000000 KYC_WEBHOOK_SECRET:$secret" \
  scripts/dev.sh >"$log" 2>&1 </dev/null &
service=$!
set +m
finish() {
  local code=$?
  trap - EXIT INT TERM
  kill -TERM -- "-$service" 2>/dev/null || true
  for _ in {1..30}; do
    kill -0 -- "-$service" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$service" 2>/dev/null || true
  rm -rf "$state"
  [[ $code == 0 ]] || say "the service's log is $log, the report $report"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

export GATEHOUSE_URL=http://127.0.0.1:$port GATEHOUSE_CLIENTS=$state/clients.json GATEHOUSE_KYC_SECRET=$secret
for ((n = 0; ; n++)); do
  curl -fs -o /dev/null "$GATEHOUSE_URL/healthz" && break
  if ((n == 300)) || ! kill -0 "$service" 2>/dev/null; then
    die "the service did not come up"
  fi
  sleep 0.2
done

code=0
rm -f "$report"
# In the foreground, so that Ctrl-C reaches it.
limited 360 schemathesis --config-file tests/schemathesis/schemathesis.toml run openapi.json \
  --url "$GATEHOUSE_URL" --seed "${SCHEMATHESIS_SEED:-1}" --no-color \
  --report ndjson --report-ndjson-path "$report" "$@" || code=$?
[[ $code != 124 ]] || say "not done after six minutes"
[[ ! -f $report ]] || "$python/bin/python" tests/schemathesis/links.py "$report" || code=1
[[ $code == 0 ]] || exit "$code"
# As a test binary says it, for run-tests.mjs.
echo "test result: ok. 1 passed; 0 failed; 0 ignored"
