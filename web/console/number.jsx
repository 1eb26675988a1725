// A new number in the place of the old: a code to each, or to the new one alone where the phone is lost.
import { useState } from "preact/hooks";
import { Act } from "./card.jsx";
import { Challenge } from "./challenge.jsx";
import { newestOf } from "./outbox.js";
import { somePhoneNumber } from "./person.js";

/** `onChanged` is told the number `former` and `now`, the hold, and when the last code's answer was `asked`. */
export function ChangeNumber({ known, learn, outbox, work, takesFocus, onChanged }) {
  const { user, person, session, clientToken } = known;
  const [suggested] = useState(somePhoneNumber);
  const [waiting, setWaiting] = useState([]);
  const [challenge] = waiting;

  const ask = (event) => {
    event.preventDefault();
    const { newPhoneNumber } = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      const to = { OLD: user.phoneNumber, NEW: newPhoneNumber };
      const seen = { OLD: newestOf(outbox, to.OLD), NEW: newestOf(outbox, to.NEW) };
      const { answer } = await work.call("POST", "/v1/user/phone", {
        bearer: session.accessToken, json: { newPhoneNumber, password: person.password },
      });
      const whole = (one) => ({
        ...one, username: user.email, bearer: clientToken.access_token, to: to[one.which], seen: seen[one.which],
      });
      setWaiting(answer.data.challenges.map(whole));
    });
  };
  const right = async ({ status }, asked) => {
    if (status === "OTHER_CODE_REQUIRED") return setWaiting(waiting.slice(1));
    const { answer } = await work.call("GET", "/v1/user/me", { bearer: session.accessToken });
    learn(numberOf(answer.data, known));
    return onChanged({ former: user.phoneNumber, now: answer.data.phoneNumber, asked, holdUntil: answer.data.info.holdUntil });
  };

  if (challenge) {
    return (
      <>
        <p>The {challenge.which === "OLD" ? "old" : "new"} number's code, sent to {challenge.destination}:</p>
        <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }} takesFocus
          onRight={right} onAgain={() => setWaiting([])} againLabel="Begin again" />
      </>
    );
  }
  return (
    <form onSubmit={ask} class="row">
      <label>The new number<input name="newPhoneNumber" type="tel" required defaultValue={suggested} autocomplete="off" spellcheck={false} /></label>
      <Act work={work} type="submit" takesFocus={takesFocus}>Change the number</Act>
    </form>
  );
}

/** What is known of the customer once their number is this user's. */
export const numberOf = (user, { person }) => ({ user, person: { ...person, phoneNumber: user.phoneNumber }, sessions: null });

/** A time as a person reads it. */
export const shownTime = (text) => new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
