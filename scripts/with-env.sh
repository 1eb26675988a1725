#!/usr/bin/env bash
# Runs a command with the project's compiler, Node and tools: scripts/with-env.sh cargo test
source "$(dirname "$0")/env.sh"
exec "$@"
