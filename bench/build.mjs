// Builds what is measured into target/bench/: the peers by esbuild as wrangler would bundle them, but minified, and
// the bare hash for wasm and for this machine. gatehouse itself is built by scripts/build.sh.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";

export const root = join(import.meta.dirname, "..");
export const made = join(root, "target/bench");
const crate = join(import.meta.dirname, "contenders/hash/argon2");
const target = join(made, "argon2");
export const HASH_WASM = join(made, "bare_hash.wasm");
export const HASH_NATIVE = join(target, "release/bare-hash");

export async function buildPeers() {
  mkdirSync(made, { recursive: true });
  for (const name of ["better-auth", "hono"]) await bundle(name);
}

function bundle(name) {
  return esbuild({
    entryPoints: [join(import.meta.dirname, `contenders/${name}/app.mjs`)],
    outfile: join(made, `${name}.mjs`),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "warning",
  });
}

/** A peer's one module, for Miniflare. */
export function bundled(name) {
  const path = join(made, `${name}.mjs`);
  return { type: "ESModule", path, contents: readFileSync(path, "utf8") };
}

export async function buildHash() {
  const run = promisify(execFile);
  const cargo = ["build", "--quiet", "--locked", "--release", "--manifest-path", join(crate, "Cargo.toml"), "--target-dir", target];
  // From the root, whose .cargo/config.toml holds the flags of the service.
  await run("cargo", [...cargo, "--bin", "bare-hash"], { cwd: root });
  await run("cargo", [...cargo, "--lib", "--target", "wasm32-unknown-unknown"], { cwd: root });
  const wasm = join(target, "wasm32-unknown-unknown/release/bare_hash.wasm");
  await run("wasm-opt", ["-O2", "--all-features", "--strip-debug", wasm, "-o", HASH_WASM], { cwd: root });
}
