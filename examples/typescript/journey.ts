// The whole journey of a customer: `node journey.ts`, against `make dev`. GATEHOUSE_URL and GATEHOUSE_CLIENTS say
// where the service and its credentials are, if not at port 8787 and in .state/.
import { memoryStorage, UserSession } from "gatehouse-client/app";
import { Gatehouse, GatehouseError } from "gatehouse-client/server";
import { baseUrl, codeSentTo, demo, sayVerified } from "./local.ts";

// One for the whole server: its token is got once. The secret never goes into an app.
const gatehouse = new Gatehouse({ baseUrl, ...demo });

// Sign up. No message yet: the number is proven at the first login.
const phoneNumber = `+1555${Math.floor(1e6 + Math.random() * 9e6)}`;
const email = `ada${Date.now()}@example.com`;
const password = "correct horse battery staple";
const user = await gatehouse.post("/v1/user/sign-up", { body: { phoneNumber, email, password } });
console.log(`signed up    ${user.userId}`);

// Log in: first what the person knows, then what the person has. A wrong code is an ordinary answer.
const challenge = await gatehouse.post("/v1/user/login", { body: { username: email, password } });
const answer = { sessionId: challenge.sessionId, username: email, challengeType: "SMS_MFA" as const };
const { code, at } = await codeSentTo(phoneNumber);
const wrong = (code.startsWith("0") ? "1" : "0") + code.slice(1);
await gatehouse.post("/v1/user/otp", { body: { ...answer, code: wrong } }).catch((error: unknown) => {
  if (!(error instanceof GatehouseError) || error.code !== 4001) throw error;
  console.log(`wrong code   ${error.data?.triesLeft} tries left (${error.requestId})`);
});
const tokens = await gatehouse.post("/v1/user/otp", { body: { ...answer, code } });
if (!("accessToken" in tokens)) throw new Error("the code was not of a login");

// What the app does with the tokens. Here server and app are one program; yours refreshes with `refreshAt`.
const session = new UserSession({
  baseUrl,
  storage: memoryStorage(),
  refresh: async (body, key) => await gatehouse.post("/v1/user/refresh", {
    body,
    params: { header: { "Idempotency-Key": key } },
  }),
});
await session.start(tokens);
const me = await session.get("/v1/user/me");
console.log(`logged in    ${me.email}, ${me.userAccountStatus}`);

// A token that somebody refused, or that is at its end, is exchanged for the next, for all who ask at once.
const next = await Promise.all([1, 2, 3].map(() => session.accessToken(tokens.accessToken)));
console.log(`refreshed    ${new Set(next).size} new token for ${next.length} callers`);

// An account comes with the user; a portfolio and its address only once the KYC provider vouches for the person.
await sayVerified(user.userId);
const { accountId } = user.accounts[0]!;
const account = await gatehouse.post("/v1/account/portfolio", { body: { accountId, name: "Savings" } });
console.log(`portfolio    ${account.portfolios[0]!.publicAddress}`);

// Recover a lost password. The answer is the same for a stranger, and the message leaves after it.
const reset = await gatehouse.post("/v1/user/forget-password", { body: { email } });
const sessionId = reset.sdkResponseMetadata.requestId;
const gate = { sessionId, username: email, challengeType: "RESET_PASSWORD" as const };
const { code: proof } = await codeSentTo(phoneNumber, at);
await gatehouse.post("/v1/user/otp", { body: { ...gate, code: proof } });
const better = "a better one, at last";
await gatehouse.put("/v1/user/change-password", { body: { ...gate, password: better, passwordConfirm: better } });

// That ended every session of the person, so this one cannot be renewed: show the login.
await session.get("/v1/user/me").catch((error: unknown) => {
  if (!(error instanceof GatehouseError) || error.code !== 5001) throw error;
  console.log("reset        the sessions are over");
});
