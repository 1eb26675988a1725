#!/usr/bin/env bash
# Writes what is made from the code: openapi.json and the TypeScript client's types of it, docs/errors.md, the table
# of published keys, and the golden answers.
#
#   scripts/rewrite-documents.sh          openapi.json and the types, docs/errors.md, data/published-keys.bin
#   scripts/rewrite-documents.sh golden   the answers of tests/golden too: builds the wasm first
source "$(dirname "$0")/env.sh"

scripts/setup.sh tests
GATEHOUSE_REWRITE=1 cargo test --locked --quiet -- document_test custody::published
node clients/typescript/scripts/types.mjs
if [[ ${1:-} == golden ]]; then
  scripts/build.sh
  INSTA_UPDATE=always cargo test --locked --quiet --workspace --test golden </dev/null
fi
git status --short -- openapi.json clients/typescript/src docs/errors.md data tests/golden/snapshots
