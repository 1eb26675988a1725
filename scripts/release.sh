#!/usr/bin/env bash
# A release, from a clean checkout: make release VERSION=0.3.0. What it says of the release it leaves in
# release/VERSION/ (the wasm, SBOMs, digests, notes) and in the tag; it pushes and deploys nothing.
#
#   1. names the version, cuts the changelog, keeps the document and the statements, and commits that, unless it is done
#   2. runs everything of .ci/run
#   3. builds the wasm in two folders: one digest (scripts/reproduce.sh)
#   4. lists what is in it (CycloneDX), and tags
#
# Started again after a failure it goes on: the commit of step 1 is there, the tag is not. A failure inside step 1
# leaves its changes in the files, to be looked at and undone (git checkout .).
source "$(dirname "$0")/env.sh"

version=${VERSION:-}
unset VERSION
tag=v$version
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "VERSION is three numbers, as large a step as the changes are: make release VERSION=0.3.0"
[[ -z $(git status --porcelain) ]] || die "there are changes that are not committed: a release is of a commit (git status)"
git symbolic-ref --quiet HEAD >/dev/null || die "this is no branch: the commit of the release would be lost"
! git rev-parse --verify --quiet "refs/tags/$tag" >/dev/null || die "$tag is there already: a released version stays what it is"
now=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
at_least "$now" "$version" || die "the version is $now: $version is before that"

scripts/setup.sh
source scripts/env.sh

if [[ $now != "$version" ]]; then
  say "naming $version: Cargo.toml, CHANGELOG.md, docs/released/"
  node scripts/changelog.mjs cut "$version"
  sed "s/^version = \"$now\"/version = \"$version\"/" Cargo.toml >Cargo.toml.new
  mv Cargo.toml.new Cargo.toml
  cargo update --quiet --offline --workspace
  scripts/rewrite-documents.sh
  cp openapi.json "docs/released/openapi-$version.json"
  cargo test --locked --quiet --lib -- --ignored the_statements_of_this_release
  git add --all
  git commit --quiet --message "Release $version"
fi
notes=$(node scripts/changelog.mjs notes "$version")
cmp -s openapi.json "docs/released/openapi-$version.json" ||
  die "docs/released/openapi-$version.json is not openapi.json: copy it and commit, or undo the commit 'Release $version' and start again"

.ci/run

out=release/$version
rm -rf "$out"
mkdir -p "$out"
scripts/build.sh
wasm=build/index_bg.wasm
sum=$(digest <"$wasm")
EXPECT=$sum scripts/reproduce.sh | tee "$out/reproduce.txt"

say "what is in it"
if [[ $("$tools/bin/cargo-cyclonedx" cyclonedx --version 2>/dev/null) != *' 0.5.7' ]]; then
  say "compiling cargo-cyclonedx (about 3 minutes, once a machine)"
  cargo install --quiet cargo-cyclonedx@0.5.7 --locked --root "$tools"
fi
# Of the crate that is deployed, for the target it is deployed as: neither tests nor their tools.
"$tools/bin/cargo-cyclonedx" cyclonedx --quiet --format json --spec-version 1.5 --target wasm32-unknown-unknown \
  --override-filename gatehouse.cdx
sed "s|file://$root|file://.|g" gatehouse.cdx.json >"$out/gatehouse-$version.cargo.cdx.json"
rm -f gatehouse.cdx.json tests/gatehouse.cdx.json
# The tools that built it and the pages beside it, as pinned. npm asks for the version that package.json need not have.
tooling=$(mktemp -d)
trap 'rm -rf "$tooling"' EXIT
mkdir "$tooling/gatehouse-tools"
cp package.json package-lock.json "$tooling/gatehouse-tools/"
(
  cd "$tooling/gatehouse-tools"
  npm pkg set "version=$version"
  npm sbom --package-lock-only --sbom-format cyclonedx --sbom-type application
) >"$out/gatehouse-$version.npm.cdx.json"

cp "$wasm" "$out/gatehouse-$version.wasm"
(cd "$out" && for file in *.wasm *.json; do printf '%s  %s\n' "$(digest <"$file")" "$file"; done >SHA256SUMS)
raw=$(($(wc -c <"$wasm"))) gzipped=$(($(gzip -9 -c "$wasm" | wc -c)))
cat >"$out/notes.md" <<END
# gatehouse $version

$notes

| | |
|---|---|
| the wasm | $raw bytes, $gzipped gzipped |
| its SHA-256 | \`$sum\` |
| built with | $(rustc --version), worker-build $(locked worker), wasm-bindgen $(locked wasm-bindgen) |
| the same again | \`EXPECT=$sum scripts/reproduce.sh $tag\` |
END
git tag --annotate "$tag" --cleanup=verbatim --file "$out/notes.md"
say "$tag is this commit; $out/ has what goes with it. Next: git push origin HEAD $tag"
