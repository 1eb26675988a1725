#!/usr/bin/env bash
# The settings and secrets of a deployment: secrets/ENV.env, which git ignores and only its owner can read.
#
#   ENV=staging scripts/secrets.sh new            writes it, with fresh secrets and what is to be filled in
#   ENV=staging scripts/secrets.sh check          asks the built service what it refuses of it, here and of no account
#   ENV=staging scripts/secrets.sh push           checks it, gives all of it to the service, and names what that has besides
#   ENV=staging scripts/secrets.sh rotate NAME    puts a fresh one in front of the old: push it
#   ENV=staging scripts/secrets.sh drop NAME      drops the oldest, once nothing made with it lives: push it
#   ENV=staging scripts/secrets.sh replace NAME   a fresh one alone, when the old one leaked: push it
#   ENV=staging scripts/secrets.sh keyids         which PASSWORD_PEPPER has which keyid in a password's hash
source "$(dirname "$0")/env.sh"
exec node --no-warnings scripts/secrets.mjs "$@"
