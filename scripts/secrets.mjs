// scripts/secrets.sh says what this does.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { environment, secretsFile } from "./environment.mjs";
import { freshSecrets, line } from "./fresh-secrets.mjs";
import { main, Stop } from "./main.mjs";

const NEEDED = [
  "ISSUER", "TOKEN_SIGNING_KEYS", "OTP_PEPPER", "PASSWORD_PEPPER", "DECOY_KEY", "CUSTODY_XPUB", "CUSTODY_ENCRYPTION_XPUB",
  "KYC_WEBHOOK_SECRET", "SUBACCOUNT_EMAIL_DOMAIN", "SMS_PROVIDER",
];
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
      `kept, then: ENV=${env} scripts/secrets.sh push`);
  },

  check(env, file) {
    complete(env, file);
    say(`${file} has all that the service cannot do without; it refuses what will not do by itself, and says so in its log`);
  },

  push(env, file) {
    const settings = complete(env, file);
    // On standard input: no second file, nothing in the list of processes.
    const { status } = spawnSync("wrangler", ["secret", "bulk", "--env", env], {
      input: JSON.stringify(settings), stdio: ["pipe", "inherit", "inherit"],
    });
    if (status !== 0) throw new Stop("wrangler did not take them; the service has what it had");
    say(`${env} has ${Object.keys(settings).length} settings. GET ${settings.ISSUER}/healthz answers 200 where they will do`);
    tellOthers(env, settings);
  },

  rotate: (env, file, name) => change(env, file, name, "rotate", (value) => {
    if (name === "DECOY_KEY") throw new Stop("DECOY_KEY has no second: 'replace' it, and only when it leaked");
    return joined(name, [...list(name, fresh[name]()), ...list(name, value)]);
  }),

  drop: (env, file, name) => change(env, file, name, "drop", (value) => {
    const all = name === "DECOY_KEY" ? [value] : list(name, value);
    if (all.length < 2) throw new Stop(`${name} has one value, which is in use: 'rotate' puts another in front first`);
    return joined(name, all.slice(0, -1));
  }),

  replace: (env, file, name) => change(env, file, name, "replace", () => fresh[name]()),
};

const list = (name, value) => (name === "TOKEN_SIGNING_KEYS" ? JSON.parse(value) : value.split(","));
const joined = (name, values) => (name === "TOKEN_SIGNING_KEYS" ? JSON.stringify(values) : values.join(","));

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

/** The settings of the file, if it is whole. */
function complete(env, file) {
  const settings = read(env, file);
  const lacks = NEEDED.filter((name) => !settings[name] || /^(xpub|https:\/\/)$/.test(settings[name]));
  if (lacks.length) throw new Stop(`${file} has no ${lacks.join(", ")} yet: fill in those lines, without their #`);
  if ("ENVIRONMENT" in settings) throw new Stop(`${file} has ENVIRONMENT, which wrangler.toml says: take the line out`);
  return settings;
}

function read(env, file) {
  if (!existsSync(file)) {
    throw new Stop(`there is no ${file}: take it from where your secrets are kept, or, the first time, ENV=${env} scripts/secrets.sh new`);
  }
  for (const [path, mode] of [[dirname(file), 0o700], [file, 0o600]]) {
    if (!(statSync(path).mode & 0o077)) continue;
    chmodSync(path, mode);
    say(`${path} could be read by others on this machine; it cannot any more. Where that matters, replace what is in it`);
  }
  return parseEnv(readFileSync(file, "utf8"));
}

/** One line anew; the rest of the file, comments too, as it was. A file that then says anything else is not written. */
function change(env, file, name, what, make) {
  if (!Object.hasOwn(fresh, name ?? "")) {
    throw new Stop(`${what} which? ${Object.keys(fresh).join(", ")}; the others are not the service's to draw: write them into ${file}`);
  }
  const settings = read(env, file);
  if (!settings[name]) throw new Stop(`${file} has no ${name}`);
  const value = make(settings[name]);
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
  say(`${name} of ${file} is changed. Keep the new file where your secrets are kept, then: ENV=${env} scripts/secrets.sh push`);
}

function say(text) {
  process.stdout.write(`secrets: ${text}\n`);
}

await main(() => {
  const [command, name] = process.argv.slice(2);
  if (!Object.hasOwn(commands, command ?? "")) throw new Stop(`say which: ${Object.keys(commands).join(", ")} (scripts/secrets.sh explains them)`);
  const env = environment();
  commands[command](env, secretsFile(env), name);
});
