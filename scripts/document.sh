#!/usr/bin/env bash
# The OpenAPI document by itself: no warning of redocly's strict rules, and nothing in it that breaks
# a caller of the last released one.
source "$(dirname "$0")/env.sh"

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

say "lint"
redocly lint --extends=recommended-strict --format=stylish openapi.json

released=$(find docs/released -name 'openapi-*.json' | sort -V | tail -n 1)
[[ -n $released ]] || die "there is no released document in docs/released/"
version() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).info.version' "$1"; }
# Changes may gather under the released version; a new version must be as large a step as they are.
# The document says from its first page on that enums may grow.
check=(--fail-on major --skip-rule enum-values-added)
[[ $(version openapi.json) == "$(version "$released")" ]] || check+=(--check-version)
say "changes since $released"
was=$(mktemp --suffix .json)
trap 'rm -f "$was"' EXIT
node scripts/widened.mjs "$released" openapi.json >"$was"
redocly diff "${check[@]}" "$was" openapi.json
