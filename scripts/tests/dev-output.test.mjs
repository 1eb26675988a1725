import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const passed = (lines) => {
  const script = join(import.meta.dirname, "../dev-output.mjs");
  return spawnSync(process.execPath, [script], { input: lines.join("\n"), encoding: "utf8" }).stdout;
};
const request = '{"event":"request","route":"/healthz","status":200}';

test("of what wrangler says, its lists and echoes are left out and the service's lines stay", () => {
  const shown = passed([
    "Using secrets defined in .dev.vars",
    "Your Worker has access to the following bindings:",
    'env.OTP_PEPPER ("(hidden)")      Environment Variable      local',
    "",
    "[wrangler:info] Ready on http://127.0.0.1:8787",
    "\x1b[33m▲ \x1b[43;30m[WARNING]\x1b[0m Scheduled Workers are not automatically triggered during local development.",
    request,
    "[wrangler:info] GET /healthz 200 OK (41ms)",
    "✘ [ERROR] something that nobody foresaw",
  ]);
  assert.equal(shown, `${request}\n✘ [ERROR] something that nobody foresaw\n`);
});

test("all that wrangler said is shown where it ended before it was ready", () => {
  const lines = ["Using secrets defined in .dev.vars", "✘ [ERROR] Address already in use"];
  const shown = passed(lines);
  for (const line of lines) assert.ok(shown.includes(line), shown);
});

test("settings that are refused are told one a line, in whatever colour they came", () => {
  const event = '{"event":"settings.refused","level":"error","refused":["OTP_LENGHT is no setting; OTP_LENGTH is","ISSUER is not set"]}';
  const shown = passed(["[wrangler:info] Ready on http://127.0.0.1:8787", `\x1b[31m✘ [ERROR]\x1b[0m \x1b[1m${event}\x1b[0m`]);
  assert.match(shown, /nothing is served:\n\n {4}OTP_LENGHT is no setting; OTP_LENGTH is\n {4}ISSUER is not set\n/);
});
