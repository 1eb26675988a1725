// How much memory the server holds while it is loaded, and whether it grows.
//
// The rule. Whatever worker it serves, one line of JavaScript that reads D1 too, workerd with Miniflare's D1 and KV takes
// 30 to 60 KB more with each call until it holds some 700 MB after 20,000, and then no more; so there are WARM_UP calls
// before anything is measured. The first quarter is left out too. Of the samples after it, the slope is the median of
// the slopes of all pairs (Theil and Sen), which no single collection of garbage moves. workerd's resident memory is
// flat if that slope, over the time measured, comes to at most a tenth of the median, or 32 MB, whichever is more. The
// wasm's memory, which can only grow, may grow by a megabyte in the second half: what the service remembers of tokens
// and clients has its bounds, and is full by then. A run of less than five minutes is told of and not judged.
import { readFileSync } from "node:fs";
import { median } from "../figures.mjs";

const MB = 1024 * 1024;
const ALLOWED = { part: 0.1, bytes: 32 * MB, wasm: MB };

export const WARM_UP = 25_000;

export const SHORTEST_JUDGED = 300;

/** The workerd that this process has started. */
export function workerdOf(pid) {
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")) {
    if (readFileSync(`/proc/${child}/comm`, "utf8").trim() === "workerd") return Number(child);
  }
  throw new Error(`process ${pid} has no workerd`);
}

export function residentOf(pid) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB/m);
  return Number(kilobytes) * 1024;
}

/** `samples`: `{ at, resident, wasm }`, `at` in seconds. */
export function judged(samples) {
  const [from, to] = [samples[0].at, samples.at(-1).at];
  const settled = samples.filter(({ at }) => at >= from + (to - from) / 4);
  const residents = settled.map(({ resident }) => resident);
  const slope = median(pairs(settled).map(([a, b]) => (b.resident - a.resident) / (b.at - a.at)));
  const growth = slope * (to - settled[0].at);
  const half = samples.filter(({ at }) => at >= from + (to - from) / 2);
  const wasm = [half[0].wasm, half.at(-1).wasm];
  const most = Math.max(ALLOWED.part * median(residents), ALLOWED.bytes);
  const inMegabytes = (bytes) => Number((bytes / MB).toFixed(1));
  return {
    samples: samples.length,
    residentMegabytes: {
      first: inMegabytes(samples[0].resident),
      median: inMegabytes(median(residents)),
      last: inMegabytes(residents.at(-1)),
      most: inMegabytes(Math.max(...residents)),
    },
    growthMegabytes: inMegabytes(growth),
    allowedMegabytes: inMegabytes(most),
    wasmMegabytes: { half: inMegabytes(wasm[0]), last: inMegabytes(wasm[1]) },
    flat: growth <= most && wasm[1] - wasm[0] <= ALLOWED.wasm,
  };
}

/** So many that a long run stays quick. */
function pairs(samples) {
  const every = Math.max(1, Math.floor(samples.length / 200));
  const some = samples.filter((_, n) => n % every === 0);
  return some.flatMap((a, n) => some.slice(n + 1).map((b) => [a, b]));
}
