// Where `make dev` put things, and what stands in for the world: the phone and the KYC provider. In production the
// address and the credentials are your server's settings, and the other two are not yours.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const baseUrl = (process.env.GATEHOUSE_URL ?? "http://localhost:8787").replace(/\/+$/, "");

const file = process.env.GATEHOUSE_CLIENTS ?? fileURLToPath(new URL("../../.state/clients.json", import.meta.url));
if (!existsSync(file)) stop(`${file} is not there: \`make dev\` writes it, and GATEHOUSE_CLIENTS=... names another`);
type Credentials = { clientId: string; clientSecret: string };
export const clients = JSON.parse(readFileSync(file, "utf8")) as { demo: Credentials } & Partial<Record<string, Credentials>>;
export const { demo } = clients;

await fetch(`${baseUrl}/healthz`).then((answer) => answer.json()).catch(() => {
  const where = "start it with `make dev`, or say where it is, as GATEHOUSE_URL=http://localhost:9000";
  stop(`no gatehouse answers at ${baseUrl}: ${where}`);
});

/** The newest code that was sent to a number, once it is there: what the person reads on the phone. */
export async function codeSentTo(phoneNumber: string, after?: string): Promise<{ code: string; text: string; at: string }> {
  const query = new URLSearchParams({ to: phoneNumber, wait: "10", ...(after && { after }) });
  const answer = await fetch(`${baseUrl}/dev/outbox?${query}`);
  const { messages: [message] } = await answer.json() as { messages: { text: string; at: string }[] };
  const code = message?.text.match(/ is (\d+)\./)?.[1];
  if (!message || !code) throw new Error(`no code was sent to ${phoneNumber}`);
  return { code, ...message };
}

/** The KYC provider's word that a person is who they say: signed by a route that only a local service has. */
export async function sayVerified(userId: string): Promise<void> {
  const wanted = JSON.stringify({ userId, status: "VERIFIED", name: "Ada", surname: "Lovelace" });
  const event = await post("/dev/kyc-event", { "Content-Type": "application/json" }, wanted);
  const { path, headers, body } = await event.json() as { path: string; headers: Record<string, string>; body: string };
  await post(path, { "Content-Type": "application/json", ...headers }, body);
}

async function post(path: string, headers: Record<string, string>, body: string): Promise<Response> {
  const answer = await fetch(baseUrl + path, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${path} answered ${await answer.text()}`);
  return answer;
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
