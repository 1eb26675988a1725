// Writes an export of custody indices to a file, for `make verify-custody FILE=secrets/export.ndjson`:
//   scripts/with-env.sh node scripts/custody-export.mjs --client secrets/production.client-root.env
//   scripts/with-env.sh node scripts/custody-export.mjs --local root        of the service that `make dev` runs
//
//   --client FILE    the client's credentials, as `make client` writes them; without it they are looked for in
//                    GATEHOUSE_URL, GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET. With the scope admin: every
//                    index; with users.read: those under the partner's own extended keys
//   --local NAME     instead, this client of the local service (STATE=.state): root or demo
//   --output FILE    there once the export is whole, and for its owner alone: secrets/export.ndjson
//   --since TIME     only what was given from then on (RFC 3339): the time of the last export, less 15 minutes
//
// docs/operating.md, "The export", says what the lines are.
import { asked, counted, download } from "./custody-lines.mjs";
import { main } from "./main.mjs";

await main(async () => {
  const { values, say, client } = asked({ since: { type: "string" } }, "custody-export.mjs", "secrets/export.ndjson");
  const { output, since } = values;
  const path = "/v1/custody/export";
  const fault = (_, { highest }) => !highest && "the export has no last line, that of the highest indices";
  const lines = await download({ client, path, query: since ? { since } : {}, output, say, fault });
  say(`${counted(lines, "index", "indices")} in ${output}. Next, with custody's own extended keys: make verify-custody FILE=${output}`);
});
