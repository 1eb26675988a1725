// What a deployment has beside the wasm: the reference, and nothing that is for a laptop alone.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT, start } from "../service.mjs";

const configuration = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
const environments = ["", ...[...configuration.matchAll(/^\[env\.(\w+)\]$/gm)].map(([, name]) => name)];
const PUBLIC = join(ROOT, "web/dist/public");

/** Every file below a folder, by its path in it. */
const filesOf = (folder) => readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());

test("every environment is deployed with the files that are for everybody", async () => {
  for (const environment of environments) {
    const out = mkdtempSync(join(tmpdir(), "gatehouse-deployment-"));
    const program = join(ROOT, "node_modules/wrangler/wrangler-dist/cli.js");
    const args = ["--no-warnings", program, "deploy", "--dry-run", "--outdir", out, "--env", environment];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: "1", XDG_CONFIG_HOME: join(ROOT, ".wrangler/config"), WRANGLER_SEND_METRICS: "false" },
    });
    rmSync(out, { recursive: true });
    const [, folder] = /Read \d+ files from the assets directory (\S+)/.exec(stdout) ?? [];
    assert.equal(folder, PUBLIC, `${environment || "the default"}: ${stdout}`);
  }
});

test("there is nothing of the console among them", () => {
  const files = filesOf(PUBLIC);
  assert.ok(files.includes("openapi.json") && files.includes("docs.html"), files.join(" "));
  assert.ok(!files.includes("index.html"), "the page at / leads to the console");
  for (const name of files) {
    assert.doesNotMatch(name, /console/);
    // The console is known by the routes that it alone uses.
    assert.doesNotMatch(readFileSync(join(PUBLIC, name), "utf8"), /\/dev\/kyc-event|\/dev\/outbox|\/console/, name);
  }
  assert.match(readFileSync(join(ROOT, "web/dist/local/console/console.js"), "utf8"), /\/dev\/kyc-event/, "or this finds nothing anywhere");
});

test("served with them, the service knows no console", async () => {
  const service = await start({ name: "browser-public", assets: "web/dist/public" });
  try {
    for (const path of ["/", "/index.html", "/console", "/console.html", "/console/", "/console/console.js", "/console/console.css", "/dist/local/console"]) {
      const answer = await fetch(service.base + path, { redirect: "manual" });
      assert.equal(answer.status, 404, path);
      assert.equal((await answer.json()).errorCode, 1005, path);
    }
    const docs = await fetch(`${service.base}/docs`);
    assert.equal(docs.status, 200);
    const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    for (const path of ["/docs", "/docs/errors"]) {
      const { headers } = await fetch(service.base + path);
      assert.equal(headers.get("content-security-policy"), policy, path);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    }
  } finally {
    await service.stop();
  }
});
