#!/usr/bin/env bash
# Makes the pictures of docs/images/ anew, of the pages as they are: tests/browser/screenshots.mjs.
source "$(dirname "$0")/env.sh"

scripts/setup.sh tests
source scripts/env.sh
scripts/build.sh
node --no-warnings tests/browser/screenshots.mjs
