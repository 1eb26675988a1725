// The tests of the scripts: node scripts/tests/run.mjs [part of a test's name ...]
import { runTests } from "../node-tests.mjs";

runTests(import.meta.dirname, process.argv.slice(2));
