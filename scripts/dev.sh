#!/usr/bin/env bash
# Runs the service locally, from nothing: tools, wasm, secrets, database, clients, wrangler.
#
#   PORT=8787               the port on 127.0.0.1
#   STATE=.state            the folder of the local D1 and KV, and of clients.json
#   VARS="K:V K:V"          settings for this run, over those of .dev.vars; a value with spaces
#                           goes on the command line instead: scripts/dev.sh --var "K:some text"
#   GATEHOUSE_SKIP_SETUP=1  neither set up nor build; for callers who have just done both
#   GATEHOUSE_CONFIG=FILE   another wrangler configuration (with the same database id)
#   GATEHOUSE_ASSETS=DIR    other files beside the wasm than web/dist/local: web/dist/public has no console
#   GATEHOUSE_TEMPLATE=DIR  a new state is a copy of this one, which the first start makes. wrangler
#                           takes ten seconds to prepare the databases, and the tests need many
source "$(dirname "$0")/env.sh"

port=${PORT:-8787}
state=${STATE:-.state}
config=${GATEHOUSE_CONFIG:-wrangler.toml}
read -ra vars <<<"${VARS:-}"

[[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || die "PORT is a number from 1 to 65535, not '$port'"
[[ -f $config ]] || die "there is no configuration '$config'"
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
if listens "$port"; then
  free=$((port < 65000 ? port + 1 : 8787))
  while listens "$free"; do free=$((free + 1)); done
  who='something else'
  [[ $(curl -s --max-time 2 "http://127.0.0.1:$port/healthz") != '{"status"'* ]] || who='a gatehouse'
  die "port $port is in use by $who: end it (Ctrl-C in its terminal) or choose another: make dev PORT=$free STATE=.state-$free"
fi

if [[ -z ${GATEHOUSE_SKIP_SETUP:-} ]]; then
  scripts/setup.sh
  # Setup may have brought the compiler or Node that this shell did not find at its start.
  source scripts/env.sh
  scripts/build.sh
fi

# --- settings -------------------------------------------------------------------------------

# Written aside and linked into place, so that two first starts at once end with one file.
if [[ ! -f .dev.vars ]]; then
  (umask 077 && node scripts/dev-vars.mjs >".dev.vars.$$")
  ln ".dev.vars.$$" .dev.vars 2>/dev/null && say "wrote .dev.vars with fresh random secrets"
  rm -f ".dev.vars.$$"
fi
# One of an older checkout lacks what has come since.
missing=$(node scripts/dev-vars.mjs --missing .dev.vars)
if [[ -n $missing ]]; then
  (umask 077 && { cat .dev.vars; printf '\n%s\n' "$missing"; } >".dev.vars.$$")
  mv -f ".dev.vars.$$" .dev.vars
  say "added what was missing to .dev.vars: $(cut -d= -f1 <<<"$missing" | xargs)"
fi

flags=(--var "ISSUER:http://localhost:$port")
for var in ${vars[@]+"${vars[@]}"}; do
  [[ $var == [A-Za-z_]*:* ]] || die "VARS holds KEY:VALUE pairs separated by spaces; '$var' is none"
  # wrangler takes the last of two.
  flags+=(--var "$var")
done
# wrangler looks for .dev.vars beside its configuration, and only there.
[[ -f $(dirname "$config")/.dev.vars ]] || flags+=(--env-file "$root/.dev.vars")

# --- database and clients -------------------------------------------------------------------

mkdir -p "$state"
state=$(cd "$state" && pwd)
clients=$state/clients.json
database=$state/v3/d1
running=$state/service.json
# Two on one database would hold each other up.
was=$(sed -n 's/.*"port":\([0-9]*\),"pid":\([0-9]*\).*/\1 \2/p' "$running" 2>/dev/null || true)
if [[ -n $was ]] && kill -0 "${was#* }" 2>/dev/null && listens "${was% *}"; then
  die "a service runs on $state already, at http://localhost:${was% *}: end it, or give this one a state of its own: make dev PORT=$port STATE=.state-$port"
fi
export WRANGLER_REGISTRY_PATH=$state/registry

d1() {
  output=$(CI=1 "${wrangler[@]}" d1 "$@" --local --persist-to "$state" --config wrangler.toml </dev/null 2>&1) ||
    die "wrangler could not prepare the local database in $state:"$'\n'"$output"$'\n'"If it is of another version of this code, begin with a fresh one: rm -rf $state"
}

# With the notes that wrangler would make of them.
all_migrations() {
  echo 'CREATE TABLE "d1_migrations" (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
    applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);'
  for file in migrations/*.sql; do
    cat "$file"
    echo "INSERT INTO d1_migrations (name) VALUES ('${file##*/}');"
  done
}

