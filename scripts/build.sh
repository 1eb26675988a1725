#!/usr/bin/env bash
# Builds the wasm and its JavaScript shim into build/, and says how large the wasm is. What is served
# beside it as files goes into web/dist/ (scripts/web.sh).
source "$(dirname "$0")/env.sh"

limit_kb=1100
target=${CARGO_TARGET_DIR:-$root/target}
wasm=build/index_bg.wasm

# Everything the last build read: cargo's own list, and what is not on it. What build.rs made is
# on cargo's list too and left out.
inputs() {
  {
    find src data build.rs Cargo.toml Cargo.lock .cargo scripts/build.sh package-lock.json -type f 2>/dev/null || true
    if [[ -f $target/wasm32-unknown-unknown/release/gatehouse.d ]]; then
      cut -d: -f2- "$target/wasm32-unknown-unknown/release/gatehouse.d" | tr ' ' '\n' |
        awk -v made="$target/" 'index($0, made) != 1'
    fi
  } | sed "s|^$root/||" | LC_ALL=C sort -u | while read -r file; do
    [[ -f $file ]] && printf '%s\0' "$file"
  done
}
stamp() {
  {
    rustc -vV
    inputs | tr '\0' '\n'
    inputs | xargs -0 cat
  } | digest
}

# The wasm may be up to date where these are not.
scripts/web.sh

if [[ -f $wasm && -f build/.stamp && $(cat build/.stamp) == "$(stamp)" ]]; then
  say "nothing changed"
else
  mkdir -p build
  rm -f build/.stamp
  touch build/.started
  # A panic says its file: the builder's folders would stand before a hundred of them, and two builders would not
  # get one wasm (scripts/reproduce.sh). The last that fits is taken. Given so, the flags are joined to those of
  # .cargo/config.toml; by RUSTFLAGS they would replace them.
  step "compiling to wasm (from nothing about 1 to 2 minutes on 2 cores)" \
    worker-build --release . --config "target.wasm32-unknown-unknown.rustflags = [
    '--remap-path-prefix=$HOME=~', '--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo',
    '--remap-path-prefix=$root=gatehouse', '--remap-path-prefix=$target=target']" ||
    die "the wasm could not be built"
  # worker-build keeps the names of functions, a tenth of the whole; a panic says its line without. For
  # a profile they are kept aside.
  cp "$wasm" "$target/named.wasm"
  wasm-opt --all-features --strip-debug "$wasm" -o "$wasm"
  # A file saved while the compiler ran may or may not be in this build: then no stamp.
  edited=$(inputs | while IFS= read -r -d '' file; do
    [[ ! $file -nt build/.started ]] || printf '%s\n' "$file"
  done)
  [[ -n $edited ]] || stamp >build/.stamp
fi

raw=$(($(wc -c <"$wasm")))
gzipped=$(($(gzip -9 -c "$wasm" | wc -c)))
say "$wasm is $((raw / 1024)) KB, $((gzipped / 1024)) KB gzipped (limit $limit_kb KB)"
((gzipped <= limit_kb * 1024)) || die "the wasm is over its limit of $limit_kb KB gzipped"
