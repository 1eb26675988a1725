# shellcheck shell=bash
# The helpers of README.md, "The journey", for bash and zsh, in the folder of the repository: . scripts/journey.sh
#
#   token                     a client token of demo, into TOKEN
#   call METHOD PATH [JSON]   one call with TOKEN: shows it as curl, and the whole answer. Fails where it failed
#   get MEMBER                a member of the last answer: get data.sessionId
#   code                      waits for the next message to NUMBER; its code, into CODE
#   kyc USER_ID STATUS        the KYC provider's word, signed
#
# `STATE` and `PORT` say which service, as in `make status`; CLIENT=other is another client.

# What one call answers the next may need, so nothing of an earlier journey is left, nor its helpers where this one
# does not begin.
unset ANSWER TOKEN CODE CODE_AT
unset -f token call get kyc code 2>/dev/null || true

if ! [ -f scripts/journey.mjs ]; then
  echo "journey: this works in the folder of the repository: cd there first" >&2
  return 1
fi
if ! _node=$(scripts/with-env.sh sh -c 'command -v node'); then
  echo "journey: there is no Node.js yet: 'make dev' brings one" >&2
  return 1
fi
_root=$PWD

# There, wherever the reader has gone since.
_journey() {
  (
    cd "$_root" || exit
    TOKEN="${TOKEN:-}" ACCESS="${ACCESS:-}" STATE="${STATE:-}" PORT="${PORT:-}" "$_node" scripts/journey.mjs "$@"
  )
}

_begun=$(_journey begin "${CLIENT:-demo}") || return 1
eval "$_begun"
echo "The service is at $BASE, the client is ${CLIENT:-demo}, $ID."

# On standard input: what stands in the list of processes is no secret.
token() { ANSWER=$(printf '%s' "$ID:$SECRET" | TOKEN='' _journey token "$BASE") && TOKEN=$(get access_token); }

call() { ANSWER=$(_journey call "$BASE" "$@"); }

get() { printf '%s' "${ANSWER:-}" | _journey get "$@"; }

kyc() { ANSWER=$(_journey kyc "$BASE" "$@"); }

code() {
  local found
  # shellcheck disable=SC2034  # for whoever asked
  CODE=''
  found=$(_journey code "$BASE" "${NUMBER:-}" "${CODE_AT:-}") && eval "$found"
}
