// The console: the whole journey, its states, and what it shows of each call.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import jsqr from "jsqr";
import { DESKTOP, isAccessible, isNoWiderThanItsWindow, PHONE, service, visiting } from "./browser.mjs";
import {
  answerCode, beReachedElsewhere, byKeyboard, byPointer, card, changeEmail, isIn, letGo, logIn, logOut, resetTwice, setOwnText,
  useSession,
} from "./walk.mjs";

const WIDTHS = { desktop: DESKTOP, phone: PHONE };

for (const [name, viewport] of Object.entries(WIDTHS)) {
  test(`the journey is clicked through at the width of a ${name}, and nothing of it is wider or hard to reach`, async () => {
    const { link } = await service();
    await visiting(link, { viewport, hasTouch: viewport === PHONE }, async (page) => {
      const act = byPointer(page);
      const checked = async (when) => {
        await isNoWiderThanItsWindow(page, when);
        await isAccessible(page, when);
      };
      await checked("at the start");
      await logIn(page, act);
      await checked("logged in");
      await useSession(page, act);
      await checked("with a portfolio");
      await beReachedElsewhere(page, act);
      await checked("reached elsewhere");
      await resetTwice(page, act);
      await logOut(page, act);
      await setOwnText(page, act);
      await letGo(page, act);
      await page.getByRole("heading", { name: "That was the whole journey" }).waitFor();
      await openEveryCall(page);
      await checked("with every call open");
    });
  });
}

test("the journey is walked by the keyboard alone", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    const act = byKeyboard(page);
    await logIn(page, act);
    await useSession(page, act);
    await beReachedElsewhere(page, act);
    await resetTwice(page, act);
    await logOut(page, act);
    await setOwnText(page, act);
    await letGo(page, act);
  });
});

test("who is erased is nobody, and what is left has no e-mail and no number", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    const person = card(page, "person");
    const held = (name) => person.locator("dl.facts div", { hasText: name }).locator("dd");
    const number = await card(page, "sign-up").locator("dl.facts div", { hasText: "Phone" }).locator("dd").innerText();
    await person.getByLabel("E-mail or number").fill("nobody@example.com");
    await act.press(person.getByRole("button", { name: "Find them" }));
    await person.getByRole("alert").filter({ hasText: "6001" }).waitFor();
    await person.getByLabel("E-mail or number").fill(number);
    await act.press(person.getByRole("button", { name: "Find them" }));
    await act.press(person.getByRole("button", { name: "Show all that is held" }));
    assert.equal(await held("Number").innerText(), number);
    await isAccessible(page, "what is held");
    await act.press(person.getByRole("button", { name: "Erase them for good" }));
    await isIn(page, "person", "done");
    assert.equal(await held("E-mail").innerText(), "–");
    assert.equal(await held("Number").innerText(), "–");
    assert.equal(await held("Accounts").innerText(), "1");
    await isNoWiderThanItsWindow(page, "with somebody erased");
  });
});

test("whose link has nobody who erases is asked for one", async () => {
  const { link } = await service();
  const [, id, secret] = /recovery=(\S+?)\+([^&]+)/.exec(link);
  await visiting(link.replace(/&recovery=.*/, ""), { viewport: DESKTOP }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    const person = card(page, "person");
    await act.press(person.getByRole("button", { name: "Find them" }));
    await person.getByLabel("Id of a client with recovery.write").fill(id);
    await person.getByLabel("Its secret").fill(secret);
    await act.press(person.getByRole("button", { name: "Erase them for good" }));
    await isIn(page, "person", "done");
    assert.ok(!(await page.evaluate(() => document.body.innerText)).includes(secret));
  });
});

