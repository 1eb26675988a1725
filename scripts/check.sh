#!/usr/bin/env bash
# Formatting, spelling, links, scripts, workflows, the OpenAPI document, the page of the measurements, the dashboard,
# clippy for the native target (with tests) and for wasm, the documentation in the code, and dependencies; no warning is
# accepted.
source "$(dirname "$0")/env.sh"

for part in clippy fmt; do
  cargo "$part" --version >/dev/null 2>&1 || rustup component add clippy rustfmt ||
    die "cargo $part is missing and rustup could not add it: install Rust's clippy and rustfmt."
done
[[ -f $python/.complete ]] || die "the tools from PyPI are missing; 'make setup' says what they need."

say "formatting"
cargo fmt --check
cargo fmt --check --manifest-path examples/rust/Cargo.toml
say "spelling"
typos
say "links"
rumdl check --no-cache --quiet .
say "scripts"
shellcheck scripts/*.sh .ci/run
say "workflows"
# Offline: what it would ask the network for, no check here may need.
zizmor --offline --persona pedantic --no-progress --quiet .github/workflows
say "document"
scripts/document.sh
say "the page of the measurements"
node bench/page.mjs --check
say "the dashboard"
node scripts/grafana.mjs --check
say "clippy, native"
cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
say "clippy, wasm"
cargo clippy --locked --quiet --lib --target wasm32-unknown-unknown -- -D warnings
say "documentation"
# Of the service as it is deployed; clippy has just checked what this needs.
RUSTDOCFLAGS=-Dwarnings cargo doc --locked --quiet --lib --no-deps --document-private-items \
  --target wasm32-unknown-unknown
say "unused dependencies"
cargo shear --locked
say "licences and sources"
cargo deny --locked --workspace --log-level error check -D warnings bans licenses sources
