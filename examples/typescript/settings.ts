// What a partner sets of its own, the text of its messages and the secret that its KYC provider signs with:
// `node settings.ts`, against `make dev`, as the partner `other`.
import { randomBytes, randomUUID } from "node:crypto";
import { Gatehouse, GatehouseError } from "gatehouse-client/server";
import { Webhook } from "standardwebhooks";
import { baseUrl, clients, codeSentTo } from "./local.ts";

const { other, otherSettings } = clients;
if (!other || !otherSettings) throw new Error("the state is of before there were settings of a partner's own: begin with a fresh one");

// Who sets them is a client of its own, with the scope settings.write, on no server of the customers' journey.
const settings = new Gatehouse({ baseUrl, ...otherSettings });
const secret = `whsec_${randomBytes(32).toString("base64")}`;
const { partnerId, settings: own } = await settings.put("/v1/partner/settings", {
  body: { smsAppName: "Other Bank", smsText: "{app}: your code is {code}. Tell nobody.", kycWebhookSecrets: [secret] },
});
console.log(`text         ${own.smsText.value}, of the ${own.smsText.source}`);
console.log(`KYC secrets  ${own.kycWebhookSecrets.count}, and nobody is shown one`);

// What will not do changes nothing, and the error says what it is.
await settings.put("/v1/partner/settings", { body: { smsText: "A text without a code" } }).catch((error: unknown) => {
  if (!(error instanceof GatehouseError) || error.code !== 1002) throw error;
  console.log(`refused      ${error.message}`);
});

// The next message is in the partner's words.
const server = new Gatehouse({ baseUrl, ...other });
const phoneNumber = `+1555${Math.floor(1e6 + Math.random() * 9e6)}`;
const [email, password] = [`ada${Date.now()}@example.com`, "correct horse battery staple"];
const { userId } = await server.post("/v1/user/sign-up", { body: { phoneNumber, email, password } });
await server.post("/v1/user/login", { body: { username: email, password } });
console.log(`message      ${(await codeSentTo(phoneNumber)).text}`);

// The partner's KYC provider signs with the partner's secret, and posts to the partner's path.
const [id, now] = [`evt-${randomUUID()}`, new Date()];
const body = JSON.stringify({ type: "kyc.status", timestamp: now.toISOString(), data: { userId, status: "VERIFIED" } });
const event = await fetch(`${baseUrl}/v1/kyc/webhook/${partnerId}`, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(now.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  },
  body,
});
const { data: word } = await event.json() as { data: { status: string } };
console.log(`identity     ${word.status}`);

// What is null is the service's again.
const after = await settings.put("/v1/partner/settings", {
  body: { smsAppName: null, smsText: null, kycWebhookSecrets: null },
});
console.log(`text         ${after.settings.smsText.value}, of the ${after.settings.smsText.source}`);
