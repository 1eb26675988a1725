// The load: every contender served at once, measured one at a time. For each measure they take turns, so that what
// the machine does meanwhile meets all of them; another begins each round. The first round warms up and is dropped.
import { open } from "./contenders.mjs";

const WARM_UP = 0.4;

export async function measureAll(measures, { rounds, seconds, double, progress }) {
  const names = [...new Set(measures.flatMap(({ calls }) => Object.keys(calls)))];
  const contenders = new Map();
  try {
    for (const name of names) {
      progress.step(2, `starting ${name}`);
      contenders.set(name, await open(name, double));
    }
    for (const [name, contender] of contenders) {
      await contender.prepare?.();
      progress.step(PREPARING[name] ?? 0, `${name} has its users`);
    }
    const results = measures.map(({ name, calls }) => ({ name, rounds: [], contenders: Object.keys(calls) }));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [n, measure] of measures.entries()) {
        const length = (round === 0 ? WARM_UP : measure.take * seconds);
        const figures = await inTurn(measure, round, length, contenders, progress);
        if (round > 0) results[n].rounds.push(figures);
      }
    }
    return results;
  } finally {
    await Promise.all([...contenders.values()].map((contender) => contender.close()));
  }
}

/** Seconds that it takes to give them users: a password is hashed twice for each. */
const PREPARING = { gatehouse: 15, "better-auth": 22 };

async function inTurn({ name, calls, uses }, round, seconds, contenders, progress) {
  const order = Object.entries(calls);
  order.push(...order.splice(0, round % order.length));
  const figures = {};
  for (const [contender, call] of order) {
    const one = contenders.get(contender);
    if (uses) await one.ready(call, Math.ceil(uses * seconds));
    figures[contender] = await one.measure(call, seconds);
    progress.step(seconds, `round ${round}, ${name}, ${contender}: ${figures[contender].perSecond.toFixed(0)}/s`);
  }
  return figures;
}

/** How many seconds all of it is going to take. */
export function expected(measures, { rounds, seconds }) {
  const names = [...new Set(measures.flatMap(({ calls }) => Object.keys(calls)))];
  const preparing = names.reduce((sum, name) => sum + 2 + (PREPARING[name] ?? 0), 0);
  const each = (length) => measures.reduce((sum, measure) => sum + Object.keys(measure.calls).length * length(measure), 0);
  return preparing + each(() => WARM_UP) + rounds * each(({ take }) => take * seconds);
}
