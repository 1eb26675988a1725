// What is published: whose types it has, how large it is, what is in it, where it cannot go.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { freePort, ROOT } from "../service.mjs";

const PACKAGE = join(ROOT, "clients/typescript");
const LIMIT_KB = 5;
const run = (command, args, options) => promisify(execFile)(command, args, { cwd: PACKAGE, ...options });
const tool = (name, ...args) => run(join(PACKAGE, "node_modules/.bin", name), args);
const { build } = createRequire(join(PACKAGE, "package.json"))("esbuild");

/** As somebody's bundler would do it who has the package installed: it may name itself. */
async function bundle(entry, options) {
  const stdin = { contents: `export * from "gatehouse-client/${entry}";`, resolveDir: PACKAGE };
  const made = await build({ stdin, bundle: true, minify: true, format: "esm", write: false, logLevel: "silent", ...options });
  return made.outputFiles[0].text;
}

test("the types are what the document gives", async () => {
  await run(process.execPath, ["scripts/types.mjs", "--check"]);
});

for (const [entry, platform] of [["server", "node"], ["app", "browser"]]) {
  test(`${entry} is under ${LIMIT_KB} KB gzipped, with all that it needs`, async () => {
    const bytes = gzipSync(await bundle(entry, { platform }), { level: 9 }).length;
    console.log(`         ${entry}: ${bytes} bytes gzipped`);
    assert.ok(bytes < LIMIT_KB * 1000, `${bytes}`);
  });
}

test("a bundle for a browser cannot have the entry that holds a secret", async () => {
  await assert.rejects(bundle("server", { platform: "browser" }), /gatehouse-client\/server/);
  assert.ok(!(await bundle("app", { platform: "browser" })).includes("client_credentials"));
  // React Native's bundler goes by a condition of its own, and builds for no browser.
  await assert.rejects(bundle("server", { platform: "neutral", conditions: ["react-native"] }), /gatehouse-client\/server/);
  assert.ok((await bundle("app", { platform: "neutral", conditions: ["react-native"] })).length > 0);
  // A partner's Worker is a server, though its bundler takes what is for browsers.
  const worker = await bundle("server", { platform: "browser", conditions: ["workerd", "worker", "browser"] });
  assert.ok(worker.includes("client_credentials"));
});

for (const [where, sign] of [
  ["in a page", "globalThis.document = {};"],
  ["in React Native", 'Object.defineProperty(globalThis, "navigator", { value: { product: "ReactNative" } });'],
]) test(`${where} the client of a server refuses to be made`, async () => {
  const page = `${sign}
    const { Gatehouse } = await import("gatehouse-client/server");
    new Gatehouse({ baseUrl: "https://id.example.com", clientId: "cli_1", clientSecret: "secret" });`;
  await assert.rejects(run(process.execPath, ["--input-type=module", "--eval", page]), /a client's secret is a server's/);
});

test("it packs with nothing but itself, and resolves for all who use ESM", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
  const files = Object.values(JSON.parse(stdout))[0].files.map(({ path }) => path);
  assert.deepEqual(files.filter((path) => !/^(dist\/\w+\.(js|d\.ts)|README\.md|LICENSE-\w+|package\.json)$/.test(path)), []);
  await tool("publint", "--strict");
  await tool("attw", "--pack", ".", "--profile", "esm-only");
});

test("the README's lines sign a user up and in, and are twenty at most", async () => {
  const [, lines] = readFileSync(join(PACKAGE, "README.md"), "utf8").match(/```js\n(import \{ readFileSync[^]*?)```/);
  assert.ok(lines.split("\n").filter((line) => line.trim() && !line.startsWith("//")).length <= 20);
  const folder = mkdtempSync(join(PACKAGE, "dist/readme-"));
  try {
    writeFileSync(join(folder, "readme.mjs"), lines);
    const readme = (env) => run(process.execPath, [join(folder, "readme.mjs")], { env: { ...process.env, ...env } });
    for (const url of [process.env.GATEHOUSE_URL, `${process.env.GATEHOUSE_URL}/`]) {
      const { stdout } = await readme({ GATEHOUSE_URL: url });
      assert.match(stdout, /^ada\d+@example\.com is logged in as usr_\S+ for 900 seconds\n$/);
    }
    for (const [env, sentence] of [
      [{ GATEHOUSE_CLIENTS: "/nowhere/clients.json" }, /^ENOENT: .*'\/nowhere\/clients\.json'\. GATEHOUSE_URL and .*\n$/],
      [{ GATEHOUSE_URL: `http://localhost:${await freePort()}` }, /^no answer of http:\S+\. GATEHOUSE_URL and .*\n$/],
    ]) await assert.rejects(readme(env), ({ stderr }) => sentence.test(stderr) || assert.fail(stderr));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
