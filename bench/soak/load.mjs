// Acts at a rate, whether or not the last have ended: what waits is waited for from the moment it was due.
import { createHistogram, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { ACTS } from "./acts.mjs";

/** Acts that have begun and not ended: beyond that the next waits, and its time runs. */
const MOST_AT_ONCE = 400;
const WEIGHTS = ACTS.reduce((sum, [weight]) => sum + weight, 0);

/** What a rate must keep to hold: the slowest of a hundred calls, and how late an act may begin. */
const HOLDS = { p99: 400, late: 1000 };
const STEP_SECONDS = 6;
const STEP = 1.25;
const FIRST = 20;
const LEAST = 2;
/** Of the highest rate that held. */
const BELOW = 0.8;

export class Load {
  acts = 0;
  running = 0;
  late = 0;
  failures = [];

  constructor(world) {
    this.world = world;
  }

  /** `perSecond` acts on average for so long; `tick` is called about twice a second, and may change `this.rate`. */
  async run(perSecond, seconds, tick = () => {}) {
    this.rate = perSecond;
    const until = performance.now() + seconds * 1000;
    let due = performance.now();
    let told = due;
    while (due < until && this.failures.length === 0) {
      const now = performance.now();
      if (now - told > 500) {
        told = now;
        await tick(this);
      }
      if (due > now) await sleep(Math.min(due - now, 50));
      else if (this.running >= MOST_AT_ONCE) await sleep(1);
      else {
        this.late = now - due;
        this.#begin(due);
        // As strangers come: independently of one another.
        due += (-Math.log(1 - this.world.random.part()) * 1000) / this.rate;
      }
    }
    while (this.running > 0) await sleep(5);
    this.#complain();
  }

  #begin(due) {
    this.acts += 1;
    this.running += 1;
    const act = this.#draw();
    act(this.world, due)
      .catch((error) => this.failures.push(`${act.name}: ${error.stack ?? error}`))
      .finally(() => (this.running -= 1));
  }

  #draw() {
    let left = this.world.random.below(WEIGHTS);
    return ACTS.find(([weight]) => (left -= weight) < 0)[1];
  }

  #complain() {
    if (this.failures.length === 0) return;
    const first = this.failures.slice(0, 5).join("\n");
    throw new Error(`${this.failures.length} acts had an answer that was not right, the first:\n${first}`);
  }
}

/** The highest rate that holds, a bit below it: steps of a quarter up, each a few seconds, until one fails twice. */
export async function highestRate(load, say) {
  const steps = [];
  let held = 0;
  for (let rate = FIRST; ; rate *= STEP) {
    const tried = [await step(load, rate)];
    if (!tried[0].holds) tried.push(await step(load, rate));
    steps.push(...tried);
    for (const { perSecond, p99, late, holds } of tried) {
      say(`${perSecond.toFixed(0)} acts a second: p99 ${p99.toFixed(0)} ms, ${late.toFixed(0)} ms late; ${holds ? "holds" : "does not hold"}`);
    }
    if (!tried.at(-1).holds) break;
    held = rate;
  }
  // On a machine that is busy with something else.
  for (let rate = FIRST / 2; held === 0 && rate >= LEAST; rate /= 2) {
    const tried = await step(load, rate);
    steps.push(tried);
    if (tried.holds) held = rate;
  }
  if (held === 0) throw new Error(`not even ${LEAST} acts a second hold: this machine is busy with something else`);
  return { steps, highest: held, rate: held * BELOW };
}

async function step(load, rate) {
  load.world.caller.recent = createHistogram();
  const begun = performance.now();
  await load.run(rate, STEP_SECONDS);
  // What has piled up shows in the time until all have ended.
  const late = Math.max(load.late, performance.now() - begun - STEP_SECONDS * 1000);
  const p99 = load.world.caller.recent.percentile(99) / 1000;
  return { perSecond: rate, p99, late, holds: p99 <= HOLDS.p99 && late <= HOLDS.late };
}
