// A partner's own SMS gateway, to which gatehouse posts each message (SMS_PROVIDER=webhook, SMS_WEBHOOK_URL,
// SMS_WEBHOOK_SECRET), signed as Standard Webhooks has it: `node receive-sms.ts`, with PORT and SMS_WEBHOOK_SECRET.
import { createServer, type IncomingMessage } from "node:http";
import { Webhook } from "standardwebhooks";

const { SMS_WEBHOOK_SECRET } = process.env;
if (!SMS_WEBHOOK_SECRET?.startsWith("whsec_")) {
  const how = "examples/README.md says how to draw one";
  console.error(`SMS_WEBHOOK_SECRET is missing: whsec_ and base64, as gatehouse has; ${how}`);
  process.exit(1);
}
const webhook = new Webhook(SMS_WEBHOOK_SECRET);

// In production a table with a unique column. As with every webhook, a message may come twice under one id, and a
// person should get it once.
const seen = new Set<string>();

// gatehouse sends less than one. Whoever knows the address can send anything.
const LIMIT_BYTES = 16 * 1024;

interface Message { to: string; text: string }

createServer(async (request, response) => {
  const status = await receive(request).catch((error: unknown) => {
    // What became of the message nobody knows: gatehouse counts it as sent.
    console.error(error);
    return 500;
  });
  response.writeHead(status).end();
}).listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log("ready"));

/** 2xx: taken. 422: this number cannot receive. 429, 503: not taken, ask again. */
async function receive(request: IncomingMessage): Promise<number> {
  let message: Message;
  try {
    // By a key that gatehouse alone has, and at most five minutes ago, so that nobody can play it back later.
    message = webhook.verify(await bytes(request), request.headers as Record<string, string>) as Message;
  } catch {
    // No signature, no JSON, too much, or half a body. To gatehouse a failure of this gateway: it tries the other
    // provider, if there is one.
    return 401;
  }
  const id = request.headers["webhook-id"] as string;
  if (seen.has(id)) return 204;
  seen.add(id);
  try {
    await deliver(message);
  } catch (error) {
    // It was not sent, as far as anybody knows: under the same id it may be asked for again.
    seen.delete(id);
    throw error;
  }
  return 204;
}

/** Your carrier's API stands here. The text holds a code: it belongs into no log. */
async function deliver({ to, text }: Message): Promise<void> {
  console.log(`to ${to}: ${text.length} characters`);
}

/** As they came: parsed and written again, or joined as text, they may have another signature. */
async function bytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Thrown out of this loop, it ends the connection as well.
    if (size > LIMIT_BYTES) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
