// Everybody's phone: takes the text messages, counts them, and gives the code of the last.
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export async function openPhones() {
  const messages = new Map();
  const waiting = new Map();
  const server = createServer(async (request, response) => {
    const { to, text: message } = JSON.parse(await text(request));
    const got = messages.get(to) ?? { count: 0 };
    messages.set(to, { count: got.count + 1, code: message.match(/\d{4,10}/)[0] });
    response.writeHead(204).end();
    waiting.get(to)?.();
    waiting.delete(to);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${server.address().port}`,
    count: (phone) => messages.get(phone)?.count ?? 0,
    code: (phone) => messages.get(phone)?.code,
    /** For a message that leaves after the answer. */
    async more(phone, than, patience = 20_000) {
      if ((messages.get(phone)?.count ?? 0) > than) return true;
      const { promise, resolve } = Promise.withResolvers();
      waiting.set(phone, () => resolve(true));
      const timer = setTimeout(resolve, patience, false);
      const came = await promise;
      clearTimeout(timer);
      return came;
    },
    counts: () => Object.fromEntries([...messages].map(([phone, { count }]) => [phone, count])),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
