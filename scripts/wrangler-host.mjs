// Loaded into wrangler before its own code (env.sh): a request's URL is the one it was asked at, whatever it says.
//
// Locally wrangler takes the URL from the header MF-Original-URL, whoever sends it, and so a page at evil.com,
// whose name leads to 127.0.0.1, could call itself localhost: the service, which refuses other hosts, never sees
// what the page was asked at. wrangler's own two halves say a secret with that header. Only where it is there the
// header counts now; that it is the right one wrangler checks itself.
import fs from "node:fs";
import { join } from "node:path";

const file = join("workers", "core", "entry.worker.js");
const taken = "let originalUrl = request.headers.get(CoreHeaders.ORIGINAL_URL)";
const taking = "let originalUrl = request.headers.has(CoreHeaders.PROXY_SHARED_SECRET) ? " +
  "request.headers.get(CoreHeaders.ORIGINAL_URL) : null";

const readFileSync = fs.readFileSync;
fs.readFileSync = (path, ...options) => {
  const text = readFileSync(path, ...options);
  if (!String(path).endsWith(file)) return text;
  const parts = text.split(taken);
  if (parts.length !== 2) {
    throw new Error(`${path} is not as scripts/wrangler-host.mjs knows it: see how it takes MF-Original-URL now`);
  }
  return parts.join(taking);
};
