// Fills web/dist/: what is served beside the wasm, as files.
//
//   web/dist/public   what a deployment serves: openapi.json, the reference at /docs with its errors, and
//                     whatever lies in web/public
//   web/dist/local    the same, the console, and the page at / that leads to all of it, for scripts/dev.sh alone
//
// A file that has not changed is not written: a service that runs sees only what has.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { errorsPage } from "./docs/errors.mjs";

const root = dirname(import.meta.dirname);
const at = (...parts) => join(root, ...parts);
const dist = at("web/dist");

const document = readFileSync(at("openapi.json"));
const reference = {
  ...folder(at("web/public")),
  "openapi.json": document,
  "docs.html": readFileSync(at("web/docs/docs.html")),
  "docs/errors.html": errorsPage(readFileSync(at("docs/errors.md"), "utf8"), JSON.parse(document)),
  "docs/swagger-ui-bundle.js": readFileSync(at("node_modules/swagger-ui-dist/swagger-ui-bundle.js")),
  // Whoever passes it on passes these on too; the script names the file.
  "docs/swagger-ui-bundle.js.LICENSE.txt": licences("swagger-ui-dist", ["NOTICE", "LICENSE", "swagger-ui-bundle.js.LICENSE.txt"]),
  ...(await bundle({ "docs/docs": "web/docs/docs.mjs", "docs/errors": "web/docs/errors.css" })),
};
const console = {
  "index.html": readFileSync(at("web/console/index.html")),
  "console.html": readFileSync(at("web/console/console.html")),
  ...(await bundle({ "console/console": "web/console/main.jsx", "console/index": "web/console/index.css" })),
};
const { _headers: headers } = reference;
const local = { ...reference, ...console, _headers: `${headers}\n${readFileSync(at("web/console/_headers"))}` };

fill(join(dist, "public"), reference);
fill(join(dist, "local"), local);

function licences(name, files) {
  return files.map((file) => readFileSync(at("node_modules", name, file), "utf8")).join("\n\n");
}

/** Every file below a folder, by its path in it. */
function folder(from) {
  const names = readdirSync(from, { recursive: true }).filter((name) => statSync(join(from, name)).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(from, name))]));
}

/** The scripts and styles that come of these sources, by their path; a script's styles have its name. */
async function bundle(entryPoints) {
  const made = await build({
    entryPoints: Object.fromEntries(Object.entries(entryPoints).map(([name, source]) => [name, at(source)])),
    outdir: dist,
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    // Nothing is asked of a folder above, whatever lies there.
    tsconfigRaw: "{}",
    absWorkingDir: root,
    legalComments: "none",
    logLevel: "warning",
  });
  return Object.fromEntries(made.outputFiles.map(({ path, contents }) => [relative(dist, path), contents]));
}

/** Leaves these files in the folder and no other. */
function fill(into, files) {
  mkdirSync(into, { recursive: true });
  for (const name of readdirSync(into, { recursive: true })) {
    const path = join(into, name);
    if (!(name in files) && statSync(path).isFile()) rmSync(path);
  }
  for (const [name, contents] of Object.entries(files)) {
    const path = join(into, name);
    mkdirSync(dirname(path), { recursive: true });
    if (!same(path, contents)) writeFileSync(path, contents);
  }
}

function same(path, contents) {
  try {
    return readFileSync(path).equals(Buffer.from(contents));
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
}
