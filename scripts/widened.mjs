// Prints the released document with what docs/released/widened.json lists as the present one has it: what became wider
// for those alone who ask for what is new, each place (RFC 6901, but a parameter by its name) with its reason.
//
//   node scripts/widened.mjs RELEASED PRESENT
import { readFileSync } from "node:fs";

const [released, present] = process.argv.slice(2).map(read);
for (const place of Object.keys(read("docs/released/widened.json"))) {
  const names = place.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop();
  const at = (value, name) => (Array.isArray(value) ? value.find((one) => one.name === name) : value?.[name]);
  const within = (document) => names.reduce(at, document);
  if (within(released)?.[last] === undefined || within(present)?.[last] === undefined) {
    throw new Error(`${place} is not in both documents: take it out of docs/released/widened.json`);
  }
  within(released)[last] = within(present)[last];
}
process.stdout.write(JSON.stringify(released, null, 2));

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
