// Runs the *.test.mjs files of a folder, and says at the end what a test binary says, for run-tests.mjs.
//
//   runTests(folder, ["part of a name"])
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** `isLeftOut` says which files are not run. A process that holds more open than its tests do does not end. */
export function runTests(folder, words, isLeftOut = () => false) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
  const wanted = words.map((word) => new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")));
  // Whether what is left out has a test of a wanted name, nobody knows.
  const sums = { passed: 0, failed: 0, skipped: wanted.length ? 0 : names.filter(isLeftOut).length };
  // In this process: otherwise each file is a test as well, also one of which nothing was wanted.
  const files = names.filter((name) => !isLeftOut(name)).map((name) => join(folder, name));
  const tests = run({ files, isolation: "none", timeout: 300_000, ...(wanted.length && { testNamePatterns: wanted }) });
  tests.on("test:pass", ({ skip }) => (sums[skip === undefined ? "passed" : "skipped"] += 1));
  tests.on("test:fail", () => (sums.failed += 1));
  tests.on("end", () => {
    const { passed, failed, skipped } = sums;
    console.log(`\ntest result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; ${skipped} ignored`);
    process.exitCode = failed ? 1 : 0;
  });
  tests.compose(new spec()).pipe(process.stdout);
}
