// The reference at /docs and the errors at /docs/errors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DESKTOP, isAccessible, isNoWiderThanItsWindow, PHONE, service, visiting } from "./browser.mjs";
import { ROOT } from "../service.mjs";

const document = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8"));
const shown = (page) => page.locator("#reference[data-ready] .opblock").first().waitFor();

test("the reference shows every call of the document", async () => {
  await visiting("/docs", { viewport: DESKTOP }, async (page) => {
    await shown(page);
    const calls = await page.locator(".opblock").count();
    const documented = Object.values(document.paths).flatMap((path) => Object.keys(path).filter((name) => path[name].responses));
    assert.equal(calls, documented.length);
    await isAccessible(page, "the list of calls");
  });
});

for (const [name, colorScheme] of [["light", "light"], ["dark", "dark"]]) {
  test(`a call is opened and tried on a phone, in the ${name}, and nothing is wider than it`, async () => {
    await visiting("/docs", { viewport: PHONE, colorScheme }, async (page) => {
      await shown(page);
      await isNoWiderThanItsWindow(page, "the list of calls");
      const call = page.locator("#operations-service-health");
      await call.locator(".opblock-summary-control").click();
      await call.getByRole("button", { name: "Try it out" }).click();
      await call.getByRole("button", { name: "Execute" }).click();
      await call.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
      await isNoWiderThanItsWindow(page, "a call that was tried");
      const large = page.locator("#operations-user-answerCode");
      await large.locator(".opblock-summary-control").click();
      await large.locator(".responses-table").waitFor();
      await isNoWiderThanItsWindow(page, "a call with a body and many answers");
      await isAccessible(page, "calls that are open");
    });
  });
}

test("a client authorizes itself and a call with its token is answered", async () => {
  const { link } = await service();
  const client = new URLSearchParams(new URL(link).hash.slice(1));
  await visiting("/docs", { viewport: PHONE }, async (page) => {
    await shown(page);
    await page.getByRole("button", { name: "Authorize", exact: true }).first().click();
    const dialog = page.locator(".modal-ux");
    const flow = dialog.locator(".auth-container", { hasText: "clientCredentials" });
    await flow.getByLabel("client_id:").fill(client.get("id"));
    await flow.getByLabel("client_secret:").fill(client.get("secret"));
    await flow.getByRole("button", { name: "Authorize", exact: true }).click();
    await flow.getByRole("button", { name: "Logout" }).waitFor();
    await isNoWiderThanItsWindow(page, "the dialog");
    await isAccessible(page, "the dialog");
    await dialog.getByRole("button", { name: "Close" }).first().click();
    const call = page.locator("#operations-audit-listAudit");
    await call.locator(".opblock-summary-control").click();
    await call.getByRole("button", { name: "Try it out" }).click();
    await call.getByRole("button", { name: "Execute" }).click();
    await call.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
  });
});

test("on another host than this machine nothing is tried and no secret asked for, and the page says why", async () => {
  await visiting("http://id.example.com/docs", { viewport: PHONE }, async (page) => {
    await shown(page);
    await page.getByText("a client's secret is a server's").waitFor();
    const call = page.locator("#operations-audit-listAudit");
    await call.locator(".opblock-summary-control").click();
    await call.locator(".responses-table").waitFor();
    for (const name of ["Try it out", "Execute", "Authorize"]) {
      assert.equal(await page.getByRole("button", { name }).count(), 0, name);
    }
    assert.equal(await page.locator("input:enabled, .authorization__btn").count(), 0);
    await isNoWiderThanItsWindow(page, "the reference of a deployment");
    await isAccessible(page, "the reference of a deployment");
  });
});

test("every error of a call leads to its part of the errors, which leads back to the calls", async () => {
  const { base } = await service();
  await visiting("/docs#/user/login", { viewport: DESKTOP }, async (page, context) => {
    await shown(page);
    const link = page.locator("#operations-user-login .responses-table a", { hasText: "4003 OTP_LOCKED" }).first();
    assert.equal(await link.getAttribute("href"), "/docs/errors#4003");
    const errors = await context.newPage();
    await errors.goto(`${base}/docs/errors#4003`);
    assert.match(await errors.locator("section:target h2").textContent(), /^4003 OTP_LOCKED/);
    const back = await errors.locator("section:target details a").evaluateAll((links) => links.map((one) => one.getAttribute("href")));
    assert.ok(back.includes("/docs#/user/login"), back.join(" "));
  });
});

test("the errors are those of the document, each with what to do, and fit a phone", async () => {
  await visiting("/docs/errors", { viewport: PHONE }, async (page) => {
    const ids = await page.locator("section.error").evaluateAll((parts) => parts.map(({ id }) => id));
    const named = JSON.stringify(document.paths).match(/\b\d{4} [A-Z][A-Z_]+\b/g).map((text) => text.slice(0, 4));
    assert.deepEqual([...new Set(named)].filter((code) => !ids.includes(code)), []);
    assert.equal(await page.locator("section.error dt", { hasText: "What to do" }).count(), ids.length);
    await isNoWiderThanItsWindow(page, "the errors");
    await isAccessible(page, "the errors");
  });
});
