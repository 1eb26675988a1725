// Random numbers from a seed, and ids in the service's shapes made of them, a million a second.

const HEX = Array.from({ length: 65536 }, (_, n) => n.toString(16).padStart(4, "0"));

/** Marsaglia's xorshift, 32 bits: good for data that is to look like data, and for nothing secret. */
export class Random {
  constructor(seed) {
    // Two neighbours of a seed begin far apart; zero would stay zero.
    this.state = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) | 1;
    for (let n = 0; n < 4; n += 1) this.next();
  }

  /** 32 bits. */
  next() {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x >>> 0;
  }

  /** From 0 to 1, without 1. */
  part() {
    return this.next() / 4294967296;
  }

  chance(probability) {
    return this.part() < probability;
  }

  /** A whole number below this one. */
  below(end) {
    return Math.floor(this.part() * end);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  /** So many hex digits, a multiple of eight. */
  hex(digits) {
    let text = "";
    for (let n = 0; n < digits; n += 8) {
      const bits = this.next();
      text += HEX[bits >>> 16] + HEX[bits & 0xffff];
    }
    return text;
  }

  letters(length) {
    let text = "";
    for (let n = 0; n < length; n += 1) text += String.fromCharCode(97 + this.below(26));
    return text;
  }
}

/** RFC 9562, version 7: 48 bits of milliseconds, then random bits. */
export function uuidv7(millis, random) {
  const high = Math.floor(millis / 65536);
  const [a, b, c] = [random.next(), random.next(), random.next()];
  const time = `${HEX[Math.floor(high / 65536)]}${HEX[high & 0xffff]}-${HEX[millis % 65536]}`;
  const marked = `${HEX[0x7000 | (a & 0xfff)]}-${HEX[0x8000 | ((a >>> 16) & 0x3fff)]}`;
  return `${time}-${marked}-${HEX[b >>> 16]}${HEX[b & 0xffff]}${HEX[c >>> 16]}`;
}