test("whoever lost the phone is back in by a code from paper, at a new number, with the hold standing", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    const lost = card(page, "lost");
    const before = await factOf(page, "sign-up", "Phone");
    await act.press(lost.getByRole("button", { name: "Make recovery codes" }));
    const paper = lost.getByRole("list", { name: "Recovery codes" });
    await paper.waitFor();
    const codes = await paper.locator("code").allTextContents();
    assert.equal(new Set(codes).size, 10);
    await isNoWiderThanItsWindow(page, "with codes for paper");
    await isAccessible(page, "with codes for paper");
    await lost.getByLabel("A code from paper").fill("00000-00000");
    await act.press(lost.getByRole("button", { name: "Log in without the phone" }));
    await lost.getByRole("alert").filter({ hasText: "4001" }).waitFor();
    await lost.getByLabel("A code from paper").fill(codes[3].toLowerCase().replace("-", " "));
    await act.press(lost.getByRole("button", { name: "Log in without the phone" }));
    const after = await lost.getByLabel("The new number").inputValue();
    await act.press(lost.getByRole("button", { name: "Change the number" }));
    await lost.getByText(`The new number's code, sent to +********${after.slice(-2)}`).waitFor();
    await answerCode(page, act, "lost");
    await isIn(page, "lost", "done");
    assert.equal(await factOf(page, "lost", "Number"), after);
    assert.equal(await factOf(page, "lost", "Came in by"), "pwd, recovery");
    assert.equal(hoursLeft(await factOf(page, "lost", "hold_until in the token")), 72);
    await told(page, "lost", `${before}: The phone number of your Gatehouse account was changed.`);
    await paper.waitFor({ state: "detached" });
    // To the tokens once more, with the new number in the hand.
    await act.press(card(page, "login").getByRole("button", { name: "Log in again" }));
    await answerCode(page, act, "code");
    await isIn(page, "code", "done");
    await act.press(card(page, "tokens").getByRole("button", { name: "Verify the access token" }));
    await card(page, "tokens").locator("tr", { hasText: "hold_until" }).waitFor();
    assert.equal(await page.locator(".phone-number").textContent(), after);
    await isAccessible(page, "at the new number");
  });
});

test("whoever has neither phone nor code is back in by the partner's word, with the hold standing", async () => {
  const { link } = await service();
  const [, id, secret] = /recovery=(\S+?)\+([^&]+)/.exec(link);
  await visiting(link.replace(/&recovery=.*/, ""), { viewport: PHONE }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    const word = card(page, "word");
    const before = await factOf(page, "sign-up", "Phone");
    await word.getByLabel("Id of a client with recovery.write").fill(id);
    await word.getByLabel("Its secret").fill(secret);
    const after = await word.getByLabel("The new number").inputValue();
    await act.press(word.getByRole("button", { name: "Give the partner's word" }));
    assert.equal(await factOf(page, "word", "Number"), after);
    assert.equal(await factOf(page, "word", "Proven"), "false");
    await card(page, "sessions").getByText("The session is over. Log in again: step 3.").waitFor();
    await told(page, "word", `${before}: The phone number of your Gatehouse account was changed.`);
    await act.press(word.getByRole("button", { name: "Log in at the new number" }));
    await answerCode(page, act, "word");
    await isIn(page, "word", "done");
    assert.equal(await factOf(page, "word", "Proven"), "true");
    await act.press(card(page, "tokens").getByRole("button", { name: "Verify the access token" }));
    const until = await card(page, "tokens").locator("tr", { hasText: "hold_until" }).locator("td code").textContent();
    assert.equal(hoursLeft(until), 72);
    assert.ok(!(await page.evaluate(() => document.body.innerText)).includes(secret));
    await isNoWiderThanItsWindow(page, "back in");
    await isAccessible(page, "back in");
  });
});

test("an e-mail is changed by a code to the new one, and the old one is told", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    const before = await factOf(page, "sign-up", "E-mail");
    await changeEmail(page, act);
    const after = await factOf(page, "email", "E-mail");
    assert.notEqual(after, before);
    assert.equal(await factOf(page, "email", "Proven"), "true");
    await told(page, "email", `${before}: The e-mail address of your Gatehouse account was changed`);
    await page.locator(".message", { hasText: `Mail to ${after}` }).waitFor();
    await isNoWiderThanItsWindow(page, "with mails on the phone");
    await isAccessible(page, "with mails on the phone");
    // By its name it is refreshed, and by the new one alone.
    await act.press(card(page, "refresh").getByRole("button", { name: "Refresh twice at once" }));
    await isIn(page, "refresh", "done");
  });
});

