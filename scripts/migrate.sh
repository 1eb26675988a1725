#!/usr/bin/env bash
# Applies what is due of migrations/ to every database of an environment, the directory's first, and stops at the first
# file that fails.
#
#   ENV=staging scripts/migrate.sh expand     before a deploy: what the release that runs does not notice
#   ENV=staging scripts/migrate.sh contract   after it: drops what that release needed (*_contract_*.sql)
#   ENV=staging scripts/migrate.sh all        both, where nothing runs on the database
#
#   ENV=staging|production   whose; without it further words, which go to wrangler, name local databases:
#                            --local --persist-to DIR
source "$(dirname "$0")/env.sh"

mode=${1:-}
[[ $mode == expand || $mode == contract || $mode == all ]] ||
  die "say which: scripts/migrate.sh expand, contract or all, of ENV=staging or ENV=production"
shift
case ${ENV:-} in
staging | production) set -- --remote "$@" ;;
'')
  [[ " $* " == *' --local '* ]] || die "say of which environment: ENV=staging or ENV=production"
  # wrangler would make an empty one.
  for word in "$@"; do
    [[ ${flag:-} != --persist-to || -d $word/v3/d1 ]] || die "there is no local state at $word: make dev STATE=$word makes one"
    flag=$word
  done
  ;;
*) die "ENV is staging or production, not '$ENV'" ;;
esac

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
mkdir "$staged/migrations"
{
  echo 'name = "gatehouse"'
  awk -v ours="[[${ENV:+env.$ENV.}d1_databases]]" '
    /^\[/ { within = $0 == ours; if (within) print "[[d1_databases]]"; next }
    within' wrangler.toml
} >"$staged/wrangler.toml"
mapfile -t databases < <(awk -F '"' '/^database_name/ { print $2 }' "$staged/wrangler.toml")
((${#databases[@]})) || die "wrangler.toml has no database${ENV:+ of $ENV}"
mapfile -t without_id < <(awk -F '"' '/^database_name/ { name = $2 } /^database_id/ && $2 ~ /^[0-]*$/ { print name }' "$staged/wrangler.toml")
[[ -z ${ENV:-} || ${#without_id[@]} -eq 0 ]] ||
  die "wrangler.toml has no database_id of $ENV yet: scripts/with-env.sh wrangler d1 create ${without_id[0]} prints it"

d1() {
  wrangler d1 "$@" --config "$staged/wrangler.toml"
}

# What `wrangler` notes of its own; a database without that table has had none.
ask="SELECT COALESCE((SELECT group_concat(name, ' ') FROM sqlite_schema WHERE name = 'd1_migrations'), '') AS names"
names_of() {
  local answer
  answer=$(d1 execute "$database" --json --command "$1" "${@:2}" </dev/null) || true
  # Where it fails its words are in the JSON, which is all that it prints then.
  node -e '
    let answer;
    try { answer = JSON.parse(process.argv[1]); } catch {}
    if (answer?.[0]?.results) console.log(answer[0].results.map((row) => row.names ?? "").join(" "));
    else {
      console.error(answer?.error?.text ?? process.argv[1]);
      process.exit(1);
    }' "$answer"
}
asked() { names_of "$@" || die "wrangler could not ask $database ${ENV:+of $ENV }which migrations it has, see above${ENV:+. $login}"; }

# What is due of one database, or why it cannot be.
look() {
  applied=$(asked "$ask" "$@")
  [[ -z $applied ]] || applied=$(asked "SELECT group_concat(name, ' ') AS names FROM d1_migrations" "$@")
  local expanding=() contracting=() file name
  for file in migrations/*.sql; do
    name=${file##*/}
    [[ " $applied " != *" $name "* ]] || continue
    if [[ $name == *_contract_* ]]; then contracting+=("$name"); else expanding+=("$name"); fi
  done
  if [[ $mode == expand && -n $applied && ${#expanding[@]} -gt 0 ]]; then
    for name in ${contracting[@]+"${contracting[@]}"}; do
      [[ $name > ${expanding[${#expanding[@]} - 1]} ]] ||
        die "$name is due of $database, and belongs to an earlier release: deploy that one, run scripts/migrate.sh contract, then come back"
    done
  fi
  if [[ $mode == contract && ${#expanding[@]} -gt 0 ]]; then
    die "${expanding[0]} is due first of $database: scripts/migrate.sh expand, then the deploy, then contract"
  fi
  due=()
  [[ $mode == contract ]] || due+=(${expanding[@]+"${expanding[@]}"})
  # Where there is no release yet there is nothing to be left for it.
  [[ $mode == expand && -n $applied ]] || due+=(${contracting[@]+"${contracting[@]}"})
}

# All are looked at before one is changed: where one is not ready, none is ahead of it.
for database in "${databases[@]}"; do
  look "$@"
done
for database in "${databases[@]}"; do
  look "$@"
  if ((${#due[@]} == 0)); then
    say "nothing is due of $database"
    continue
  fi
  rm -f "$staged"/migrations/*.sql
  for name in "${due[@]}"; do
    cp "migrations/$name" "$staged/migrations/"
  done
  d1 migrations apply "$database" "$@" ||
    die "not all of what is due of $database was applied, see above: the file that failed changed nothing, and nothing after it was tried"
done
