import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { parseEnv } from "node:util";
import { freshSecrets } from "../fresh-secrets.mjs";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-secrets-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "secrets/staging.env");

copyFileSync(join(root, "wrangler.toml"), join(folder, "wrangler.toml"));
// Of two keys that nobody has the private half of.
const XPUBS = [
  "xpub6CfKEQnN6r3rix7dXr4G4nAkHRmvNNM5VALtLb2g8WcxcA7vz2nbhNp2q8b7Z5zBgJpSKQGdfGhpgRqCVwLrtXACKbe4YuKXv546kfeXDp6",
  "xpub6DG5NrB4mQMhcdNfo4RHJTyyMPDMjkEzUgtF4cCv1mWPxojPorXXvxfkSS8FcoNLzVS6yZkAjPnMqMDCuwV2AD6L1WGgqca11YjY1PE8Lzd",
];
const peppers = JSON.parse(readFileSync(join(root, "tests/vectors/pepper-ids.json"), "utf8"));

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
const ends = (code) => (words, ...args) => {
  const { status, stderr } = run(...args);
  assert.equal(status, code, stderr);
  assert.match(stderr, words);
};
const [refused, misused] = [ends(1), ends(2)];

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
    refused(/ISSUER is not set\n  CUSTODY_XPUB is not set\n  CUSTODY_ENCRYPTION_XPUB is not set\n  SUBACCOUNT_EMAIL_DOMAIN is not set\n  SMS_PROVIDER is not set/, "push");
    assert.throws(() => readFileSync(join(folder, "given")), { code: "ENOENT" });
    const filled = {
      ISSUER: "https://id-staging.example.com", CUSTODY_XPUB: XPUBS[0], CUSTODY_ENCRYPTION_XPUB: XPUBS[1], SUBACCOUNT_EMAIL_DOMAIN: "sub.example.com",
      SMS_PROVIDER: "twilio", TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "the-token-of-twilio-which-is-long", TWILIO_FROM: "+15005550006",
    };
    const fill = (text, [name, value]) => text.replace(new RegExp(`^#${name}=.*$`, "m"), `${name}=${value}`);
    writeFileSync(file, Object.entries(filled).reduce(fill, readFileSync(file, "utf8")));
    assert.deepEqual(Object.fromEntries(Object.keys(filled).map((name) => [name, settings()[name]])), filled);
    assert.equal(run("check").stderr, "");
  });

  await t.test("what the service would refuse is refused here, all at once, and no value is said", () => {
    const whole = readFileSync(file, "utf8");
    const [toml, asWas] = [join(folder, "wrangler.toml"), readFileSync(join(folder, "wrangler.toml"), "utf8")];
    writeFileSync(toml, asWas.replace('ENVIRONMENT = "staging"', 'ENVIRONMENT = "staging"\nLOG_REQUESTS = "7"'));
    const lines = [
      ["SMS_FALLBACK_PROVIDER=vonage", "VONAGE_API_KEY is not set"],
      ["OTP_LENGTH=99", "OTP_LENGTH must be a whole number"],
      ["OTP_LENGHT=6", "OTP_LENGHT is no setting; OTP_LENGTH is"],
      ["otp_length=6", "otp_length is no setting; OTP_LENGTH is"],
      ["CLOUDFLARE_API_TOKEN=secret-word", "CLOUDFLARE_API_TOKEN is no setting (docs"],
      ["LOG_REQUESTS=5", "LOG_REQUESTS is in wrangler.toml too"],
      ["ENVIRONMENT=staging", "ENVIRONMENT is in wrangler.toml too"],
      ["ISSUER=https://id-staging.example.com", "ISSUER is there twice"],
      ["", "OTP_PEPPER must have at least 32"],
      ["this is no secret-word", " is not NAME=VALUE"],
      ["export RESET_OTP_LENGTH=8", " is not NAME=VALUE"],
      ["SMS_APP_NAME='secret-word", " is not NAME=VALUE"],
    ];
    const short = whole.replace(/^OTP_PEPPER=.*$/m, "OTP_PEPPER=secret-word");
    writeFileSync(file, `${short}${lines.map(([one]) => `${one}\n`).join("")}`);
    const { status, stdout, stderr } = run("push");
    assert.equal(status, 1);
    for (const [, words] of lines) assert.ok(stderr.includes(words), `${words} is not in\n${stderr}`);
    assert.equal(stderr.match(/OTP_LENGHT/g).length, 1);
    assert.equal(stderr.match(/ is not NAME=VALUE/g).length, 3);
    assert.ok(!`${stdout}${stderr}`.includes("secret-word"), stderr);
    writeFileSync(toml, asWas);
    writeFileSync(file, whole);
    assert.throws(() => readFileSync(join(folder, "given")), { code: "ENOENT" });
  });

  await t.test("a host that no route has is told, and is no failure", () => {
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, whole.replace("https://id-staging.", "https://id-stagign."));
    assert.match(run("check").stderr, /^secrets: warning: ISSUER is .*id-stagign.* have id-staging.example.com\n$/);
    writeFileSync(file, whole);
  });

  await t.test("all of it goes to wrangler, on standard input, and the file stays", () => {
    good("push");
    assert.equal(readFileSync(join(folder, "asked"), "utf8"), "secret bulk --env staging\nsecret list --env staging\n");
    assert.deepEqual(JSON.parse(readFileSync(join(folder, "given"), "utf8")), { ...settings() });
    assert.equal(JSON.parse(settings().TOKEN_SIGNING_KEYS).length, 1);
  });

  await t.test("what the service has and the file has not is named, with the command that takes it away", () => {
    writeFileSync(listed, JSON.stringify(["VONAGE_API_SECRET", "OTP_PEPPER"].map((name) => ({ name, type: "secret_text" }))));
    const said = good("push");
    assert.match(said, /still has VONAGE_API_SECRET.*wrangler secret delete VONAGE_API_SECRET --env staging/);
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
      assert.match(good("replace", name), /The push ends /);
      assert.notDeepEqual(list(), [first]);
    }
    for (const verb of ["rotate", "drop"]) refused(/DECOY_KEY has no second/, verb, "DECOY_KEY");
    good("replace", "DECOY_KEY");
    misused(/^secrets: rotate which\? TOKEN_SIGNING_KEYS, OTP_PEPPER, PASSWORD_PEPPER, SETTINGS_KEYS, KYC_WEBHOOK_SECRET; .*not the service's to draw/, "rotate", "TWILIO_AUTH_TOKEN");
    misused(/^secrets: replace which\? TOKEN_SIGNING_KEYS, OTP_PEPPER, DECOY_KEY, KYC_WEBHOOK_SECRET; /, "replace");
    misused(/'more' is one word too many/, "rotate", "OTP_PEPPER", "more");
    misused(/'more' is one word too many/, "check", "more");
    misused(/^secrets: say which: new, check, push, keyids, rotate, drop, replace /);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, "utf8"), /^# The URL this service answers on/m);
  });

  await t.test("the only pepper of passwords is not thrown away, and each is known by what hashes name it", () => {
    const old = settings().PASSWORD_PEPPER;
    refused(/PASSWORD_PEPPER is never replaced alone/, "replace", "PASSWORD_PEPPER");
    assert.equal(settings().PASSWORD_PEPPER, old);
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, whole.replace(/^PASSWORD_PEPPER=.*$/m, `PASSWORD_PEPPER=${peppers.map(({ pepper }) => pepper).join()}`));
    const lines = good("keyids").match(/keyid=\S+ .*/g);
    assert.deepEqual(lines, peppers.map(({ keyid }, n) => `keyid=${keyid}   ${n ? `number ${n + 1}` : "the first, which makes new hashes"}`));
    assert.ok(good("drop", "PASSWORD_PEPPER").includes(`keyid=${peppers.at(-1).keyid} is gone`));
    writeFileSync(file, whole);
  });

  await t.test("every secret that is drawn here has its words for each verb", () => {
    const whole = readFileSync(file, "utf8");
    for (const name of Object.keys(freshSecrets())) {
      for (const verb of ["rotate", "drop", "replace"]) {
        const { status, stdout, stderr } = run(verb, name);
        assert.ok(status === 0 || status === 1, stderr);
        assert.match(`${stdout}${stderr}`, new RegExp(`^secrets: ${name} `), `${verb} ${name}`);
        assert.doesNotMatch(`${stdout}${stderr}`, /undefined/, `${verb} ${name}`);
      }
    }
    writeFileSync(file, whole);
  });

  await t.test("no key of partners' secrets is thrown away before others stand in front", () => {
    const old = settings().SETTINGS_KEYS;
    refused(/SETTINGS_KEYS is never replaced alone/, "replace", "SETTINGS_KEYS");
    refused(/one value, which is in use/, "drop", "SETTINGS_KEYS");
    assert.equal(settings().SETTINGS_KEYS, old);
    assert.match(good("rotate", "SETTINGS_KEYS"), /once no partner's secrets are sealed with it/);
    const [first, second] = settings().SETTINGS_KEYS.split(",");
    assert.equal(second, old);
    good("drop", "SETTINGS_KEYS");
    assert.equal(settings().SETTINGS_KEYS, first);
  });

  await t.test("keys that are damaged are said to be, and not shown", () => {
    const whole = readFileSync(file, "utf8");
    for (const keys of ['[{"d":"secret-word', '{"d":"secret-word"}']) {
      writeFileSync(file, whole.replace(/^TOKEN_SIGNING_KEYS=.*$/m, `TOKEN_SIGNING_KEYS='${keys}'`));
      for (const verb of ["rotate", "drop"]) {
        const { status, stderr } = run(verb, "TOKEN_SIGNING_KEYS");
        assert.equal(status, 1);
        assert.match(stderr, /^secrets: TOKEN_SIGNING_KEYS of \S+ is no JSON array.*\n$/);
        assert.ok(!stderr.includes("secret-word"));
      }
    }
    writeFileSync(file, whole);
  });

  await t.test("a file or a folder that others can read is shut, and it is said", () => {
    chmodSync(join(folder, "secrets"), 0o755);
    assert.match(good("keyids"), /secrets could be read by others/);
    assert.equal(statSync(join(folder, "secrets")).mode & 0o777, 0o700);
    chmodSync(file, 0o644);
    assert.match(good("keyids"), /could be read by others/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  await t.test("no secret is printed", () => {
    const printed = ["push", "keyids", "rotate OTP_PEPPER"].map((line) => good(...line.split(" "))).join("");
    for (const value of Object.values(settings()).filter((one) => one.length > 30)) assert.ok(!printed.includes(value));
  });
});