test("a session that is not fresh, and a day on which the password was reset, are told with what to do", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    const act = byPointer(page);
    await logIn(page, act);
    await page.route("**/v1/user/phone", (route) => route.fulfill({
      status: 403, json: { success: false, data: null, errorCode: 2004, errorMessage: "the session is too old" },
    }));
    await act.press(card(page, "number").getByRole("button", { name: "Change the number" }));
    await card(page, "number").getByRole("alert").filter({ hasText: "2004" }).filter({ hasText: "Log in again, steps 3 and 4" }).waitFor();
    await page.unroute("**/v1/user/phone");
    await resetTwice(page, act);
    await act.press(card(page, "login").getByRole("button", { name: "Log in again" }));
    await answerCode(page, act, "code");
    await isIn(page, "code", "done");
    for (const [id, name] of [["number", "Change the number"], ["lost", "Make recovery codes"]]) {
      await act.press(card(page, id).getByRole("button", { name }));
      await card(page, id).getByRole("alert").filter({ hasText: "2005" }).filter({ hasText: "with somebody else" }).waitFor();
    }
  });
});

test("a partner's own text is in its next message, and is no other partner's", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE }, async (page) => {
    const act = byPointer(page);
    const settings = card(page, "settings");
    const press = (name) => act.press(settings.getByRole("button", { name, exact: true }));
    const of = (partner, member) => settings.locator("tr", { hasText: member }).locator(`[data-partner="${partner}"]`);
    const says = (cell, text, whose) => cell.filter({ hasText: text }).filter({ hasText: whose }).waitFor();
    await logIn(page, act);
    await press("Show what is in force");
    await says(of("demo", "smsAppName"), "Gatehouse", "the service's");
    assert.ok(await settings.getByRole("button", { name: "Leave it to the service" }).isDisabled());
    await isAccessible(page, "what is in force");
    await settings.getByLabel("Value").fill("no code");
    await press("Set it");
    await settings.getByRole("alert").filter({ hasText: "1002" }).filter({ hasText: "smsText" }).waitFor();
    await settings.getByLabel("Value").fill("{code} is the code of {app}, a bank");
    await press("Set it");
    await isIn(page, "settings", "done");
    await settings.getByLabel("Of its own").selectOption("smsDailyBudget");
    for (const text of ["abc", "0x5", "1e3", "-1"]) {
      await settings.getByLabel("Value").fill(text);
      await press("Set it");
      assert.ok(await settings.getByLabel("Value").evaluate((input) => input.validity.patternMismatch), text);
      assert.ok(await settings.getByRole("button", { name: "Leave it to the service" }).isDisabled(), text);
    }
    await settings.getByLabel("Value").fill("900000");
    await press("Set it");
    await says(of("demo", "smsDailyBudget"), "900000", "its own");
    await says(of("demo", "smsText"), "{code} is the code of {app}, a bank", "its own");
    await says(of("other", "smsText"), "{minutes}", "the service's");
    await says(of("other", "smsDailyBudget"), "1000000", "the service's");
    await press("Log in, and look at the phone");
    await page.locator(".message").filter({ hasText: /^\d{4} is the code of Gatehouse, a bank/ }).waitFor();
    await answerCode(page, act, "settings");
    await isNoWiderThanItsWindow(page, "with settings");
    for (const member of ["smsText", "smsDailyBudget"]) {
      await settings.getByLabel("Of its own").selectOption(member);
      await press("Leave it to the service");
      await says(of("demo", member), "", "the service's");
    }
  });
});

test("whose link has nobody who sets them is asked for one", async () => {
  const { link } = await service();
  const [, id, secret] = /settings=(\S+?)\+([^&]+)/.exec(link);
  await visiting(link.replace(/&settings=.*/, ""), { viewport: DESKTOP }, async (page) => {
    const settings = card(page, "settings");
    await settings.getByLabel("Id of a client with settings.write").fill(id);
    await settings.getByLabel("Its secret").fill(secret);
    await settings.getByRole("button", { name: "Show what is in force" }).click();
    await settings.locator("[data-partner=demo]").first().waitFor();
    assert.ok(!(await page.evaluate(() => document.body.innerText)).includes(secret));
  });
});

