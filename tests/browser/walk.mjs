// The journey through the console, as a person walks it: by a pointer, or by the keyboard alone.

export const card = (page, id) => page.locator(`[data-step="${id}"]`);
export const isIn = (page, id, state) => card(page, id).and(page.locator(`[data-state="${state}"]`)).waitFor();
const button = (page, id, name) => card(page, id).getByRole("button", { name, exact: typeof name === "string" });

/** How somebody acts: `act.press(button)`. */
export const byPointer = (page) => ({
  press: (target) => target.click(),
});

/** Tab and Enter, and nothing else. Focus goes on from where it is. */
export const byKeyboard = (page) => ({
  async press(target) {
    // While a call is out a press is of the one before, and does nothing.
    await target.and(page.locator(":not([aria-disabled])")).waitFor();
    for (let steps = 0; steps < 400; steps += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        await page.keyboard.press("Enter");
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error(`the Tab key does not come to ${target}`);
  },
});

/** Another text of the partner's own, seen on the phone, and the service's again. */
export async function setOwnText(page, act) {
  await act.press(button(page, "settings", "Show what is in force"));
  await act.press(button(page, "settings", "Set it"));
  await isIn(page, "settings", "done");
  await act.press(button(page, "settings", "Log in, and look at the phone"));
  await answerCode(page, act, "settings");
  await act.press(button(page, "settings", "Leave it to the service"));
}

/** The code that is on its way, filled in from the phone and answered. */
export async function answerCode(page, act, id) {
  await act.press(button(page, id, /^Fill in \d+ from the phone$/));
  await act.press(button(page, id, "Answer"));
}

/** A step that is done once its button was pressed. */
async function doStep(page, act, id, label) {
  await act.press(button(page, id, label));
  await isIn(page, id, "done");
}

export async function logIn(page, act) {
  await doStep(page, act, "client", "Get a token");
  await doStep(page, act, "sign-up", "Sign up");
  await doStep(page, act, "login", "Log in");
  await answerCode(page, act, "code");
  await isIn(page, "code", "done");
}

/** From the tokens to two resets. */
export async function useSession(page, act) {
  await doStep(page, act, "tokens", "Verify the access token");
  await doStep(page, act, "kyc", "Send the event");
  await doStep(page, act, "portfolio", "Open it");
  await doStep(page, act, "sessions", "List the sessions");
  await doStep(page, act, "refresh", "Refresh twice at once");
}

/** Another e-mail, once the one that there is was proven. */
export async function changeEmail(page, act) {
  await act.press(button(page, "email", /^Send a code to /));
  await answerCode(page, act, "email");
  await act.press(button(page, "email", "Change the e-mail"));
  await answerCode(page, act, "email");
  await isIn(page, "email", "done");
}

/** Another number, by a code to each. */
export async function changeNumber(page, act) {
  await act.press(button(page, "number", "Change the number"));
  await card(page, "number").getByText("The old number's code").waitFor();
  await answerCode(page, act, "number");
  await card(page, "number").getByText("The new number's code").waitFor();
  await answerCode(page, act, "number");
  await isIn(page, "number", "done");
}

/** In by a code from paper, and at another number. */
export async function loseThePhone(page, act) {
  await act.press(button(page, "lost", "Make recovery codes"));
  await act.press(button(page, "lost", "Log in without the phone"));
  await act.press(button(page, "lost", "Change the number"));
  await answerCode(page, act, "lost");
  await isIn(page, "lost", "done");
}

/** In at the number that the partner has said. */
export async function takeTheWord(page, act) {
  await act.press(button(page, "word", "Give the partner's word"));
  await act.press(button(page, "word", "Log in at the new number"));
  await answerCode(page, act, "word");
  await isIn(page, "word", "done");
}

/** All that can be changed of how somebody is reached. */
export async function beReachedElsewhere(page, act) {
  await changeEmail(page, act);
  await changeNumber(page, act);
  await loseThePhone(page, act);
  await takeTheWord(page, act);
}

export async function resetTwice(page, act) {
  await act.press(button(page, "reset", "Begin: The code first, then the new password"));
  await answerCode(page, act, "reset");
  await act.press(button(page, "reset", "Set the password"));
  await act.press(button(page, "reset", "Begin: The new password first, then the code"));
  await act.press(button(page, "reset", "Set the password"));
  await answerCode(page, act, "reset");
  await isIn(page, "reset", "done");
}

export async function logOut(page, act) {
  await act.press(button(page, "logout", "Log in again"));
  await answerCode(page, act, "logout");
  await doStep(page, act, "logout", "Log out");
}

/** The customer found, looked at, and gone. */
export async function letGo(page, act) {
  await act.press(button(page, "person", "Find them"));
  await act.press(button(page, "person", "Show all that is held"));
  await act.press(button(page, "person", "Erase them for good"));
  await isIn(page, "person", "done");
}
