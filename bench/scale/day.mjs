// The curve of a day, and counts drawn around what is expected.

export const MINUTES = 1440;

/** Hours of the day, how wide, how high: before work, at noon, in the evening. */
const BUMPS = [[8, 1.5, 0.6], [13, 2, 0.6], [20, 2, 1]];
const NIGHT = 0.05;

/** Each minute's part of a day in its own time zone, which is 1 in sum and `peakOverMean` times the mean at its peak. */
export function dayCurve(peakOverMean) {
  const shape = Array.from({ length: MINUTES }, (_, minute) => BUMPS.reduce((sum, [hour, width, height]) => {
    const away = Math.abs(minute / 60 - hour);
    const hours = Math.min(away, 24 - away);
    return sum + height * Math.exp(-((hours / width) ** 2));
  }, NIGHT));
  // The sharper, the higher its peak.
  let [low, high] = [0, 64];
  for (let n = 0; n < 60; n += 1) {
    const middle = (low + high) / 2;
    if (peakOf(sharpened(shape, middle)) < peakOverMean) low = middle;
    else high = middle;
  }
  return sharpened(shape, high);
}

function sharpened(shape, power) {
  const raised = shape.map((value) => value ** power);
  const sum = raised.reduce((total, value) => total + value, 0);
  return Float64Array.from(raised, (value) => value / sum);
}

export const peakOf = (curve) => Math.max(...curve) * MINUTES;

/** A count around `expected`, as independent calls make it: Poisson, and from 30 on the normal that it comes close to. */
export function drawn(expected, random) {
  if (expected <= 0) return 0;
  if (expected > 30) return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal(random)));
  const end = Math.exp(-expected);
  let [count, product] = [0, random.part()];
  while (product > end) {
    count += 1;
    product *= random.part();
  }
  return count;
}

/** Box and Muller's. */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.part())) * Math.cos(2 * Math.PI * random.part());
}
