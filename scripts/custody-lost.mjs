// After the database was restored: writes a line for each index that the ledger gave to an account or a portfolio that
// has no row any more:
//   scripts/with-env.sh node scripts/custody-lost.mjs --client secrets/production.client-root.env --output lost.ndjson
//
//   --client FILE    the credentials of the operator's client (scope admin), as `make client` writes them; without it
//                    they are looked for in GATEHOUSE_URL, GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET
//   --output FILE    there once the list is whole, and for its owner alone
//
// docs/operating.md, "Restoring the database", says what to do with them.
import { asked, download } from "./custody-lines.mjs";
import { main } from "./main.mjs";

await main(async () => {
  const { values, say, client } = asked({}, "custody-lost.mjs");
  const { output } = values;
  const fault = (lines, { lost }) => lost !== lines && `the list has ${lines} lines, and its last one says ${lost}`;
  const lines = await download({ client, path: "/v1/custody/lost", query: {}, output, say, fault });
  say(lines ? `${lines} indices lost their row: ${output}` : "every owner that the ledger knows has a row");
});
