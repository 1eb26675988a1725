// What the contenders send text messages to: it takes each and keeps its code.
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export async function openDouble() {
  const codes = new Map();
  const server = createServer(async (request, response) => {
    const message = JSON.parse(await text(request));
    codes.set(message.to, message.text.match(/\d{4,10}/)[0]);
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${server.address().port}`,
    /** The code that was last sent to this number, once. */
    take(phone) {
      const code = codes.get(phone);
      codes.delete(phone);
      return code;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
