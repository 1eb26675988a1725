#!/usr/bin/env bash
# Fills web/dist/public, which a deployment serves beside the wasm, and web/dist/local, which has the console
# too: web/build.mjs says what.
source "$(dirname "$0")/env.sh"

node web/build.mjs
say "web/dist/public is $(du -sk web/dist/public | cut -f1) KB, web/dist/local $(du -sk web/dist/local | cut -f1) KB"
