// The tests of this folder, with the services that run.mjs has started.
import { runTests } from "../../scripts/node-tests.mjs";

runTests(import.meta.dirname, process.argv.slice(2));
