// A line a test, and at the end the sums as a Rust test binary says them, for scripts/run-tests.mjs.
export default async function* reporter(events) {
  const sums = { passed: 0, failed: 0, ignored: 0 };
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A file is no test, unless it broke before it had one.
    if (data.details?.type === "suite" || (type === "test:pass" && data.name.endsWith(".test.mjs"))) continue;
    const what = type === "test:fail" ? "failed" : data.skip === undefined ? "passed" : "ignored";
    sums[what]++;
    yield `${what.padEnd(8)} ${data.name} (${(data.details.duration_ms / 1000).toFixed(1)} s)\n`;
    if (what === "failed") yield `${describe(data.details.error)}\n`;
  }
  const { passed, failed, ignored } = sums;
  if (passed + failed === 0) {
    process.exitCode = 1;
    yield "no test has such a name\n";
  }
  const word = failed || !passed ? "FAILED" : "ok";
  yield `test result: ${word}. ${passed} passed; ${failed} failed; ${ignored} ignored\n`;
}

function describe(error) {
  const cause = error?.cause ?? error;
  return cause?.stack ?? String(cause);
}
