// Takes newer versions of the lists in data/common-passwords; the build does not run this. In a
// folder of your own, `npm pack @zxcvbn-ts/language-common` and `pip download --no-deps Django`,
// unpack both, then, here, with the paths of the two files in them:
//   scripts/with-env.sh node scripts/common-passwords.mjs .../src/passwords.json .../auth/common-passwords.txt.gz
// Afterwards write versions and counts into data/common-passwords/README.md, and the counts into
// the test of src/password/common.rs.

import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { given, main, Misuse } from "./main.mjs";

await main(() => {
  const [zxcvbn, django] = given({ words: 2 }).words;
  if (!django) throw new Misuse("say which two files: .../src/passwords.json .../auth/common-passwords.txt.gz");
  const sources = {
    "zxcvbn-ts": JSON.parse(readFileSync(zxcvbn)),
    django: gunzipSync(readFileSync(django)).toString().trimEnd().split("\n"),
  };

  const all = new Set();
  for (const [name, source] of Object.entries(sources)) {
    const characters = (word) => [...word].length;
    const words = source.map((word) => word.normalize("NFKC").toLowerCase());
    const entries = new Set(words.filter((word) => characters(word) >= 8 && characters(word) <= 128));
    writeFileSync(`data/common-passwords/${name}.txt`, [...entries, ""].join("\n"));
    console.log(`${name}: ${entries.size} entries of ${source.length}`);
    entries.forEach((entry) => all.add(entry));
  }
  console.log(`together: ${all.size} different entries`);
});
