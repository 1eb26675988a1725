// Walks the whole journey against the local service, a line a step with its time, and stops with the whole answer
// where something failed: make demo.
import { randomInt } from "node:crypto";
import { ask, codeOf, good, isGood, kyc, message, service, shown, tokenOf } from "./local.mjs";
import { given, main, Stop } from "./main.mjs";

await main(async () => {
  given();
  const found = service();
  const { url } = found;
  // A test number: its messages come to the outbox whatever the provider. By its ending none fails on demand.
  const testNumber = () => `+1555010${randomInt(1_000, 10_000)}${randomInt(1_000, 10_000)}`;
  let number = testNumber();
  const username = `ada-${Date.now().toString(36)}@example.com`;
  const [password, next] = ["correct horse battery staple", "a better one, at last"];
  let read = "";

  const step = async (what, work) => {
    const begun = performance.now();
    const { told, data } = await work();
    const ms = `${Math.round(performance.now() - begun)} ms`;
    process.stdout.write(`  ${what.padEnd(34)} ${ms.padStart(7)}   ${told}\n`);
    return data;
  };
  const call = async (token, method, path, json) => good(await ask(url, method, path, { token, json })).json.data;
  const code = async () => {
    const newest = await message(url, number, read);
    read = newest.at;
    return codeOf(newest);
  };
  const answer = async (sessionId, challengeType) =>
    call(token, "POST", "/v1/user/otp", { sessionId, username, challengeType, code: await code() });

  process.stdout.write(`The journey of ${username}, ${number}, at ${url}\n\n`);
  const token = await step("a client token", async () => {
    const data = await tokenOf(found, "demo");
    return { data: data.json.access_token, told: `for ${data.json.expires_in} s, scope ${data.json.scope}` };
  });
  const user = await step("sign up", async () => {
    const data = await call(token, "POST", "/v1/user/sign-up", { phoneNumber: number, email: username, password });
    return { data, told: data.userId };
  });
  const challenge = await step("log in with the password", async () => {
    const data = await call(token, "POST", "/v1/user/login", { username, password });
    return { data, told: `a code of ${data.codeLength ?? "?"} digits was sent` };
  });
  const session = await step("answer with the code", async () => {
    const data = await answer(challenge.sessionId, "SMS_MFA");
    return { data, told: `an access token for ${data.expiresIn ?? "a few"} s, a refresh token` };
  });
  await step("who am I", async () => {
    const data = await call(session.accessToken, "GET", "/v1/user/me");
    if (data.userId !== user.userId) throw new Stop(`GET /v1/user/me is of ${data.userId}, not of ${user.userId}`);
    return { told: `${data.userAccountStatus}, ${data.accounts.length} account` };
  });
  const fresh = await step("refresh", async () => {
    const data = await call(token, "POST", "/v1/user/refresh", { username, refreshToken: session.refreshToken });
    return { data, told: "the next pair of tokens" };
  });
  await step("KYC says VERIFIED", async () => {
    const reply = good(await kyc(url, { userId: user.userId, status: "VERIFIED", name: "Ada", surname: "Lovelace" }));
    return { told: `a signed event; ${reply.json.data.status}` };
  });
  await step("open a portfolio", async () => {
    const { accountId } = user.accounts[0];
    const account = await call(token, "POST", "/v1/account/portfolio", { accountId, name: "Savings" });
    return { told: `address ${account.portfolios[0].publicAddress}` };
  });
  const codes = await step("ten codes for paper", async () => {
    const data = await call(fresh.accessToken, "POST", "/v1/user/recovery-codes", { password });
    return { data: data.codes, told: `${data.codes[0]} and nine more, shown this once` };
  });
  const recovered = await step("the phone is lost: one of them", async () => {
    const { sessionId } = await call(token, "POST", "/v1/user/login", { username, password });
    const answered = { sessionId, username, challengeType: "RECOVERY_CODE", code: codes[0] };
    const data = await call(token, "POST", "/v1/user/otp", answered);
    return { data, told: "logged in without the SMS" };
  });
  await step("another number", async () => {
    number = testNumber();
    read = "";
    const { challenges } = await call(recovered.accessToken, "POST", "/v1/user/phone", { newPhoneNumber: number, password });
    await answer(challenges[0].sessionId, "CHANGE_PHONE");
    const { info } = await call(recovered.accessToken, "GET", "/v1/user/me");
    return { told: `${number}, no money leaves until ${info.holdUntil}` };
  });
  await step("forget the password", async () => {
    const reset = await call(token, "POST", "/v1/user/forget-password", { email: username });
    const sessionId = reset.sdkResponseMetadata.requestId;
    const challengeType = "RESET_PASSWORD";
    const passwords = { password: next, passwordConfirm: next };
    await call(token, "PUT", "/v1/user/change-password", { sessionId, username, challengeType, ...passwords });
    await answer(sessionId, challengeType);
    return { told: "changed by the code; every session ended" };
  });
  await step("the old session", async () => {
    const reply = await ask(url, "GET", "/v1/user/me", { token: recovered.accessToken });
    if (isGood(reply)) throw new Stop(`the session outlived the reset.\n\n${shown(reply)}`);
    return { told: `is refused, ${reply.status} ${reply.json.errorCode}` };
  });
  process.stdout.write("\nEvery step did what it should.\n");
});
