// A code that was sent and waits for its answer: the clock to its end, the tries that are left.
import { useEffect, useRef, useState } from "preact/hooks";
import { Act, useCountdown } from "./card.jsx";
import { codeIn, newestOf, useAwaited } from "./outbox.js";

/** Three, unless the service was started with another OTP_MAX_TRIES: then a wrong code tells. */
const TRIES = 3;
/** A message takes no longer; after that, none will come. */
const MESSAGE_MS = 6000;

/**
 * `challenge`: `{sessionId, username, challengeType, codeLength, expiresIn, to, seen}`, `seen` being the newest message
 * `to` there that there was when it was asked for. It `takesFocus` where it stands in the place of what was pressed.
 * `onRight` is told what was answered, and when it was asked.
 */
export function Challenge({ challenge, work, outbox, learn, onRight, onAgain, againLabel, takesFocus }) {
  const [code, setCode] = useState("");
  const field = useRef();
  const [tries, setTries] = useState(TRIES);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (takesFocus) field.current.focus();
  }, []);
  const left = useCountdown(challenge.expiresIn);
  const [seen, setSeen] = useState(challenge.seen);
  const arrived = useArrival(challenge.to, seen, outbox, learn);
  const isOver = gone || left === 0;

  const answer = (given) => work.act(async () => {
    const { sessionId, username, challengeType, bearer } = challenge;
    const asked = new Date().toISOString();
    const ended = await work.call("POST", "/v1/user/otp", {
      bearer, json: { sessionId, username, challengeType, code: given }, mayFail: true,
    });
    const { errorCode, data } = ended.answer ?? {};
    if (errorCode === 4001) setTries(data.triesLeft);
    if (errorCode === 4002) setGone(true);
    if (errorCode !== 0) work.refuse(ended);
    await onRight(data, asked);
  });
  const again = () => work.act(async () => {
    const { sessionId, bearer } = challenge;
    await work.call("POST", "/v1/user/otp/resend", { bearer, json: { sessionId } });
    setSeen(newestOf(outbox, challenge.to));
  });
  // As a phone offers it; Enter then answers.
  const fill = () => {
    setCode(codeIn(arrived));
    field.current.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    answer(code);
  };

  if (isOver) {
    return (
      <div class="over">
        <p>{gone ? "This challenge is over: its tries are used, or another answer was right." : "The time for this code is over."}</p>
        <button type="button" onClick={onAgain}>{againLabel}</button>
      </div>
    );
  }
  return (
    <form class="challenge" onSubmit={submit}>
      <div class="meters">
        <div>
          <span>Time left</span>
          <strong class="clock" role="timer">{Math.floor(left / 60)}:{String(left % 60).padStart(2, "0")}</strong>
          <progress max={challenge.expiresIn} value={left} aria-label="Time left" />
        </div>
        <div>
          <span>Tries left</span>
          <strong class="tries">{tries}</strong>
          <span class="dots" aria-hidden="true">{Array.from({ length: Math.max(TRIES, tries) }, (_, n) => <i key={n} class={n < tries ? "" : "is-used"} />)}</span>
        </div>
      </div>
      <label>
        The code, {challenge.codeLength} digits
        <input name="code" ref={field} inputMode="numeric" autocomplete="one-time-code" maxLength={challenge.codeLength} required
          pattern={`[0-9]{${challenge.codeLength}}`} value={code} onInput={(event) => setCode(event.target.value)} />
      </label>
      <div class="actions">
        <button type="button" class="fill quiet" disabled={!arrived} onClick={fill}>
          {arrived ? `Fill in ${codeIn(arrived)} from the phone` : "Waiting for the message …"}
        </button>
        <Act work={work} type="submit">Answer</Act>
      </div>
      <div class="actions">
        <Act work={work} type="button" class="quiet" onClick={() => answer(wrong(arrived ? codeIn(arrived) : "", challenge.codeLength))}>
          Answer with a wrong code
        </Act>
        <Act work={work} type="button" class="quiet" onClick={again}>Send it once more</Act>
      </div>
    </form>
  );
}

/**
 * The message that came after this one, awaited until it is there. A code that is asked for within a minute of
 * another is sent no message: then the one before is the one.
 */
function useArrival(to, seen, outbox, learn) {
  const [isLate, setLate] = useState(false);
  const newest = newestOf(outbox, to);
  const arrived = newest && (newest.at !== seen?.at || isLate) ? newest : undefined;
  useAwaited(to, !arrived, learn);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [seen]);
  return arrived;
}

/** A code of that length that is not this one. */
function wrong(code, length) {
  const other = "1".repeat(length);
  return other === code ? "2".repeat(length) : other;
}
