// A proxy between a client and the service, which loses answers, gives its own, and keeps what it saw.
import { createServer, request } from "node:http";
import { once } from "node:events";

/**
 * What can be done to a call, once: `drop` its answer after the service took it, `cut` the answer in its middle, give
 * another `answer` instead of asking the service, send another `token` to it, or `hold` the call and say nothing.
 */
export async function startProxy(target, port = 0) {
  const seen = [];
  const planned = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = await whole(incoming);
    const route = `${incoming.method} ${incoming.url}`;
    const at = planned.findIndex((plan) => plan.route === route);
    const { deed } = at < 0 ? { deed: {} } : planned.splice(at, 1)[0];
    const call = { route, key: incoming.headers["idempotency-key"], headers: incoming.headers, body };
    seen.push(call);
    if (deed.hold) return undefined;
    if (deed.answer) return give(outgoing, deed.answer);
    // In the clear, so that it can be looked into.
    const headers = { ...incoming.headers, "accept-encoding": "identity", ...(deed.token && { authorization: `Bearer ${deed.token}` }) };
    const asked = request(target + incoming.url, { method: incoming.method, headers }).end(body);
    const [answer] = await once(asked, "response");
    const text = await whole(answer);
    call.status = answer.statusCode;
    call.answer = text;
    if (deed.drop) return incoming.socket.destroy();
    outgoing.writeHead(answer.statusCode, answer.headers);
    if (!deed.cut) return outgoing.end(text);
    outgoing.write(text.slice(0, text.length / 2), () => incoming.socket.destroy());
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** All that came by, or what came of one route. */
    seen: (route) => seen.filter((call) => !route || call.route === route),
    /** The next calls of a route meet these deeds, one each. */
    plan: (route, ...deeds) => planned.push(...deeds.map((deed) => ({ route, deed }))),
    forget: () => { planned.length = 0; },
    end: () => { server.closeAllConnections(); server.close(); },
  };
}

/** A failure as the service would say it. */
export function failure(status, errorCode, retryAfter) {
  return {
    status,
    headers: { "Content-Type": "application/json", ...(retryAfter && { "Retry-After": `${retryAfter}` }) },
    body: JSON.stringify({ success: false, data: retryAfter ? { retryAfter } : null, errorCode, errorMessage: "by the proxy" }),
  };
}

function give(outgoing, { status, headers = {}, body }) {
  outgoing.writeHead(status, headers).end(body);
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
