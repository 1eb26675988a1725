// The service behind rate limits that count in memory, as Cloudflare's do where they run. Miniflare's are a Durable
// Object each, which writes SQLite at every call: that took longer than all else a read of one's user does.
import Service from "./index.js";

const PERIOD = 60_000;
const MOST = 1_000_000_000;
let bound;

export default class extends Service {
  constructor(context, env) {
    super(context, { ...env, ...(bound ??= limits(env)) });
  }
}

function limits(env) {
  // To look at the bindings themselves would take milliseconds of the first answer.
  const limited = Object.keys(env).filter((name) => name.startsWith("LIMIT_"));
  return Object.fromEntries(limited.map((name) => [name, new Ratelimit()]));
}

// The service knows the binding by its constructor's name.
class Ratelimit {
  counts = new Map();
  period = 0;

  async limit({ key }) {
    const period = Math.floor(Date.now() / PERIOD);
    if (period !== this.period) {
      this.period = period;
      this.counts.clear();
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return { success: count <= MOST };
  }
}