test("what is done leads on: Enter goes from step to step", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await byKeyboard(page).press(page.getByRole("button", { name: "Get a token", exact: true }));
    await isIn(page, "client", "done");
    const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.name);
    assert.equal(await focused(), "Go on: A customer signs up");
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "phoneNumber");
    await page.keyboard.press("Enter");
    await isIn(page, "sign-up", "done");
  });
});

test("whoever waits for an answer keeps the focus, and a second press asks nothing", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    let answer;
    await page.route("**/oauth2/token", (route) => {
      answer = () => route.continue();
    });
    const button = card(page, "client").getByRole("button", { name: "Get a token" });
    await button.focus();
    await page.keyboard.press("Enter");
    await isIn(page, "client", "busy");
    await page.keyboard.press("Enter");
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    answer();
    await isIn(page, "client", "done");
    assert.equal(await card(page, "client").locator(".exchange").count(), 1);
  });
});

test("in the dark it is as accessible as in the light", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE, colorScheme: "dark" }, async (page) => {
    await isAccessible(page, "at the start");
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    await beReachedElsewhere(page, byPointer(page));
    await openEveryCall(page);
    await isAccessible(page, "with every call open");
  });
});

test("the address is text and a code that a camera reads", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    const address = await card(page, "portfolio").locator(".address").textContent();
    assert.match(address, /^0x[0-9a-fA-F]{40}$/);
    const size = await page.locator(".qr").evaluate((svg) => svg.viewBox.baseVal.width);
    assert.equal(readQr(await page.locator(".qr path").getAttribute("d"), size), address);
  });
});

test("the token is verified against the published keys, and a forged one is not", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    const verdicts = card(page, "tokens").locator(".verdict");
    assert.match(await verdicts.nth(0).textContent(), /^Verified: EdDSA, key \S+\./);
    assert.match(await verdicts.nth(1).textContent(), /signature verification failed/);
    // With other keys it must not be the page that says so all the same.
    await page.route("**/.well-known/jwks.json", async (route) => {
      const answer = await route.fetch();
      const jwks = await answer.json();
      jwks.keys.forEach((key) => (key.x = `A${key.x.slice(1)}`));
      await route.fulfill({ response: answer, json: jwks });
    });
    await card(page, "tokens").getByRole("button", { name: "Verify the access token" }).click();
    await card(page, "tokens").locator(".verdict.is-bad", { hasText: "It does not verify" }).waitFor();
  });
});

test("two refreshes at once have one successor, and a logout ends the token", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    const tokens = await card(page, "refresh").locator(".successor code").allTextContents();
    assert.equal(tokens.length, 3);
    assert.notEqual(tokens[0], tokens[1]);
    assert.equal(tokens[1], tokens[2]);
    const calls = card(page, "refresh").locator(".exchange");
    assert.equal(await calls.count(), 2);
    await card(page, "logout").getByRole("button", { name: "Log out", exact: true }).click();
    await isIn(page, "logout", "done");
    assert.match(await card(page, "logout").locator(".verdict").textContent(), /answered with 2002/);
  });
});

test("a wrong code costs a try, the third ends the challenge, and there is a way on", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    const act = byPointer(page);
    await begun(page, act);
    const code = card(page, "code");
    const wrong = code.getByRole("button", { name: "Answer with a wrong code" });
    for (const left of ["2", "1"]) {
      await wrong.click();
      await code.locator(".tries", { hasText: left }).waitFor();
      await code.getByRole("alert").getByRole("link", { name: "4001" }).waitFor();
    }
    await isAccessible(page, "refused");
    await code.getByRole("button", { name: "Send it once more" }).click();
    await code.getByRole("alert").filter({ hasText: /4004.*It may be asked again in \d+ s/ }).waitFor();
    await wrong.click();
    await code.getByRole("link", { name: "4002" }).waitFor();
    await code.getByRole("button", { name: "Back to the password" }).click();
    await card(page, "login").getByRole("button", { name: "Log in", exact: true }).click();
    await answerCode(page, act, "code");
    await isIn(page, "code", "done");
  });
});

