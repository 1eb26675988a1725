// What scripts/journey.sh stands on: one call, a member of its answer, the code in the newest message. It is called by
// the helpers that this gives a shell: . scripts/journey.sh
import { readFileSync } from "node:fs";
import { ask, codeOf, good, kyc, message, service, shown, tokenBy } from "./local.mjs";
import { given, main, Misuse, Stop } from "./main.mjs";

const { TOKEN, ACCESS } = process.env;

/** How each is called in the shell, where it takes arguments. */
const USAGE = {
  call: ["METHOD PATH [JSON]", "call GET /v1/user/me"],
  get: ["MEMBER", "get data.sessionId"],
  kyc: ["USER_ID STATUS", 'kyc "$USER_ID" VERIFIED'],
};

const commands = {
  /** Shell assignments: where the service is, and the credentials of a client. */
  begin(name) {
    const { url, clients, state } = service();
    const client = clients[name];
    if (!client) throw new Stop(`${state}/clients.json has no '${name}' but ${Object.keys(clients).join(", ")}`);
    print(`BASE='${url}' ID='${client.clientId}' SECRET='${client.clientSecret}'`);
  },

  /** The answer, whole; its body on standard output. */
  async call(url, method, path, body, ...more) {
    if (!path?.startsWith("/") || more.length) throw misused("call");
    const data = body === undefined ? "" : ` -H 'Content-Type: application/json' -d '${body.replaceAll("'", "'\\''")}'`;
    // Pasted, it must have what was sent: in `TOKEN=$ACCESS call ...` TOKEN is another's than the shell's own.
    const variable = TOKEN === ACCESS ? "$ACCESS" : "$TOKEN";
    const bearer = TOKEN && path !== "/oauth2/token" ? ` -H "Authorization: Bearer ${variable}"` : "";
    say(`\n$ curl -X ${method} '${url}${path}'${bearer}${data}`);
    told(await ask(url, method, path, { token: bearer && TOKEN, text: body }));
  },

  /** A client token, as RFC 6749 has it; the client's id:secret is on standard input. */
  async token(url) {
    say(`\n$ curl -u "$ID:$SECRET" -d grant_type=client_credentials ${url}/oauth2/token`);
    told(await tokenBy(url, service().state, readFileSync(0, "utf8")));
  },

  /** A member of the answer on standard input, such as data.accounts.0.accountId. */
  get(member) {
    if (!member) throw misused("get");
    const text = readFileSync(0, "utf8");
    if (!text) throw new Stop(`there is no answer to take ${member} of: nothing was asked, or it failed`);
    const value = member.split(".").reduce((object, key) => object?.[key], parsed(text, member));
    if (value === undefined || value === null) throw new Stop(`the last answer has no ${member}: ${text}`);
    print(typeof value === "string" ? value : JSON.stringify(value));
  },

  /** The code of the first message to a number after one that was read, and that message's time. */
  async code(url, number, after) {
    if (!number) throw new Stop("code reads the newest message to NUMBER, which is not set: NUMBER=+1555... first");
    const found = await message(url, number, after);
    const code = codeOf(found);
    if (!code) throw new Stop(`the newest message has no code: ${found.text}`);
    say(`\nThe phone ${number}: ${found.text}`);
    print(`CODE='${code}' CODE_AT='${found.at}'`);
  },

  async kyc(url, userId, status) {
    if (!userId || !status) throw misused("kyc");
    const reply = good(await kyc(url, { userId, status, name: "Ada", surname: "Lovelace" }));
    say(`\nKYC said, signed, at POST /v1/kyc/webhook: ${userId} is ${status}`);
    told(reply);
  },
};

function parsed(text, member) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Stop(`the last answer has no ${member}: it is lines, which "$ANSWER" has`);
  }
}

function misused(command) {
  const [args, example] = USAGE[command];
  return new Stop(`${command} ${args}, such as: ${example}`);
}

const print = (text) => process.stdout.write(`${text}\n`);
const say = (text) => process.stderr.write(`${text}\n`);

function told(reply) {
  say(shown(good(reply)));
  print(reply.text);
}

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, command ?? "")) {
    given();
    throw new Misuse("the helpers of scripts/journey.sh call this (--help says more)");
  }
  await commands[command](...args);
});
