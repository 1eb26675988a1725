// A partner's own SMS gateway, to which gatehouse posts each message (SMS_PROVIDER=webhook, SMS_WEBHOOK_URL,
// SMS_WEBHOOK_SECRET), signed as Standard Webhooks has it: `node receive-sms.ts`, with PORT and SMS_WEBHOOK_SECRET.
import { createServer, type IncomingMessage } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const webhook = new Webhook(process.env.SMS_WEBHOOK_SECRET ?? "");

// In production a table with a unique column. As with every webhook, a message may come twice under one id, and a
// person should get it once.
const seen = new Set<string>();

createServer(async (request, response) => {
  // The bytes as they came: parsed and written again, they have another signature.
  const body = await bytes(request);
  let message: { to: string; text: string };
  try {
    // By a key that gatehouse alone has, and at most five minutes ago, so that nobody can play it back later.
    message = webhook.verify(body, request.headers as Record<string, string>) as typeof message;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    // To gatehouse a failure of this gateway: it tries the other provider, if there is one.
    response.writeHead(400).end();
    return;
  }
  const id = request.headers["webhook-id"] as string;
  if (!seen.has(id)) {
    seen.add(id);
    deliver(message);
  }
  // 2xx: taken. 422: this number cannot receive. 429, 503: not taken, ask again.
  response.writeHead(204).end();
}).listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log("ready"));

/** Your carrier's API stands here. The text holds a code: it belongs into no log but this example's. */
function deliver({ to, text }: { to: string; text: string }): void {
  console.log(`${to} ${text}`);
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