test("when its time is over a code can be answered no more, and there is a way on", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await page.clock.install();
    await begun(page, byPointer(page));
    const code = card(page, "code");
    assert.match(await code.getByRole("timer").textContent(), /^(5:00|4:5\d)$/);
    await page.clock.fastForward(299_000);
    await code.getByRole("timer").filter({ hasText: /^0:0\d$/ }).waitFor();
    await page.clock.fastForward(2_000);
    await code.getByText("The time for this code is over.").waitFor();
    await isAccessible(page, "its time is over");
    await code.getByRole("button", { name: "Back to the password" }).click();
    await isIn(page, "login", "ready");
  });
});

test("somebody who logs in twice sees two sessions, and ends the other", async () => {
  const { link } = await service();
  await visiting(link, { viewport: PHONE }, async (page) => {
    await logIn(page, byPointer(page));
    await card(page, "login").getByRole("button", { name: "Log in again" }).click();
    await answerCode(page, byPointer(page), "code");
    await isIn(page, "code", "done");
    await card(page, "sessions").getByRole("button", { name: "List the sessions" }).click();
    const sessions = card(page, "sessions").locator(".sessions li");
    await sessions.nth(1).waitFor();
    assert.equal(await sessions.filter({ hasText: "this one" }).count(), 1);
    await isAccessible(page, "two sessions");
    await sessions.getByRole("button", { name: /^End it/ }).click();
    await sessions.nth(1).waitFor({ state: "detached" });
    assert.equal(await sessions.count(), 1);
  });
});

test("a portfolio before the verification is refused, and the refusal leads to what it means", async () => {
  const { link, base } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await logIn(page, byPointer(page));
    await card(page, "portfolio").getByRole("button", { name: "Open it" }).click();
    await isIn(page, "portfolio", "refused");
    await card(page, "portfolio").getByRole("link", { name: "6005" }).click();
    await page.waitForURL(`${base}/docs/errors#6005`);
    assert.equal(await page.locator("section:target h2").textContent(), "6005 KYC_REQUIRED 403");
  });
});

test("a service that is gone is told in a sentence", async () => {
  const { link } = await service();
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    await page.route("**/oauth2/token", (route) => route.fulfill({ status: 503, json: { error: "temporarily_unavailable", error_description: "Ask again." } }));
    await card(page, "client").getByRole("button", { name: "Get a token" }).click();
    await card(page, "client").getByRole("alert").filter({ hasText: "temporarily_unavailable Ask again." }).waitFor();
    await page.unroute("**/oauth2/token");
    await page.route("**/oauth2/token", (route) => route.abort());
    await card(page, "client").getByRole("button", { name: "Get a token" }).click();
    await card(page, "client").getByRole("alert").filter({ hasText: "The service does not answer." }).waitFor();
  });
});

test("without credentials it asks for them, and wrong ones are told", async () => {
  const { link, base } = await service();
  await visiting(`${base}/console`, { viewport: PHONE }, async (page) => {
    await isAccessible(page, "without credentials");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("alert").filter({ hasText: "Neither a link" }).waitFor();
    await page.getByLabel("The link").fill(link.replace(/&secret=./, (first) => (first.endsWith("A") ? "&secret=B" : "&secret=A")));
    await page.getByRole("button", { name: "Begin" }).click();
    await card(page, "client").getByRole("button", { name: "Get a token" }).click();
    await card(page, "client").getByRole("alert").filter({ hasText: "invalid_client" }).filter({ hasText: "make status" }).waitFor();
    await page.getByRole("button", { name: "Take another client" }).click();
    await page.getByLabel("The link").fill(link);
    await page.getByRole("button", { name: "Begin" }).click();
    await card(page, "client").getByRole("button", { name: "Get a token" }).click();
    await isIn(page, "client", "done");
  });
});

