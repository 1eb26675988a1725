// The memory of the wasm under test. Imported before it, to be there when it is made; each panic makes it
// anew. The service that is measured is watched by it too (bench/contenders/gatehouse/weigh.mjs).

const made = [];
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  made.push(instance.exports.memory);
  return instance;
};

export const bytes = () => made.at(-1).buffer.byteLength;

const PAGE = 64 * 1024;
const current = () => new Uint32Array(made.at(-1).buffer);

export const snapshot = () => current().slice();

// How many pages are not as they were. A password hash works over 19 MiB of them, 304; nothing else
// that a request does comes near.
export function changedSince(before) {
  const now = current();
  const words = PAGE / 4;
  let changed = 0;
  for (let from = 0; from < now.length; from += words) {
    for (let at = from; at < from + words; at += 1) {
      if (now[at] !== before[at]) {
        changed += 1;
        break;
      }
    }
  }
  return changed;
}
