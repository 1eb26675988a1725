import { decodeJwt } from "jose";
import { Act, Card, Facts, useWork } from "../card.jsx";
import { ChangeNumber, shownTime } from "../number.jsx";
import { Told } from "../told.jsx";
import { openedBy } from "./code.jsx";
import { logIn } from "./login.jsx";

const claimsOf = ({ accessToken }) => decodeJwt(accessToken);
const isRecovered = (session) => Boolean(session) && claimsOf(session).amr.includes("recovery");

/** Codes while there is a phone; without it a login by one of them, and a new number. */
export function LostPhone(props) {
  const { known, learn, outbox } = props;
  const { person, session, clientToken, recoveryCodes, found } = known;
  const work = useWork();
  const isIn = isRecovered(session);

  const make = () => work.act(async () => {
    const { answer } = await work.call("POST", "/v1/user/recovery-codes", {
      bearer: session.accessToken, json: { password: person.password },
    });
    learn({ recoveryCodes: answer.data.codes });
  });
  const recover = (event) => {
    event.preventDefault();
    const { code } = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      const { sessionId, username } = await logIn(work, known, outbox);
      const { answer } = await work.call("POST", "/v1/user/otp", {
        bearer: clientToken.access_token, json: { sessionId, username, challengeType: "RECOVERY_CODE", code },
      });
      learn(openedBy(answer.data));
    });
  };
  const change = (changed) => learn({ found: { ...changed, claims: claimsOf(session) } });

  return (
    <Card {...props} work={work}
      about="Ten codes on paper, made while there is a phone and a fresh session. One of them takes the place of the SMS, and the new number then needs no word of the old one. Money that leaves waits for three days: the services behind read the hold."
      result={found && <Facts of={[
        ["Number", found.now],
        ["Came in by", found.claims.amr.join(", ")],
        ["holdUntil", shownTime(found.holdUntil)],
        ["hold_until in the token", found.claims.hold_until],
        ["Told", <Told to={found.former} asked={found.asked} {...{ outbox, learn }} />],
      ]} />}>
      {session && !recoveryCodes && <Act work={work} type="button" onClick={make}>Make recovery codes</Act>}
      {recoveryCodes && !found && <Paper codes={recoveryCodes} />}
      {recoveryCodes && !isIn && !found && (
        <form onSubmit={recover} class="row">
          <label>A code from paper<input name="code" required defaultValue={recoveryCodes[0]} autocomplete="off" spellcheck={false} /></label>
          <Act work={work} type="submit" takesFocus>Log in without the phone</Act>
        </form>
      )}
      {recoveryCodes && isIn && !found && <ChangeNumber {...{ known, learn, outbox, work }} takesFocus onChanged={change} />}
    </Card>
  );
}

function Paper({ codes }) {
  return (
    <>
      <p class="hint">They are shown this once, and kept nowhere: the service has keyed hashes.</p>
      <ul class="paper" aria-label="Recovery codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
    </>
  );
}
