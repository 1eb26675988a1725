// After the database was restored: writes a line for each index that the ledger gave to an account or a portfolio that
// has no row any more:
//   scripts/with-env.sh node scripts/custody-lost.mjs --client secrets/production.client-root.env
//   scripts/with-env.sh node scripts/custody-lost.mjs --local root          of the service that `make dev` runs
//
//   --client FILE    the credentials of the operator's client (scope admin), as `make client` writes them; without it
//                    they are looked for in GATEHOUSE_URL, GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET
//   --local NAME     instead, this client of the local service (STATE=.state): root
//   --output FILE    there once the list is whole, and for its owner alone: secrets/lost.ndjson
//
// docs/operating.md, "Restoring the database", says what to do with them.
import { asked, counted, download } from "./custody-lines.mjs";
import { main } from "./main.mjs";

await main(async () => {
  const { values, say, client } = asked({}, "custody-lost.mjs", "secrets/lost.ndjson");
  const { output } = values;
  const fault = (lines, { lost }) => lost !== lines && `the list has ${counted(lines, "line", "lines")}, and its last one says ${lost}`;
  const lines = await download({ client, path: "/v1/custody/lost", query: {}, output, say, fault });
  say(lines ? `${counted(lines, "index has", "indices have")} no row any more: ${output}` : "every owner that the ledger knows has a row");
});
