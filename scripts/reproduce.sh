#!/usr/bin/env bash
# Builds one commit twice, in two folders, with two homes of its user and of cargo, and says whether both made the same
# files: whoever has the source can so tell that a wasm was made of it. About 4 minutes.
#
#   scripts/reproduce.sh [COMMIT]   HEAD, unless another is named
#   EXPECT=SHA256                   what the wasm has to be as well, such as a release says it
source "$(dirname "$0")/env.sh"

commit=$(git rev-parse --verify --quiet "${1:-HEAD}^{commit}") || die "there is no commit '${1:-HEAD}' here"
git diff --quiet "$commit" -- package-lock.json Cargo.lock ||
  die "its tools are pinned in other versions than those of this checkout: git checkout $commit, and start again"
scripts/setup.sh
source scripts/env.sh
cargo fetch --locked --quiet
cargo_home=${CARGO_HOME:-$HOME/.cargo}
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build FOLDER HOME: prints the digests of what is deployed.
build() {
  local folder=$work/$1 home=$work/$2
  mkdir -p "$folder" "$home/cargo"
  git archive "$commit" | tar -xf - -C "$folder"
  ln -s "$modules" "$folder/node_modules"
  # What has been downloaded is not downloaded again; its paths are still this home's.
  ln -s "$cargo_home/registry" "$home/cargo/registry"
  if [[ -f $cargo_home/config.toml ]]; then cp "$cargo_home/config.toml" "$home/cargo/"; fi
  (
    cd "$folder"
    unset CARGO_TARGET_DIR
    HOME=$home CARGO_HOME=$home/cargo scripts/build.sh >"$home/log" 2>&1
  ) || {
    cat "$home/log" >&2
    die "$commit does not build in $folder"
  }
  (cd "$folder/build" && find . -type f ! -name '.*' | LC_ALL=C sort | while read -r file; do
    printf '%s  %s\n' "$(digest <"$file")" "${file#./}"
  done)
}

say "$commit with $(rustc --version)"
say "first build"
build one home-one >"$work/first"
say "second build, in other folders"
build two/further/down other/home >"$work/second"
cat "$work/first"
diff "$work/first" "$work/second" || die "the two builds differ in the lines above"
wasm=$(awk '$2 == "index_bg.wasm" { print $1 }' "$work/first")
[[ -z ${EXPECT:-} || $wasm == "$EXPECT" ]] || die "both builds are the same, but the wasm is not $EXPECT"
say "both builds are the same; the wasm is $wasm"
