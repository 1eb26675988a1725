// The pages as they are served, and in a real browser: node tests/browser/run.mjs [part of a test's name ...]
//
// The browser is Debian's chromium-headless-shell, which scripts/setup.sh installs where it may. Without one
// the tests that need it are left out, and counted as skipped.
import { runTests } from "../../scripts/node-tests.mjs";
import { CHROMIUM } from "./chromium.mjs";

const WITHOUT_BROWSER = ["deployment.test.mjs"];

if (!CHROMIUM) {
  console.log("SKIPPED: the tests in a browser, since there is no Chromium: install it (Debian: apt-get install chromium-headless-shell fonts-dejavu-core) or name one in GATEHOUSE_CHROMIUM.");
}
runTests(import.meta.dirname, process.argv.slice(2), (name) => !CHROMIUM && !WITHOUT_BROWSER.includes(name));
