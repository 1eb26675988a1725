import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { parseEnv } from "node:util";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-secrets-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "secrets/staging.env");

// Stands where wrangler does: writes down what it is given, and lists what `listed` holds.
const listed = join(folder, "listed");
writeFileSync(listed, "[]");
writeFileSync(join(folder, "wrangler"), `#!/bin/sh
echo "$@" >>"${folder}/asked"
if [ "$2" = list ]; then cat "${listed}"; else cat >"${folder}/given"; fi
`, { mode: 0o755 });

const run = (...args) =>
  spawnSync(process.execPath, [join(root, "scripts/secrets.mjs"), ...args], {
    cwd: folder, encoding: "utf8", env: { ...process.env, ENV: "staging", PATH: `${folder}${delimiter}${process.env.PATH}` },
  });
const settings = () => parseEnv(readFileSync(file, "utf8"));
const good = (...args) => {
  const { status, stdout, stderr } = run(...args);
  assert.equal(status, 0, stderr);
  return stdout;
};
const refused = (words, ...args) => {
  const { status, stderr } = run(...args);
  assert.equal(status, 1);
  assert.match(stderr, words);
};

test("an environment's secrets: written once, pushed when whole, rotated without losing the old", async (t) => {
  await t.test("only its owner can read the file, and no second call writes it over", () => {
    good("new");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "secrets")).mode & 0o777, 0o700);
    const before = readFileSync(file, "utf8");
    refused(/is there already/, "new");
    assert.equal(readFileSync(file, "utf8"), before);
  });

  await t.test("what is not filled in is named, and nothing is pushed", () => {
    refused(/has no ISSUER, CUSTODY_XPUB, CUSTODY_ENCRYPTION_XPUB, SUBACCOUNT_EMAIL_DOMAIN, SMS_PROVIDER yet/, "push");
    assert.throws(() => readFileSync(join(folder, "given")), { code: "ENOENT" });
    const filled = readFileSync(file, "utf8").replace("#ISSUER=https://", "ISSUER=https://id.example.com")
      .replace("#CUSTODY_XPUB=xpub", "CUSTODY_XPUB=xpub1").replace("#CUSTODY_ENCRYPTION_XPUB=xpub", "CUSTODY_ENCRYPTION_XPUB=xpub2")
      .replace("#SUBACCOUNT_EMAIL_DOMAIN=", "SUBACCOUNT_EMAIL_DOMAIN=sub.example.com").replace("#SMS_PROVIDER=", "SMS_PROVIDER=");
    writeFileSync(file, filled);
    good("check");
  });

  await t.test("all of it goes to wrangler, on standard input, and the file stays", () => {
    good("push");
    assert.equal(readFileSync(join(folder, "asked"), "utf8"), "secret bulk --env staging\nsecret list --env staging\n");
    assert.deepEqual(JSON.parse(readFileSync(join(folder, "given"), "utf8")), { ...settings() });
    assert.equal(JSON.parse(settings().TOKEN_SIGNING_KEYS).length, 1);
  });

  await t.test("what the service has and the file has not is named, with the command that takes it away", () => {
    writeFileSync(listed, JSON.stringify(["TWILIO_AUTH_TOKEN", "OTP_PEPPER"].map((name) => ({ name, type: "secret_text" }))));
    const said = good("push");
    assert.match(said, /still has TWILIO_AUTH_TOKEN.*wrangler secret delete TWILIO_AUTH_TOKEN --env staging/);
    assert.doesNotMatch(said, /OTP_PEPPER/);
    writeFileSync(listed, "not logged in");
    refused(/they are set, but wrangler did not say/, "push");
    writeFileSync(listed, "[]");
  });

  await t.test("a line that is not written as the others is not said to be changed", () => {
    const whole = readFileSync(file, "utf8");
    const pepper = /^OTP_PEPPER=(.*)$/m;
    for (const other of ["export OTP_PEPPER=$1", "OTP_PEPPER = $1", "OTP_PEPPER=$1\nOTP_PEPPER=another", "OTP_PEPPER='$1,\nold'"]) {
      const text = whole.replace(pepper, other);
      writeFileSync(file, text);
      for (const command of ["rotate", "replace"]) refused(/Nothing is changed/, command, "OTP_PEPPER");
      assert.equal(readFileSync(file, "utf8"), text);
    }
    writeFileSync(file, whole.replace(/^(TOKEN_SIGNING_KEYS=')\[(.*)\]'$/m, "$1[\n$2\n]'"));
    refused(/Nothing is changed/, "rotate", "TOKEN_SIGNING_KEYS");
    writeFileSync(file, whole);
  });

  await t.test("a fresh one stands in front of the old until that is dropped", () => {
    for (const name of ["OTP_PEPPER", "TOKEN_SIGNING_KEYS", "KYC_WEBHOOK_SECRET"]) {
      const list = () => (name === "TOKEN_SIGNING_KEYS" ? JSON.parse(settings()[name]) : settings()[name].split(","));
      const [old] = list();
      good("rotate", name);
      const [first, second] = list();
      assert.deepEqual(second, old);
      assert.notDeepEqual(first, old);
      good("drop", name);
      assert.deepEqual(list(), [first]);
      refused(/one value, which is in use/, "drop", name);
      good("replace", name);
      assert.notDeepEqual(list(), [first]);
    }
    refused(/DECOY_KEY has no second/, "rotate", "DECOY_KEY");
    refused(/not the service's to draw/, "rotate", "TWILIO_AUTH_TOKEN");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, "utf8"), /^# The URL this service answers on/m);
  });

  await t.test("a file or a folder that others can read is shut, and it is said", () => {
    chmodSync(join(folder, "secrets"), 0o755);
    assert.match(good("check"), /secrets could be read by others/);
    assert.equal(statSync(join(folder, "secrets")).mode & 0o777, 0o700);
    chmodSync(file, 0o644);
    assert.match(good("check"), /could be read by others/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  await t.test("no secret is printed", () => {
    const printed = ["check", "push", "rotate OTP_PEPPER"].map((line) => good(...line.split(" "))).join("");
    for (const value of Object.values(settings()).filter((one) => one.length > 30)) assert.ok(!printed.includes(value));
  });
});
