// The progress of what runs by itself: told in place on a terminal, else every ten seconds.
import { Progress } from "../progress.mjs";

const BETWEEN = process.stdout.isTTY ? 200 : 10_000;

export class Steady extends Progress {
  #seen = 0;
  #told = 0;

  /** So much of what is expected is done. */
  at(done, text) {
    if (done <= this.#seen || Date.now() - this.#told < BETWEEN) return;
    this.#told = Date.now();
    this.step(done - this.#seen, text);
    this.#seen = done;
  }
}
