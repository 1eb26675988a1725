// Pictures of the pages for the documents: node tests/browser/screenshots.mjs, by scripts/screenshots.sh.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./chromium.mjs";
import { ROOT, start } from "../service.mjs";
import { byPointer, card, isIn, logIn, useSession } from "./walk.mjs";

const FOLDER = join(ROOT, "docs/images");
const MOST_BYTES = 150_000;

const WIDE = { width: 1200, height: 800 };
const NARROW = { width: 390, height: 800 };
const PICTURES = [
  { name: "console", url: "link", viewport: WIDE, visit: code },
  { name: "console-dark", url: "link", viewport: WIDE, colorScheme: "dark", visit: code },
  { name: "console-portfolio", url: "link", viewport: WIDE, visit: portfolio },
  { name: "console-lost-phone", url: "link", viewport: { ...WIDE, height: 690 }, visit: lostPhone },
  { name: "console-narrow", url: "link", viewport: NARROW, visit: code },
  { name: "reference", url: "/docs", viewport: WIDE, visit: reference },
];

async function code(page) {
  const press = (id, name) => card(page, id).getByRole("button", { name, exact: true }).click();
  for (const [id, name] of [["client", "Get a token"], ["sign-up", "Sign up"], ["login", "Log in"]]) {
    await press(id, name);
    await isIn(page, id, "done");
  }
  await card(page, "code").getByRole("button", { name: /^Fill in \d+ from the phone$/ }).click();
  await show(page, page.viewportSize().width < 600 ? "#phone-title" : "#login-title");
}

async function portfolio(page) {
  await logIn(page, byPointer(page));
  await useSession(page, byPointer(page));
  await show(page, "#kyc-title");
}

async function lostPhone(page) {
  await logIn(page, byPointer(page));
  for (const name of ["Make recovery codes", "Log in without the phone", "Change the number"]) {
    await card(page, "lost").getByRole("button", { name }).click();
  }
  await card(page, "lost").getByRole("button", { name: /^Fill in \d+ from the phone$/ }).click();
  await show(page, "#lost-title");
}

async function reference(page) {
  await page.locator("#reference[data-ready] .opblock").first().waitFor();
  await page.locator("#operations-user-login .opblock-summary-control").click();
  await show(page, "#operations-user-signUp");
}

/** With this at the top. */
const show = (page, selector) => page.locator(selector).evaluate((element) => window.scrollBy({ top: element.getBoundingClientRect().top - 30, behavior: "instant" }));

const service = await start({ name: "screenshots" });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
mkdirSync(FOLDER, { recursive: true });
try {
  for (const { name, url, viewport, colorScheme = "light", visit } of PICTURES) {
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce", locale: "en-GB" });
    await page.goto(url === "link" ? service.link : service.base + url);
    await visit(page);
    const path = join(FOLDER, `${name}.png`);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`${path}: ${Math.round(size / 1000)} KB`);
    if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
    await page.close();
  }
} finally {
  await browser.close();
  await service.stop();
}
