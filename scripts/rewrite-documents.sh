#!/usr/bin/env bash
# Writes what is made from the code: openapi.json, docs/errors.md, the table of published keys, and
# the golden answers.
#
#   scripts/rewrite-documents.sh          openapi.json, docs/errors.md and data/published-keys.bin
#   scripts/rewrite-documents.sh golden   the answers of tests/golden too: builds the wasm first
source "$(dirname "$0")/env.sh"

GATEHOUSE_REWRITE=1 cargo test --locked --quiet -- document_test custody::published
if [[ ${1:-} == golden ]]; then
  scripts/build.sh
  INSTA_UPDATE=always cargo test --locked --quiet --workspace --test golden </dev/null
fi
git status --short -- openapi.json docs/errors.md data tests/golden/snapshots
