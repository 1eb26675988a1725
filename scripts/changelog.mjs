// The changelog of a release: node scripts/changelog.mjs cut VERSION   what is unreleased is of that version
//                             node scripts/changelog.mjs notes VERSION   prints what it says of it
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { given, main, Misuse, Stop } from "./main.mjs";

const UNRELEASED = "## Unreleased";

/** The text under a heading, up to the next of its rank. */
export function notes(text, heading) {
  const lines = text.split("\n");
  const from = lines.indexOf(heading);
  if (from < 0) throw new Stop(`CHANGELOG.md has no '${heading}'`);
  const to = lines.findIndex((line, n) => n > from && line.startsWith("## "));
  const said = lines.slice(from + 1, to < 0 ? undefined : to).join("\n").trim();
  if (!said) throw new Stop(`CHANGELOG.md says nothing under '${heading}': what does a partner get?`);
  return said;
}

/** With what is unreleased under the version's own heading, and nothing unreleased yet. */
export function cut(text, version) {
  if (text.split("\n").includes(`## ${version}`)) throw new Stop(`CHANGELOG.md has a '## ${version}' already`);
  notes(text, UNRELEASED);
  return text.replace(`${UNRELEASED}\n`, () => `${UNRELEASED}\n\n## ${version}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const [command, version] = given({ words: 2 }).words;
    if (!["cut", "notes"].includes(command) || !version) throw new Misuse("say which: cut VERSION or notes VERSION");
    const text = readFileSync("CHANGELOG.md", "utf8");
    if (command === "cut") writeFileSync("CHANGELOG.md", cut(text, version));
    else process.stdout.write(`${notes(text, `## ${version}`)}\n`);
  });
}
