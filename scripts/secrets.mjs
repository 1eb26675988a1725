// scripts/secrets.sh says what this does.
import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { environment, LOGIN, secretsFile, shut } from "./environment.mjs";
import { freshSecrets, line } from "./fresh-secrets.mjs";
import { given, main, Misuse, Stop } from "./main.mjs";
import { configured, documented, hostsOf, linesOf, refusedBy } from "./settings.mjs";

const fresh = freshSecrets();

const commands = {
  new(env, file) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const text = execFileSync(process.execPath, [join(import.meta.dirname, "dev-vars.mjs"), `--${env}`], { encoding: "utf8" });
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, text, { mode: 0o600 });
    try {
      linkSync(aside, file);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      throw new Stop(`${file} is there already, and stays as it is: its secrets are in use, or will be`);
    } finally {
      rmSync(aside);
    }
    say(`wrote ${file} with fresh secrets, for your eyes alone. Fill in what is commented out, keep a copy where your secrets are ` +
      `kept, then: ENV=${env} scripts/secrets.sh check. What comes before the push, database and deploy, is in docs/operating.md, 5`);
  },

  async check(env, file) {
    await complete(env, file);
    say(`${file}: the service, as it lies in build/, takes all of it. It was asked on this machine; nothing is sent`);
  },

  async push(env, file) {
    const { settings, issuer } = await complete(env, file);
    // On standard input: no second file, nothing in the list of processes.
    const { status } = spawnSync("wrangler", ["secret", "bulk", "--env", env], {
      input: JSON.stringify(settings), stdio: ["pipe", "inherit", "inherit"],
    });
    if (status !== 0) throw new Stop(`wrangler did not take them, see above; the service has what it had. ${LOGIN}`);
    say(`${env} has ${Object.keys(settings).length} settings. GET ${issuer}/healthz answers 200 where they will do`);
    tellOthers(env, settings);
  },

  /** Of a list whose rows say by an id which of it made them. */
  keyids(env, file) {
    const peppers = list(file, "PASSWORD_PEPPER", read(env, file).PASSWORD_PEPPER ?? "");
    const lines = peppers.map((pepper, n) => `  keyid=${keyId(pepper)}   ${n === 0 ? "the first, which makes new hashes" : `number ${n + 1}`}`);
    say(`PASSWORD_PEPPER of ${file}, as a password's hash names it:\n${lines.join("\n")}`);
  },

  rotate: (env, file, name) => change(env, file, name, (value) => {
    const all = [...list(file, name, fresh[name]()), ...list(file, name, value)];
    return { value: joined(name, all), told: `a fresh one stands in front. Push it; 'drop' takes the old away once ${OLD_MAY_GO[name]}` };
  }),

  drop: (env, file, name) => change(env, file, name, (value) => {
    const all = list(file, name, value);
    if (all.length < 2) throw new Stop(`${name} has one value, which is in use: 'rotate' puts another in front first`);
    const which = name === "PASSWORD_PEPPER" ? `the one of keyid=${keyId(all.at(-1))}` : "the oldest";
    return { value: joined(name, all.slice(0, -1)), told: `${which} is gone. Push it once ${OLD_MAY_GO[name]}` };
  }),

  replace: (env, file, name) => change(env, file, name, () => (
    { value: fresh[name](), told: `there is a fresh one alone. The push ends ${REPLACED_ENDS[name]}` }
  )),
};

/** What each verb takes, and what it says of it: docs/operating.md, "Replacing a secret" and "When something leaked". */
const OLD_MAY_GO = {
  TOKEN_SIGNING_KEYS: "the longest access token's life (an hour, unless it is set) and a minute have gone by since the new one was pushed",
  OTP_PEPPER: "30 days have gone by since the new one was pushed; earlier, and the sessions that are older end",
  PASSWORD_PEPPER: "no password's hash names it (docs/operating.md counts them); earlier, and whoever it is of has to recover the password",
  SETTINGS_KEYS: "no partner's secrets are sealed with it (docs/operating.md, \"What partners set of their own\", lists them); " +
    "earlier, and those partners' calls are 9002",
  KYC_WEBHOOK_SECRET: "the provider signs with the new one",
};
const REPLACED_ENDS = {
  TOKEN_SIGNING_KEYS: "every access token of clients and users; nobody logs in again, since refresh tokens live on",
  OTP_PEPPER: "codes on their way and every refresh token: everybody logs in again",
  DECOY_KEY: "nothing; the made-up destination of a stranger's reset is another from then on",
  KYC_WEBHOOK_SECRET: "what the provider signs with the old one: give it the new one",
};
const TAKES = { rotate: Object.keys(OLD_MAY_GO), drop: Object.keys(OLD_MAY_GO), replace: Object.keys(REPLACED_ENDS) };
const NEVER = {
  DECOY_KEY: "has no second, so that there is nothing to rotate or drop: 'replace' it, and only when it leaked",
  PASSWORD_PEPPER: "is never replaced alone: no password that was set until now could be verified again. 'rotate' puts a fresh one in front",
  SETTINGS_KEYS: "is never replaced alone: what partners set and nobody may read could not be opened again. 'rotate' puts a fresh one in front",
};

