#!/usr/bin/env bash
# The OpenAPI document by itself: no warning of redocly's strict rules.
source "$(dirname "$0")/env.sh"

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

say "lint"
redocly lint --extends=recommended-strict --format=stylish openapi.json
