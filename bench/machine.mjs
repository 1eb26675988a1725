// On what, of what and when something was measured.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "./build.mjs";

export function machine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    os: system(),
    loadBefore: loadavg()[0],
  };
}

function system() {
  const file = "/etc/os-release";
  const name = existsSync(file) && readFileSync(file, "utf8").match(/^PRETTY_NAME="(.*)"$/m)?.[1];
  const [kernel] = release().match(/^\d+(\.\d+)?/) ?? [release()];
  return [name, `${platform()} ${kernel}`].filter(Boolean).join(", ");
}

const crate = (name) => readFileSync(join(root, "Cargo.lock"), "utf8").match(new RegExp(`^name = "${name}"\nversion = "(.*)"`, "m"))[1];

/** Its version and the commit. */
export const gatehouse = () => `${crate("gatehouse")} (${commit()})`;

export function versions() {
  const of = (folder, name) => JSON.parse(readFileSync(join(root, folder, name, "package.json"), "utf8")).version;
  return {
    gatehouse: gatehouse(),
    argon2: crate("argon2"),
    rustc: execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1],
    node: process.version.slice(1),
    workerd: of("node_modules", "workerd"),
    miniflare: of("node_modules", "miniflare"),
    undici: of("node_modules", "undici"),
    "better-auth": of("bench/node_modules", "better-auth"),
    hono: of("bench/node_modules", "hono"),
    jose: of("bench/node_modules", "jose"),
  };
}

/** With a plus where files differ from it. */
function commit() {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", "src", "migrations", "Cargo.toml", "Cargo.lock");
    return git("rev-parse", "--short=12", "HEAD") + (changed ? "+" : "");
  } catch {
    return "not from a git checkout";
  }
}