function list(file, name, value) {
  if (name !== "TOKEN_SIGNING_KEYS") return value.split(",").map((one) => one.trim()).filter(Boolean);
  let keys;
  try {
    keys = JSON.parse(value);
  } catch {
    // Of the error, nothing: it quotes the keys.
  }
  if (Array.isArray(keys)) return keys;
  throw new Stop(`TOKEN_SIGNING_KEYS of ${file} is no JSON array: put back what your copy has. Nothing is changed`);
}

const joined = (name, values) => (name === "TOKEN_SIGNING_KEYS" ? JSON.stringify(values) : values.join(","));

/** As src/rules/password.rs names a pepper in a hash: tests/vectors/pepper-ids.json holds both to it. */
function keyId(pepper) {
  const label = Buffer.from("password pepper id v1");
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(label.length));
  return createHmac("sha256", pepper).update(length).update(label).digest().subarray(0, 6).toString("base64");
}

/** `secret bulk` takes nothing away: what the service has and the file has not, for whoever took a line out. */
function tellOthers(env, settings) {
  const { status, stdout } = spawnSync("wrangler", ["secret", "list", "--env", env], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  let names;
  try {
    names = status === 0 ? JSON.parse(stdout).map(({ name }) => name) : undefined;
  } catch {
    names = undefined;
  }
  if (!names) throw new Stop("they are set, but wrangler did not say which others the service has: a line that you took out is still set there");
  for (const name of names.filter((one) => !Object.hasOwn(settings, one))) {
    say(`${env} still has ${name}, which the file has not. If it is to go: scripts/with-env.sh wrangler secret delete ${name} --env ${env}`);
  }
}

/** The settings of the file, if the service will take them. */
async function complete(env, file) {
  const settings = read(env, file);
  const configuration = await configured(env);
  const { vars } = configuration;
  const refused = await refusedBy({ ...vars, ...settings }, configuration);
  const isTold = (name) => refused.some((sentence) => sentence.startsWith(`${name} `));
  const known = documented();
  const names = Object.keys(settings);
  const faults = [
    ...linesOf(readFileSync(file, "utf8")).faults,
    ...names.filter((name) => !known.has(name) && !isTold(name)).map((name) => `${name} is no setting (docs/reference/settings.md has all)`),
    ...names.filter((name) => Object.hasOwn(vars, name)).map((name) => `${name} is in wrangler.toml too, [env.${env}.vars]: it is in one of both`),
    ...refused,
  ];
  if (faults.length) throw new Stop(`${file} will not do, and nothing is sent:\n  ${faults.join("\n  ")}`);
  const issuer = settings.ISSUER ?? vars.ISSUER;
  const hosts = hostsOf(configuration);
  if (!hosts.includes(new URL(issuer).hostname)) {
    process.stderr.write(`secrets: warning: ISSUER is ${issuer}, and the routes of [env.${env}] in wrangler.toml have ${hosts.join(", ") || "no host"}\n`);
  }
  return { settings, issuer };
}

function read(env, file) {
  if (!existsSync(file)) {
    throw new Stop(`there is no ${file}: take it from where your secrets are kept, or, the first time, ENV=${env} scripts/secrets.sh new`);
  }
  for (const path of [dirname(file), file]) shut(path, say);
  return parseEnv(readFileSync(file, "utf8"));
}

/** One line anew; the rest of the file, comments too, as it was. A file that then says anything else is not written. */
function change(env, file, name, make) {
  const settings = read(env, file);
  if (!settings[name]) throw new Stop(`${file} has no ${name}`);
  const { value, told } = make(settings[name]);
  const old = readFileSync(file, "utf8");
  const pattern = new RegExp(`^${name}=.*$`, "m");
  const [oldLine = ""] = old.match(pattern) ?? [];
  const text = old.replace(pattern, () => line(name, value));
  if (parseEnv(oldLine)[name] !== settings[name] || !isDeepStrictEqual({ ...parseEnv(text) }, { ...settings, [name]: value })) {
    throw new Stop(`${file} has ${name} twice, over several lines, or not as ${name}=VALUE from the beginning of a line: write it ` +
      "so, in one line, then run this again. Nothing is changed");
  }
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, file);
  say(`${name} of ${file}: ${told}. Keep the new file where your secrets are kept; ENV=${env} scripts/secrets.sh push`);
}

/** The name that a verb is given, if it is one that it takes. */
function named(command, name, file) {
  if (TAKES[command].includes(name)) return name;
  if (Object.hasOwn(fresh, name ?? "")) throw new Stop(`${name} ${NEVER[name]}`);
  throw new Misuse(`${command} which? ${TAKES[command].join(", ")}; the others are not the service's to draw: write them into ${file}`);
}

function say(text) {
  process.stdout.write(`secrets: ${text}\n`);
}

await main(async () => {
  const [command, name] = given({ words: 2, file: "secrets.sh" }).words;
  if (!Object.hasOwn(commands, command ?? "")) {
    throw new Misuse(`say which: ${Object.keys(commands).join(", ")} (scripts/secrets.sh --help explains them)`);
  }
  const env = environment();
  const file = secretsFile(env);
  if (!Object.hasOwn(TAKES, command)) given({ words: 1, file: "secrets.sh" });
  await commands[command](env, file, Object.hasOwn(TAKES, command) ? named(command, name, file) : undefined);
});
