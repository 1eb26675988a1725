// The TypeScript client and the examples, against services of their own:
// node tests/clients/run.mjs [part of a test's name ...]
// scripts/test-clients.sh makes what they need.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, ROOT, start } from "../service.mjs";

const wanted = process.argv.slice(2).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
const folder = join(ROOT, "tests/clients");
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs")).map((name) => join(folder, name));
mkdirSync(join(ROOT, "target/tests"), { recursive: true });

const gatewayPort = await freePort();
const gateway = `http://127.0.0.1:${gatewayPort}/sms`;
const secret = "whsec_dGhlIHNlY3JldCBvZiBhIGdhdGV3YXkgaW4gdGVzdHM=";
const [service, sending] = await Promise.all([
  start({ name: "clients", vars: "SMS_PROVIDER:console" }),
  // One that sends its messages to a partner's gateway, which a test is.
  start({ name: "clients-sms", vars: `SMS_PROVIDER:webhook SMS_WEBHOOK_SECRET:${secret} SMS_WEBHOOK_URL:${gateway}` }),
]);

const args = ["--test", "--test-concurrency=1", "--test-timeout=120000", `--test-reporter=${join(folder, "reporter.mjs")}`];
args.push(...wanted.map((word) => `--test-name-pattern=${word}`));
const tests = spawn(process.execPath, [...args, ...files], {
  cwd: ROOT,
  stdio: "inherit",
  env: {
    ...process.env,
    GATEHOUSE_URL: service.base, GATEHOUSE_CLIENTS: service.clients,
    SENDING_URL: sending.base, SENDING_CLIENTS: sending.clients,
    GATEWAY_PORT: `${gatewayPort}`, SMS_WEBHOOK_SECRET: secret,
  },
});
const status = await new Promise((resolve) => tests.on("close", (code) => resolve(code ?? 1)));
await Promise.all([service.stop(), sending.stop()]);
process.exit(status);
