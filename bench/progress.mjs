// One line that says how far it is and how long it will take; on a terminal it is written over.
const clock = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

export class Progress {
  #begun = Date.now();
  #done = 0;

  /** `expected` is how many seconds all steps will take. */
  constructor(expected) {
    this.expected = expected;
  }

  /** A step that was expected to take `seconds` is done. */
  step(seconds, text) {
    this.#done += seconds;
    const spent = (Date.now() - this.#begun) / 1000;
    // By the pace so far.
    const left = (this.expected - this.#done) * (spent / this.#done);
    this.say(`${String(Math.round((100 * this.#done) / this.expected)).padStart(3)} %  ${text.padEnd(52)} ${clock(Math.max(0, left))} left`);
  }

  say(line) {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else console.log(line);
  }

  end() {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
    return (Date.now() - this.#begun) / 1000;
  }
}
