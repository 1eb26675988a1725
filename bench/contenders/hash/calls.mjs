// The bare hash, on workerd and in a program of its own. The shapes are those that OWASP lists as equally strong.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { HASH_NATIVE } from "../../build.mjs";

/** KiB of memory and passes. */
const SHAPES = { m19t2: [19_456, 2], m12t3: [12_288, 3], m7t5: [7_168, 5] };

export class BareHash {
  #salt = 0;

  m19t2() {
    return this.#hash(SHAPES.m19t2);
  }

  m12t3() {
    return this.#hash(SHAPES.m12t3);
  }

  m7t5() {
    return this.#hash(SHAPES.m7t5);
  }

  #hash([memory, passes]) {
    return { method: "GET", path: `/?memory=${memory}&passes=${passes}&salt=${this.#salt++}` };
  }
}

export async function native(shape, seconds) {
  const { stdout } = await promisify(execFile)(HASH_NATIVE, [...SHAPES[shape], Math.ceil(seconds)].map(String));
  return { perSecond: Number(stdout) };
}
