// Where `make dev` put things, and what stands in for the world: the phone and the KYC provider. In production the
// address and the credentials are your server's settings, and the other two are not yours.
import { readFileSync } from "node:fs";

export const baseUrl = process.env.GATEHOUSE_URL ?? "http://localhost:8787";

const clients = process.env.GATEHOUSE_CLIENTS ?? new URL("../../.state/clients.json", import.meta.url);
export const { demo } = JSON.parse(readFileSync(clients, "utf8")) as Record<
  "demo", { clientId: string; clientSecret: string }
>;

/** The newest code that was sent to a number, once it is there: what the person reads on the phone. */
export async function codeSentTo(phoneNumber: string, after?: string): Promise<{ code: string; at: string }> {
  const query = new URLSearchParams({ to: phoneNumber, wait: "10", ...(after && { after }) });
  const answer = await fetch(`${baseUrl}/dev/outbox?${query}`);
  const { messages: [message] } = await answer.json() as { messages: { text: string; at: string }[] };
  const code = message?.text.match(/ is (\d+)\./)?.[1];
  if (!message || !code) throw new Error(`no code was sent to ${phoneNumber}`);
  return { code, at: message.at };
}

/** The KYC provider's word that a person is who they say: signed by a route that only a local service has. */
export async function sayVerified(userId: string): Promise<void> {
  const wanted = JSON.stringify({ userId, status: "VERIFIED", name: "Ada", surname: "Lovelace" });
  const event = await post("/dev/kyc-event", { "Content-Type": "application/json" }, wanted);
  const { headers, body } = await event.json() as { headers: Record<string, string>; body: string };
  await post("/v1/kyc/webhook", { "Content-Type": "application/json", ...headers }, body);
}

async function post(path: string, headers: Record<string, string>, body: string): Promise<Response> {
  const answer = await fetch(baseUrl + path, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${path} answered ${await answer.text()}`);
  return answer;
}
