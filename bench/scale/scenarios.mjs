// What docs/scale.md says of users of each profile and of many homes: the model and the simulation, put together.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { prices } from "../cost.mjs";
import { MINUTES } from "./day.mjs";
import { Model } from "./model.mjs";
import { World } from "./simulate.mjs";

export const assumptions = JSON.parse(readFileSync(join(import.meta.dirname, "assumptions.json"), "utf8"));

export function modelOf({ counts, cpuMs }, options = {}) {
  return new Model({ counts, cpuMs, prices, assumptions, ...options });
}

/** The fewest homes for so many daily users, and what they do in a day. */
export function scenario(model, { profile, daily, partners, seed, split = true }) {
  const world = new World(model, { profile, daily, partners, seed, split });
  return described(world, world.smallest());
}

/** The same day with so many homes in all, each region's part as it was. */
export function withHomes({ world, homes }, count) {
  const counts = world.regions.map((_, region) => homes.filter((home) => home.region === region).length);
  return described(world, world.day(world.place(counts.map((of) => Math.max(1, Math.round((of * count) / homes.length))))));
}

function described(world, homes) {
  const { model, profile, daily } = world;
  const peaks = homes.map(({ peak }) => peak).sort((one, other) => one - other);
  const sum = (of) => homes.reduce((total, home) => total + of(home), 0);
  const together = Float64Array.from({ length: MINUTES }, (_, minute) => sum(({ load }) => load[minute]));
  const mean = sum((home) => home.mean);
  const [largest] = world.partners;
  return {
    world, homes, profile, daily,
    registered: model.registered(profile, daily),
    byRegion: world.regions.map((_, region) => homes.filter((home) => home.region === region).length),
    peaks: { least: peaks[0], middle: peaks[peaks.length >> 1], most: peaks.at(-1) },
    refused: sum((home) => home.refused * home.mean) / mean,
    over: homes.filter((home) => home.refused > 0).length,
    logins: (model.loginsAtPeak(profile, daily) / model.stated.peakOverMean) * (Math.max(...together) / mean),
    bytes: { d1: sum(({ bytes }) => bytes), archive: model.bytes(profile).archive * daily, most: Math.max(...homes.map(({ bytes }) => bytes)) },
    dollars: model.dollars(profile, daily, { partners: world.partners.length }),
    tooLarge: world.tooLarge.length,
    largest: { users: largest.users, shards: Math.ceil(largest.users / world.splitAt), ...alone(world, largest) },
  };
}

/** Whether there is a home for the largest partner, whole, and which marks of a home it is past there. */
export function fitsWhole({ world, largest }) {
  const { use, fillingBytes, databaseBytes } = world.model.stated;
  const bytes = largest.users * world.bytes;
  if (largest.peak > 1 || bytes > databaseBytes) return { fits: false, past: [] };
  return { fits: true, past: [largest.peak > use && "busy", bytes > fillingBytes && "filling"].filter(Boolean) };
}

/** Partners that no home can hold, each on one of its own. */
export function withoutHome({ world }) {
  const { stated } = world.model;
  const { byTime, byStorage } = world.model.capacity(world.profile);
  return world.partners.filter(({ users }) => users > Math.min(byTime / stated.use, byStorage)).length;
}

function alone(world, partner) {
  const { peak, refused } = world.alone(partner);
  return { peak, refused };
}
