// argon2id alone, with the flags that the service is built with: GET /?memory=19456&passes=2&salt=1
import { readFileSync } from "node:fs";
import { HASH_WASM } from "../../build.mjs";

const script = `
import module from "./bare_hash.wasm";
let instance;
export default {
  fetch(request) {
    instance ??= new WebAssembly.Instance(module);
    const given = new URL(request.url).searchParams;
    const [memory, passes, salt] = ["memory", "passes", "salt"].map((name) => Number(given.get(name)));
    const hash = instance.exports.hash(memory, passes, salt);
    return new Response(String(hash >>> 0), { status: hash === 0 ? 400 : 200 });
  },
};
`;

export const worker = () => ({
  worker: {
    modules: [
      { type: "ESModule", path: "hash.mjs", contents: script },
      { type: "CompiledWasm", path: "bare_hash.wasm", contents: readFileSync(HASH_WASM) },
    ],
  },
});
