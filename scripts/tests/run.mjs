// The tests of the scripts: node scripts/tests/run.mjs [part of a test's name ...]
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs")).map((name) => join(folder, name));
const wanted = process.argv.slice(2).map((word) => new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")));

const sums = { passed: 0, failed: 0, skipped: 0 };
// In this process: otherwise each file is a test as well, also one of which nothing was wanted.
const tests = run({ files, isolation: "none", ...(wanted.length && { testNamePatterns: wanted }) });
tests.on("test:pass", ({ skip }) => (sums[skip === undefined ? "passed" : "skipped"] += 1));
tests.on("test:fail", () => (sums.failed += 1));
tests.on("end", () => {
  const { passed, failed, skipped } = sums;
  // As a test binary says it, for run-tests.mjs.
  console.log(`\ntest result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; ${skipped} ignored`);
  process.exitCode = failed ? 1 : 0;
});
tests.compose(new spec()).pipe(process.stdout);
