import { useState } from "preact/hooks";
import { Act, Card, Facts, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";
import { atTheDesk, Desk } from "../desk.jsx";
import { numberOf, shownTime } from "../number.jsx";
import { somePhoneNumber } from "../person.js";
import { Told } from "../told.jsx";
import { openedBy } from "./code.jsx";
import { logIn } from "./login.jsx";

/** Of somebody who has neither phone nor code, and whom the partner has made sure of. */
export function Word(props) {
  const { known, learn, outbox } = props;
  const { user, clientToken, word } = known;
  const [suggested] = useState(somePhoneNumber);
  const [challenge, setChallenge] = useState();
  const work = useWork();

  const give = (basic, { newPhoneNumber, reason }) => work.act(async () => {
    const bearer = await atTheDesk(work, basic);
    const asked = new Date().toISOString();
    await work.call("POST", `/v1/user/${user.userId}/phone`, { bearer, json: { newPhoneNumber, reason } });
    const { answer } = await work.call("GET", `/v1/user/${user.userId}`, { bearer: clientToken.access_token });
    // Every session is over, and whatever was under way.
    learn({ ...numberOf(answer.data, known), session: null, challenge: null, recoveryCodes: null, word: { former: user.phoneNumber, asked } });
  });
  const ask = (event) => {
    event.preventDefault();
    work.act(async () => setChallenge(await logIn(work, known, outbox)));
  };
  const opened = async (session) => {
    const { answer } = await work.call("GET", "/v1/user/me", { bearer: session.accessToken });
    setChallenge(undefined);
    learn({ ...openedBy(session), user: answer.data, word: { ...word, isBack: true } });
  };

  return (
    <Card {...props} work={work}
      about="Neither phone nor code: the partner makes sure of the person itself and says the number, by a client with recovery.write. Sessions and recovery codes are void at once, the reason is in the audit log, and the hold stands for three days. The next login proves the number."
      result={word && <Facts of={[
        ["Number", user.phoneNumber],
        ["Proven", `${user.info.phoneNumberVerified}`],
        ["holdUntil", shownTime(user.info.holdUntil)],
        ["Told", <Told to={word.former} asked={word.asked} {...{ outbox, learn }} />],
      ]} />}>
      {!word && (
        <Desk client={known.client.recovery} onDo={give}>
          <label>The new number<input name="newPhoneNumber" type="tel" required defaultValue={suggested} autocomplete="off" spellcheck={false} /></label>
          <label>How they were made sure of<input name="reason" required maxLength={200} defaultValue="identity checked again, case 4711" autocomplete="off" /></label>
          <Act work={work} type="submit">Give the partner's word</Act>
        </Desk>
      )}
      {word && !word.isBack && !challenge && (
        <form onSubmit={ask}><Act work={work} type="submit" takesFocus>Log in at the new number</Act></form>
      )}
      {challenge && <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }} takesFocus
        onRight={opened} onAgain={() => setChallenge(undefined)} againLabel="Back to the password" />}
    </Card>
  );
}
