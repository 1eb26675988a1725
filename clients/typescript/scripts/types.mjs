// Makes src/document.ts (the types) and src/calls.ts (who may make which call, and which take an Idempotency-Key)
// of openapi.json. --check: only says whether they are what the document gives.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const HEAD = "// Made of openapi.json by scripts/types.mjs; do not edit it by hand.\n\n";

const document = JSON.parse(readFileSync(file("../../../openapi.json"), "utf8"));
const made = {
  // A member with a default may be left out of a request.
  "../src/document.ts": HEAD + astToString(await openapiTS(document, { defaultNonNullable: false })),
  "../src/calls.ts": HEAD + calls(document),
};

const stale = Object.entries(made).filter(([path, text]) => read(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path.slice(3)} is not what openapi.json gives: npm run types`);
  process.exit(stale.length ? 1 : 0);
}
for (const [path, text] of stale) writeFileSync(file(path), text);

function read(path) {
  try {
    return readFileSync(file(path), "utf8");
  } catch {
    return undefined; // Not made yet.
  }
}

function calls({ paths }) {
  // What is no JSON as a whole, a line each, is not read whole.
  const isJson = ({ responses }) => "application/json" in responses[200].content;
  const takesClient = (operation) => isJson(operation) && operation.security.some((way) => "clientAuth" in way);
  const takesUser = (operation) => operation.security.some((way) => "userAuth" in way);
  const takesKey = ({ parameters = [] }) => parameters.some(({ $ref }) => $ref?.endsWith("/IdempotencyKey"));
  return `/** The calls that a client's token may make, each with its scope. */
export type ClientPaths = ${byMethod(paths, takesClient)};

/** The calls that a user's token may make. */
export type UserPaths = ${byMethod(paths, takesUser)};

/** The calls that take an Idempotency-Key: those that make or send something. */
export const KEYED: ReadonlySet<string> = new Set([
${callsWhere(paths, takesKey).map((call) => `  "${call}",\n`).join("")}]);
`;
}

/** `POST /v1/client` */
function callsWhere(paths, holds) {
  return Object.entries(paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([, operation]) => operation.operationId && holds(operation))
    .map(([method]) => `${method.toUpperCase()} ${path}`));
}

/** Of one path one method may be a client's, and another a user's. */
function byMethod(paths, holds) {
  const members = ["get", "post", "put", "delete"].map((method) => {
    const of = Object.entries(paths).filter(([, item]) => item[method] && holds(item[method])).map(([path]) => path);
    return `\n  ${method}:${of.map((path) => `\n    | "${path}"`).join("") || " never"};`;
  });
  return `{${members.join("")}\n}`;
}
