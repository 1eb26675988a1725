import { useEffect, useRef, useState } from "preact/hooks";
import { Act, Card, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";
import { begin as goOn } from "../focus.js";
import { newestOf } from "../outbox.js";

/** The default of OTP_TTL_SECONDS: the answer to a reset, which tells nobody who is a customer, says no other. */
const LIFE = 300;

const ORDERS = {
  code: { title: "The code first, then the new password", password: "a better one, at last" },
  password: { title: "The new password first, then the code", password: "and a better one again" },
};

/**
 * A reset has two gates, in either order; the second one commits. `reset` is the one that is on its way:
 * its order, its challenge and which gates it has passed.
 */
export function Reset(props) {
  const { known, learn, outbox } = props;
  const { person, user, clientToken, resets = {} } = known;
  const [reset, setReset] = useState();
  const work = useWork();
  const bearer = clientToken?.access_token;
  const was = useRef();
  useEffect(() => {
    if (was.current && !reset && !(resets.code && resets.password)) goOn("reset");
    was.current = reset;
  }, [reset]);

  const begin = (order) => work.act(async () => {
    const to = user.phoneNumber;
    const seen = newestOf(outbox, to);
    const { answer: { data } } = await work.call("POST", "/v1/user/forget-password", { bearer, json: { email: person.email } });
    const challenge = {
      sessionId: data.sdkResponseMetadata.requestId, username: person.email, challengeType: "RESET_PASSWORD",
      codeLength: data.codeLength, expiresIn: LIFE, bearer, to, seen,
    };
    setReset({ order, challenge, destination: data.codeDeliveryDetails.destination });
  });
  const pass = (gate) => {
    const passed = { ...reset, [gate]: true };
    if (!passed.hasCode || !passed.hasPassword) return setReset(passed);
    // Every session of the user is over.
    learn({
      resets: { ...resets, [reset.order]: true }, person: { ...person, password: ORDERS[reset.order].password },
      session: null, sessions: null, challenge: null,
    });
    return setReset(undefined);
  };
  const change = (event) => {
    event.preventDefault();
    const { password } = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      const { sessionId, username, challengeType } = reset.challenge;
      await work.call("PUT", "/v1/user/change-password", { bearer, json: { sessionId, username, challengeType, password, passwordConfirm: password } });
      pass("hasPassword");
    });
  };

  return (
    <Card {...props} work={work}
      about="Two gates, the code and the new password, in either order. The second one commits: the password changes, every session ends, nobody is logged in. Whether an e-mail is known shows in nothing."
      result={(resets.code || resets.password) && !reset && <p class="verdict is-good">Changed. Every session of the customer is over, and the old password is worth nothing.</p>}>
      <ul class="orders">
        {Object.entries(ORDERS).map(([order, { title }]) => (
          <li key={order}>
            <span>{title}{resets[order] && <span class="badge is-good">done</span>}</span>
            {reset?.order !== order && <Begin again={resets[order]} {...{ work, title }} disabled={Boolean(reset)} onClick={() => begin(order)} />}
          </li>
        ))}
      </ul>
      {reset && (
        <div class="gates" data-order={reset.order}>
          <p>A code is on its way to {reset.destination}, if there is such a customer.</p>
          {asksForPassword(reset)
            ? <NewPassword password={ORDERS[reset.order].password} work={work} onSubmit={change} isLast={reset.hasCode} />
            : <Challenge key={reset.challenge.sessionId} challenge={reset.challenge} {...{ work, outbox, learn }} takesFocus
                onRight={() => pass("hasCode")} onAgain={() => setReset(undefined)} againLabel="Begin again" />}
        </div>
      )}
    </Card>
  );
}

function Begin({ again, title, ...rest }) {
  const label = again ? "Once more" : "Begin";
  return <Act type="button" class={again ? "quiet" : ""} aria-label={`${label}: ${title}`} {...rest}>{label}</Act>;
}

const asksForPassword = ({ order, hasCode, hasPassword }) => !hasPassword && (order === "password" || hasCode);

function NewPassword({ password, work, onSubmit, isLast }) {
  const field = useRef();
  useEffect(() => field.current.focus(), []);
  return (
    <form onSubmit={onSubmit}>
      <label>The new password<input name="password" ref={field} defaultValue={password} required autocomplete="off" spellcheck={false} /></label>
      <p class="hint">{isLast ? "The code was right: this commits." : "It is staged: nothing changes before the code."}</p>
      <Act work={work} type="submit">Set the password</Act>
    </form>
  );
}
