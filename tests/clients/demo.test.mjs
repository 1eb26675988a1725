// The commands beside `make dev`, where messages go to a provider: those to test numbers are in the outbox all the same.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT } from "../service.mjs";

test("the whole journey of make demo goes through where messages go to a gateway, and asks nothing of it", async () => {
  const { PORT, ...rest } = process.env;
  // Nothing listens where the gateway would be.
  const env = { ...rest, STATE: dirname(process.env.SENDING_CLIENTS) };
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "scripts/demo.mjs")], { env });
  assert.match(stdout, /^The journey of \S+, \+1555010\d{8}, at http.*\n\n(  .*\n){13}\nEvery step did what it should\.\n$/);
});
