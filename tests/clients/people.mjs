// People, their codes and their tokens, against the running service.
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { Gatehouse } from "../../clients/typescript/dist/server.js";
import { codeOf, good, kyc, message } from "../../scripts/local.mjs";
import { ROOT } from "../service.mjs";

export const BASE_URL = process.env.GATEHOUSE_URL;
export const { demo, demoRecovery, other, root } = JSON.parse(readFileSync(process.env.GATEHOUSE_CLIENTS, "utf8"));

/** A client of the service, or of a proxy before it, that waits for nothing and says what it would have waited. */
export function gatehouse(settings = {}) {
  const waits = [];
  const wait = async (milliseconds) => { waits.push(milliseconds); };
  return Object.assign(new Gatehouse({ baseUrl: BASE_URL, ...demo, wait, ...settings }), { waits });
}

export function somebody() {
  const n = randomInt(1_000_000, 10_000_000);
  return { phoneNumber: `+1555${n}`, email: `person${n}@example.com`, password: "correct horse battery staple" };
}

/** The newest code that was sent to a number. */
export const code = async (phoneNumber) => codeOf(await message(BASE_URL, phoneNumber));

/** Signs somebody up and in: the person, the user object and the tokens. */
export async function loggedIn(server = gatehouse()) {
  const person = somebody();
  const user = await server.post("/v1/user/sign-up", { body: person });
  return { person, user, tokens: await logIn(person, server) };
}

export async function logIn({ email, password, phoneNumber }, server = gatehouse()) {
  const { sessionId } = await server.post("/v1/user/login", { body: { username: email, password } });
  const body = { sessionId, username: email, challengeType: "SMS_MFA", code: await code(phoneNumber) };
  return server.post("/v1/user/otp", { body });
}

/** The KYC provider's word, signed by a route that only a local service has. */
export const verify = async (userId) => good(await kyc(BASE_URL, { userId, status: "VERIFIED" }));

/** One of the local service's settings. */
export function setting(name) {
  const line = readFileSync(`${ROOT}/.dev.vars`, "utf8").split("\n").find((text) => text.startsWith(`${name}=`));
  return line.slice(name.length + 1).replace(/^(['"])(.*)\1$/, "$2");
}
