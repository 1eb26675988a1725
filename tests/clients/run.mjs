// The TypeScript client and the examples, against services of their own:
// node tests/clients/run.mjs [part of a test's name ...]
// scripts/test-clients.sh makes what they need.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, ROOT, start } from "../service.mjs";

mkdirSync(join(ROOT, "target/tests"), { recursive: true });

const gatewayPort = await freePort();
const gateway = `http://127.0.0.1:${gatewayPort}/sms`;
const secret = "whsec_dGhlIHNlY3JldCBvZiBhIGdhdGV3YXkgaW4gdGVzdHM=";
const [service, sending] = await Promise.all([
  start({ name: "clients", vars: "SMS_PROVIDER:console" }),
  // One that sends its messages to a partner's gateway, which a test is.
  start({ name: "clients-sms", vars: `SMS_PROVIDER:webhook SMS_WEBHOOK_SECRET:${secret} SMS_WEBHOOK_URL:${gateway}` }),
]);

const tests = spawn(process.execPath, ["--no-warnings", join(ROOT, "tests/clients/tests.mjs"), ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: "inherit",
  env: {
    ...process.env,
    GATEHOUSE_URL: service.base, GATEHOUSE_CLIENTS: service.clients,
    SENDING_URL: sending.base, SENDING_CLIENTS: sending.clients,
    GATEWAY_PORT: `${gatewayPort}`, SMS_WEBHOOK_SECRET: secret,
  },
});
const [status] = await once(tests, "close");
await Promise.all([service.stop(), sending.stop()]);
process.exit(status ?? 1);
