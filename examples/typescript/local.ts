// Where `make dev` put things, and what stands in for the world: the phone and the KYC provider. In production the
// address and the credentials are your server's settings, and the other two are not yours.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const root = new URL("../../", import.meta.url);

export const baseUrl = process.env.GATEHOUSE_URL ?? "http://localhost:8787";

const clients = process.env.GATEHOUSE_CLIENTS ?? new URL(".state/clients.json", root);
export const { demo } = JSON.parse(readFileSync(clients, "utf8")) as Record<
  "demo", { clientId: string; clientSecret: string }
>;

/** The newest code that was sent to a number: what the person reads on the phone. */
export async function codeSentTo(phoneNumber: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/dev/outbox`);
  const { messages } = await answer.json() as { messages: { to: string; text: string }[] };
  const code = messages.find(({ to }) => to === phoneNumber)?.text.match(/ is (\d+)\./)?.[1];
  if (!code) throw new Error(`no code was sent to ${phoneNumber}`);
  return code;
}

/** The KYC provider's word that a person is who they say, signed with the secret that it shares with gatehouse. */
export async function sayVerified(userId: string): Promise<void> {
  const settings = readFileSync(new URL(".dev.vars", root), "utf8");
  const secret = settings.match(/^KYC_WEBHOOK_SECRET="?([^"\n]+)/m)?.[1] ?? "";
  const id = `evt-${userId}`;
  const now = new Date();
  const data = { userId, kycId: "kyc-1", status: "VERIFIED", name: "Ada", surname: "Lovelace" };
  const body = JSON.stringify({ type: "kyc.status", timestamp: now.toISOString(), data });
  const headers = {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(now.getTime() / 1000)}`,
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
  const answer = await fetch(`${baseUrl}/v1/kyc/webhook`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`the KYC event was refused: ${await answer.text()}`);
}