template=${GATEHOUSE_TEMPLATE:-}
if [[ -n $template && -d $template && ! -e $database ]]; then
  cp -R "$template/." "$state/"
fi

databases=(gatehouse gatehouse-home-eu)

# The marks lie with the database they speak of: who deletes one deletes both.
schema=$(cat migrations/*.sql | digest)
made=$(cat "$database/.schema" 2>/dev/null || true)
if [[ $made != "$schema" ]]; then
  # Of another branch, say: what its code made, this one may not know.
  if [[ -n $made ]]; then
    d1 execute "${databases[0]}" --json --command "SELECT name FROM d1_migrations"
    while read -r name; do
      [[ -f migrations/$name ]] ||
        die "the database in $state is of another version of this code: it has $name, which is not in migrations/. Keep it and choose another folder (make dev STATE=.state-2), or begin anew: rm -rf $state"
    done < <(grep -o '[0-9][0-9_a-z]*\.sql' <<<"$output")
  fi
  if [[ -e $database ]]; then
    for name in "${databases[@]}"; do
      d1 migrations apply "$name"
    done
  else
    # wrangler starts anew for each file that it applies: half a minute a database.
    all_migrations >"$state/migrations.sql"
    for name in "${databases[@]}"; do
      d1 execute "$name" --yes --file "$state/migrations.sql"
    done
    rm "$state/migrations.sql"
  fi
  echo "$schema" >"$database/.schema"
fi
if [[ ! -f $clients || $(cat "$database/.clients" 2>/dev/null) != $(digest <"$clients") ]]; then
  rm -f "$clients"
  node scripts/dev-clients.mjs "$state" "$clients.new"
  for name in "${databases[@]}"; do
    d1 execute "$name" --yes --file "$state/$name.sql"
    rm -f "$state/$name.sql"
  done
  digest <"$clients.new" >"$database/.clients"
  mv "$clients.new" "$clients"
fi
# By whoever is first, and there whole or not at all.
if [[ -n $template ]] && mkdir "$template.made" 2>/dev/null; then
  cp -R "$state" "$template.new"
  mv "$template.new" "$template"
fi

# --- the service ----------------------------------------------------------------------------

printf '{"port":%s,"pid":%s,"since":"%s"}\n' "$port" $$ "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$running"
say "starting at http://localhost:$port; Ctrl-C ends it"

# wrangler says "Ready" whatever the settings are. The first call has the service read them, and the log
# says what it refuses.
probe() {
  local status='' parent=$$
  for _ in {1..300}; do
    kill -0 "$parent" 2>/dev/null || return 0
    status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 10 "http://127.0.0.1:$port/healthz") && break
    sleep 0.2
  done
  # The service's own lines come through wrangler, and a little later.
  [[ $status != 503 ]] || sleep 1
  STATE=$state PORT=$port node scripts/status.mjs || true
}
probe &

# Its words to whoever develops a Worker are none to whoever develops against this service. What calls dev.sh
# for a test keeps them.
if [[ -z ${GATEHOUSE_SKIP_SETUP:-} ]]; then
  exec > >(trap '' INT TERM; exec node scripts/dev-output.mjs) 2>&1
fi

# The console is served here alone: wrangler.toml names web/dist/public. Another configuration says itself
# which files it has.
assets=()
[[ $config != wrangler.toml ]] || assets=(--assets "${GATEHOUSE_ASSETS:-web/dist/local}")

[[ -t 1 ]] || export NO_COLOR=1
exec "${wrangler[@]}" dev --config "$config" --local --ip 127.0.0.1 --port "$port" --inspector-port 0 \
  --persist-to "$state" --show-interactive-dev-session=false "${flags[@]}" ${assets[@]+"${assets[@]}"} \
  "$@" </dev/null
