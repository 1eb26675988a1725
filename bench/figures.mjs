// Medians, spreads and ratios out of results.json.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export class Figures {
  constructor(results) {
    this.results = results;
  }

  #rounds(measure) {
    return this.results.load.find(({ name }) => name === measure)?.rounds ?? [];
  }

  /** Calls a second in each round; none where the contender has no such call. */
  #all(measure, contender) {
    return this.#rounds(measure).map((round) => round[contender]?.perSecond).filter((value) => value !== undefined);
  }

  has(measure, contender) {
    return this.#all(measure, contender).length > 0;
  }

  perSecond(measure, contender) {
    return median(this.#all(measure, contender));
  }

  /** Milliseconds that a call takes of gatehouse's thread, all of it: nothing where the measure is not there. */
  cpuMs(measure) {
    return this.has(measure, "gatehouse") ? 1000 / this.perSecond(measure, "gatehouse") : undefined;
  }

  spread(measure, contender) {
    const all = this.#all(measure, contender);
    return { low: Math.min(...all), high: Math.max(...all) };
  }

  /** Milliseconds until half, and until 99 of 100, had their answer. */
  latency(measure, contender) {
    const of = (what) => median(this.#rounds(measure).map((round) => round[contender][what]));
    return { p50: of("p50"), p99: of("p99") };
  }

  /** How many times as fast: the median of the rounds' own ratios. Each of the two is [measure, contender]. */
  ratio(one, other) {
    const others = this.#all(...other);
    return median(this.#all(...one).map((value, round) => value / others[round]));
  }

  firstAnswer(name) {
    return median(this.results.starts.find((start) => start.name === name).ms);
  }
}