test("each call has its request id, and what is copied as curl does the same", async () => {
  const { link, base } = await service();
  await visiting(link, { viewport: DESKTOP, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    const call = card(page, "sessions").locator(".exchange");
    await call.locator("summary").click();
    assert.match(await call.locator(".wire-tools code").textContent(), /^req_[0-9a-f-]{36}$/);
    await call.getByRole("button", { name: "Copy as curl" }).click();
    await call.getByText("Copied").waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(command.includes(`${base}/v1/user/sessions`), command);
    const { stdout } = await promisify(execFile)("bash", ["-c", `${command} -sS`]);
    assert.match(stdout, /^HTTP\/1.1 200 /);
    assert.equal(JSON.parse(stdout.slice(stdout.indexOf("\r\n\r\n"))).data.sessions.length, 1);
  });
});

test("no secret is in a URL that is sent, and the signing secret is nowhere in the page", async () => {
  const { link } = await service();
  const secrets = link.match(/(?<=secret=|\+)[^&]+/g);
  assert.equal(secrets.length, 4);
  const urls = [];
  await visiting(link, { viewport: DESKTOP }, async (page) => {
    page.on("request", (request) => urls.push(request.url()));
    await logIn(page, byPointer(page));
    await useSession(page, byPointer(page));
    await beReachedElsewhere(page, byPointer(page));
    await setOwnText(page, byPointer(page));
    const token = await page.evaluate(() => document.body.innerText.match(/eyJ[\w-]{10,}/)?.[0] ?? "");
    assert.ok(urls.length > 8);
    for (const url of urls) assert.ok(!secrets.some((secret) => url.includes(secret)) && !/eyJ|rt_|password/.test(url), url);
    assert.ok(token.length < 60, "a whole token stands open on the page");
    assert.doesNotMatch(await page.content(), /whsec_/);
  });
});

/** To the nearest hour, until so many seconds since 1970. */
const hoursLeft = (text) => Math.round((parseInt(text, 10) - Date.now() / 1000) / 3600);

/** What a step says of this. */
const fact = (page, id, name) => card(page, id).locator("dl.facts div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
const factOf = (page, id, name) => fact(page, id, name).locator("dd").textContent();
const told = (page, id, text) => fact(page, id, "Told").locator("dd", { hasText: text }).waitFor();

/** Up to the code that waits for its answer. */
async function begun(page, act) {
  for (const [id, name] of [["client", "Get a token"], ["sign-up", "Sign up"], ["login", "Log in"]]) {
    await act.press(card(page, id).getByRole("button", { name, exact: true }));
    await isIn(page, id, "done");
  }
  await card(page, "code").getByRole("button", { name: /^Fill in/ }).waitFor();
}

const openEveryCall = (page) => page.evaluate(() => document.querySelectorAll("details.exchange").forEach((call) => (call.open = true)));

/** What a camera reads of a QR code that is drawn as squares. */
function readQr(path, size) {
  const scale = 4;
  const width = size * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let dy = 0; dy < scale; dy += 1) {
      for (let dx = 0; dx < scale; dx += 1) {
        pixels.fill(0, ((y * scale + dy) * width + x * scale + dx) * 4, ((y * scale + dy) * width + x * scale + dx) * 4 + 3);
      }
    }
  }
  return jsqr(pixels, width, width)?.data;
}

for (const [name, viewport] of Object.entries(WIDTHS)) {
  test(`the page at / leads to the console, the reference and the messages, at the width of a ${name}`, async () => {
    const { base } = await service();
    await visiting("/", { viewport }, async (page) => {
      await isNoWiderThanItsWindow(page, "the page at /");
      await isAccessible(page, "the page at /");
      const links = await page.getByRole("link").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      assert.deepEqual(links, ["/console", "/docs", "/docs/errors", "/dev/outbox"]);
      for (const path of links) assert.equal((await fetch(base + path)).status, 200, path);
      await page.getByRole("link", { name: "The console" }).click();
      await page.getByRole("heading", { name: "Who asks?" }).waitFor();
    });
  });
}
