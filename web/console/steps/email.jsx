import { useState } from "preact/hooks";
import { Act, Card, Facts, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";
import { shownTime } from "../number.jsx";
import { newestOf } from "../outbox.js";
import { someEmail } from "../person.js";
import { Told } from "../told.jsx";

/** First the e-mail that there is, then another. */
export function Email(props) {
  const { known, learn, outbox } = props;
  const { user, person, session, clientToken, email = {} } = known;
  const [suggested] = useState(() => someEmail(person.name));
  const [challenge, setChallenge] = useState();
  const work = useWork();

  const begin = (path, to, json) => work.act(async () => {
    const seen = newestOf(outbox, to);
    const { answer } = await work.call("POST", path, { bearer: session.accessToken, json });
    setChallenge({ ...answer.data, username: user.email, bearer: clientToken.access_token, to, seen });
  });
  const change = (event) => {
    event.preventDefault();
    const newEmail = new FormData(event.target).get("newEmail").trim().toLowerCase();
    begin("/v1/user/email", newEmail, { newEmail, password: person.password });
  };
  const right = async ({ status }, asked) => {
    const { answer: { data } } = await work.call("GET", "/v1/user/me", { bearer: session.accessToken });
    setChallenge(undefined);
    const changed = status === "EMAIL_CHANGED" && { former: user.email, asked };
    learn({
      user: data, person: { ...person, email: data.email }, session: { ...session, username: data.email }, sessions: null,
      email: { ...email, isProven: true, ...(changed && { changed }) },
    });
  };

  return (
    <Card {...props} work={work}
      about="A code by mail proves an address. Another one is proven before it takes the old one's place, and takes a session of the last five minutes and the password. Every other session ends; the old address is told."
      result={email.isProven && <Facts of={[
        ["E-mail", user.email],
        ["Proven", `${user.info.emailVerified}`],
        ["Hold until", user.info.holdUntil && shownTime(user.info.holdUntil)],
        ["Told", email.changed && <Told to={email.changed.former} asked={email.changed.asked} {...{ outbox, learn }} />],
      ]} />}>
      {session && !challenge && !email.isProven && (
        <Act work={work} type="button" onClick={() => begin("/v1/user/email/verify", user.email)}>Send a code to {user.email}</Act>
      )}
      {session && !challenge && email.isProven && !email.changed && (
        <form onSubmit={change} class="row">
          <label>The new e-mail<input name="newEmail" type="email" required defaultValue={suggested} autocomplete="off" spellcheck={false} /></label>
          <Act work={work} type="submit" takesFocus>Change the e-mail</Act>
        </form>
      )}
      {challenge && <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }} takesFocus
        onRight={right} onAgain={() => setChallenge(undefined)} againLabel="Begin again" />}
    </Card>
  );
}
