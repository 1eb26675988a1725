#!/usr/bin/env bash
# Runs a command with the project's compiler, Node and tools, in the folder of the repository, wherever it is called:
# scripts/with-env.sh cargo test. A path among its arguments is one of that folder, or absolute.
source "$(dirname "$0")/env.sh"
(($#)) || die "scripts/with-env.sh COMMAND [ARGUMENT ...] runs it in $root with the project's compiler, Node and tools"
exec "$@"
