// Says whether the service of a state folder runs, where to click and what to paste: `make status`. `make dev`
// says it too, once the service answers. STATE=.state is the folder that `make dev` was given.
import { relative } from "node:path";
import { ask, consoleLink, service } from "./local.mjs";
import { given, main, Stop } from "./main.mjs";

await main(async () => {
  given();
  const found = service();
  const { url, runs, pid, since, clients, state } = found;
  // Another process may have the number of one that died.
  const reply = runs === false ? undefined : await ask(url, "GET", "/healthz").catch(() => undefined);
  if (!reply) throw new Stop(`the service of ${state} does not run (it was at ${url}): make dev${port(url)}${flags(found)}`);
  if (!reply.json) throw new Stop(`what answers at ${url} is no gatehouse: name the service's own PORT, or start it at another: make dev PORT=...${flags(found)}`);
  if (reply.status !== 200) {
    throw new Stop(`GET /healthz answered ${reply.status}: nothing is served at ${url}. The terminal of 'make dev' says why, most ` +
      "often of a setting");
  }
  const started = since ? ` since ${new Date(since).toTimeString().slice(0, 5)} (process ${pid})` : "";
  process.stdout.write(`
  gatehouse runs at ${url}${started}

  Click  the console    ${consoleLink(url, clients)}
         the reference  ${url}/docs
         the messages   ${url}/dev/outbox

  Paste  make demo${flags(found)}
           the whole journey in this terminal, a line a step
         . scripts/journey.sh
           then the blocks of README.md, "The journey"
         make client NAME=acme${flags(found)}
           a partner of your own, and its credentials
         make kyc USER=usr_... STATUS=VERIFIED${flags(found)}
           the KYC provider's word on a user
         make cron${flags(found)}
           what deployed runs each minute: purge, archive, moves of partners

  ${state}/clients.json has the credentials of ${Object.keys(clients).join(", ")}. 'make status' says this again.

`);
});

/** What `make dev` needs to be where it was. */
function port(url) {
  const { port } = new URL(url);
  return port === "8787" ? "" : ` PORT=${port}`;
}

/** What a command needs to find the same service. */
function flags({ state }) {
  return relative(".state", state) === "" ? "" : ` STATE=${state}`;
}
