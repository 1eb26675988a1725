// A day of many daily users over homes: partners of unequal sizes are placed, each minute's calls are drawn, and each
// home works them off with what a call takes of D1 (model.mjs).
//
//   const world = new World(model, { profile: "D", daily: 10e6, partners: 1000 });
//   world.smallest()             the fewest homes at which none is over its limits, and the day with them
//   world.day(world.place([4, 4, 3]))     the day with so many homes in each region
//
// Placed: the largest partner first, onto the home of its region with the fewest daily users. A partner that would take
// more than `splitAt` of a home's limit alone is first split into equal shards. Where `split` is false it is whole, on a
// home of its own, which may be over its limits.
import { Random } from "../random.mjs";
import { dayCurve, drawn, MINUTES } from "./day.mjs";

const MINUTE_MS = 60_000;

export class World {
  constructor(model, { profile, daily, partners, split = true, seed = model.assumptions.simulation.seed }) {
    Object.assign(this, { model, profile, daily, split, seed });
    const { exponent, regions } = model.assumptions.simulation;
    this.curve = dayCurve(model.stated.peakOverMean);
    this.calls = Object.entries(model.calls(profile)).map(([name, times]) => ({ times, ms: model.d1Ms(name) }));
    this.bytes = model.bytes(profile).d1;
    this.regions = regions.map(({ name }) => name);
    this.partners = settled(sizes(daily, partners, exponent), regions, new Random(seed));
    const { byTime, byFilling } = model.capacity(profile);
    /** Daily users of one partner, who live in one time zone, from where on it is split. */
    this.splitAt = Math.min(byTime, byFilling) * model.assumptions.simulation.splitAt;
    this.pieces = this.partners.flatMap((partner) => this.#piecesOf(partner));
  }

  #piecesOf(partner) {
    const shards = Math.ceil(partner.users / this.splitAt);
    if (!this.split) return [{ ...partner, isAlone: shards > 1 }];
    return Array.from({ length: shards }, () => ({ ...partner, users: partner.users / shards, isAlone: false }));
  }

  /** Partners that one home cannot hold, the largest first. */
  get tooLarge() {
    return this.partners.filter(({ users }) => users > this.splitAt);
  }

  /** Homes with what they hold, of so many homes in each region. */
  place(counts) {
    return this.regions.flatMap((_, region) => this.#placed(region, counts[region]));
  }

  #placed(region, count) {
    const pieces = this.pieces.filter((piece) => piece.region === region).sort((one, other) => other.users - one.users);
    const large = pieces.filter(({ isAlone }) => isAlone).length;
    const alone = large < count ? large : 0;
    const homes = Array.from({ length: count }, (_, number) => ({ region, number, users: 0, pieces: 0, zones: new Map(), isAlone: number < alone }));
    const shared = homes.slice(alone);
    for (const [n, { users, zone }] of pieces.entries()) {
      const home = n < alone ? homes[n] : shared.reduce((least, one) => (one.users < least.users ? one : least));
      home.users += users;
      home.pieces += 1;
      home.zones.set(zone, (home.zones.get(zone) ?? 0) + users);
    }
    return homes;
  }

  /** The day of each home: load by minute, what had to be refused, bytes at the steady state. */
  day(homes) {
    return homes.map((home) => ({ ...home, ...this.#dayOf(home), bytes: home.users * this.bytes }));
  }

  /** Each minute's part of the calls that this home's users make in a day, times how many they are. */
  #expected({ zones }) {
    const expected = new Float64Array(MINUTES);
    for (const [zone, users] of zones) {
      for (let minute = 0; minute < MINUTES; minute += 1) {
        expected[minute] += users * this.curve[(minute + zone * 60 + MINUTES) % MINUTES];
      }
    }
    return expected;
  }

  #dayOf(home) {
    const random = new Random(this.seed * 1_000_003 + home.region * 10_007 + home.number);
    const expected = this.#expected(home);
    const load = new Float64Array(MINUTES);
    let [waiting, asked, refused, calls] = [0, 0, 0, 0];
    for (let minute = 0; minute < MINUTES; minute += 1) {
      let work = 0;
      for (const { times, ms } of this.calls) {
        const count = drawn(expected[minute] * times, random);
        calls += count;
        work += count * ms;
      }
      asked += work;
      load[minute] = work / MINUTE_MS;
      const left = Math.max(0, waiting + work - MINUTE_MS);
      waiting = Math.min(left, this.model.stated.queueMs);
      refused += left - waiting;
    }
    return { load, peak: Math.max(...load), mean: asked / MINUTES / MINUTE_MS, calls, refused: asked > 0 ? refused / asked : 0 };
  }

  /** The day of a home that has this partner alone, whole. */
  alone({ region, zone, users }) {
    return this.day([{ region, number: 0, users, pieces: 1, zones: new Map([[zone, users]]) }])[0];
  }

  /** Whether none is over its limits, but for those of a partner that is alone on its own. */
  holds(homes) {
    const { use, fillingBytes } = this.model.stated;
    return homes.every(({ isAlone, peak, bytes }) => isAlone || (peak <= use && bytes <= fillingBytes));
  }

  /** Fewest homes by region, and their day. */
  smallest() {
    return this.regions.flatMap((_, region) => this.#smallestOf(region));
  }

  #smallestOf(region) {
    const pieces = this.pieces.filter((piece) => piece.region === region);
    if (pieces.length === 0) return [];
    const together = pieces.filter(({ isAlone }) => !isAlone);
    const whole = { region, number: 0, zones: new Map(), users: 0 };
    for (const { zone, users } of together) {
      whole.zones.set(zone, (whole.zones.get(zone) ?? 0) + users);
      whole.users += users;
    }
    const { use, fillingBytes } = this.model.stated;
    const msPerUser = this.calls.reduce((sum, { times, ms }) => sum + times * ms, 0);
    const atPeak = (home) => (Math.max(...this.#expected(home)) * msPerUser) / MINUTE_MS;
    const shared = together.length === 0 ? 0 : Math.max(1, Math.ceil(atPeak(whole) / use), Math.ceil((whole.users * this.bytes) / fillingBytes));
    for (let count = pieces.length - together.length + shared; ; count += 1) {
      const homes = this.#placed(region, count);
      // What is expected is already too much: nothing need be drawn.
      const hopeless = homes.some((home) => !home.isAlone && (atPeak(home) > use || home.users * this.bytes > fillingBytes));
      if (hopeless && count < pieces.length) continue;
      const day = this.day(homes);
      if (this.holds(day) || count >= pieces.length) return day;
    }
  }
}

/** Daily users of each partner, the largest first: the nth has 1 / n to the power of `exponent` of what the first has. */
export function sizes(daily, count, exponent) {
  const weights = Array.from({ length: count }, (_, n) => (n + 1) ** -exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (daily * weight) / sum);
}

/** Each into the region that is furthest below its share, and into one of its time zones. */
function settled(all, regions, random) {
  const has = regions.map(() => 0);
  let sum = 0;
  return all.map((users) => {
    sum += users;
    const missing = regions.map(({ share }, n) => share * sum - has[n]);
    const region = missing.indexOf(Math.max(...missing));
    has[region] += users;
    return { users, region, zone: zoneOf(regions[region].zones, random.part()) };
  });
}

function zoneOf(zones, part) {
  let left = part;
  for (const [zone, share] of Object.entries(zones)) {
    left -= share;
    if (left < 0) return Number(zone);
  }
  return Number(Object.keys(zones).at(-1));
}
