// A page that is watched: what its console says, what its content policy refuses, which hosts it asks. What all
// tests share, the service and the browser, is here too.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./chromium.mjs";
import { start } from "../service.mjs";

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 375, height: 740 };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const started = {};
const once = (name, make) => (started[name] ??= make());
export const service = () => once("service", () => start({ name: "browser" }));
const browser = () => once("browser", () => chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] }));

after(async () => {
  await (await started.browser)?.close();
  await (await started.service)?.stop();
});

/** Opens a page, lets `visit` use it, and holds against it what no page may do. Another host is the service too. */
export async function visiting(url, options, visit) {
  const { base } = await service();
  const context = await (await browser()).newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const { origin, href } = new URL(url, base);
  const seen = await watch(page, origin);
  try {
    if (origin !== base) {
      await context.route(`${origin}/**`, async (route) => {
        const { pathname } = new URL(route.request().url());
        await route.fulfill({ response: await route.fetch({ url: base + pathname }) });
      });
    }
    await page.goto(href);
    await visit(page, context);
    await seen.nothingBad();
  } finally {
    await context.close();
  }
}

async function watch(page, base) {
  const bad = [];
  page.on("pageerror", (error) => bad.push(`a script ended: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !url.startsWith("data:")) bad.push(`another host was asked: ${url}`);
  });
  page.on("console", (message) => {
    // Of an answer of 400 and more the browser says so by itself; which are meant, the tests look at.
    const isAnswer = message.text().startsWith("Failed to load resource") && message.location().url.startsWith(`${base}/`);
    const isOfACall = isAnswer && /\/(v1|oauth2|dev)\//.test(message.location().url);
    if (["error", "warning"].includes(message.type()) && !isOfACall) bad.push(`the console says: ${message.text()}`);
  });
  await page.addInitScript(() => {
    globalThis.refusedByPolicy = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
      globalThis.refusedByPolicy.push(`${violatedDirective} ${blockedURI} ${sourceFile}`));
  });
  return {
    async nothingBad() {
      bad.push(...(await page.evaluate(() => globalThis.refusedByPolicy)));
      assert.deepEqual(bad, []);
    },
  };
}

/** No finding of axe-core's that is serious or critical. */
export async function isAccessible(page, when) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  const said = grave.map(({ id, nodes }) => `${when}: ${id} at ${nodes.slice(0, 5).map(({ target }) => target).join(", ")}`);
  assert.deepEqual(said, []);
}

export async function isNoWiderThanItsWindow(page, when) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${when}: ${content} px of content in ${window}`);
}
