// The first answer of a worker that has just started: from the moment the runtime takes connections until the whole
// answer is there. Every start is a process of its own; what there is to set up was set up by an earlier one.
import { connect, exchange } from "./load.mjs";
import { serve } from "./serve.mjs";
import { temporary } from "./temporary.mjs";

export const FIRST = [
  { name: "gatehouse", contender: "gatehouse", path: "/.well-known/jwks.json" },
  { name: "better-auth", contender: "better-auth", path: "/api/auth/jwks" },
  { name: "better-auth, health check", contender: "better-auth", path: "/api/auth/ok" },
  { name: "hono", contender: "hono", path: "/me", status: 401 },
  { name: "constant", contender: "constant", path: "/" },
];
export const SECONDS_A_START = 1.3;

export async function measureStarts(starts, progress) {
  const folders = new Map([...new Set(FIRST.map(({ contender }) => contender))].map((name) => [name, temporary(name)]));
  for (const [name, state] of folders) await (await serve(name, { state })).stop();
  const results = FIRST.map(({ name, path }) => ({ name, path, ms: [] }));
  for (let start = 0; start < starts; start += 1) {
    for (const [n, first] of FIRST.entries()) {
      const took = await firstAnswer(first, folders.get(first.contender));
      results[n].ms.push(took);
      progress.step(SECONDS_A_START, `start ${start + 1}, ${first.name}: first answer after ${took.toFixed(1)} ms`);
    }
  }
  return results;
}

async function firstAnswer({ contender, path, status }, state) {
  const service = await serve(contender, { state, begun: true });
  const { clients: [client], close } = connect(service.origin, 1);
  const took = await exchange(client, { method: "GET", path, status });
  await close();
  await service.stop();
  return took;
}
