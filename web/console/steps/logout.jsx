import { useState } from "preact/hooks";
import { Act, Card, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";
import { openedBy } from "./code.jsx";
import { logIn } from "./login.jsx";

/** After a reset there is no session to end: then the customer logs in once more, with the new password. */
export function Logout(props) {
  const { known, learn, outbox } = props;
  const { session, loggedOut } = known;
  const [challenge, setChallenge] = useState();
  const work = useWork();
  const again = (event) => {
    event.preventDefault();
    work.act(async () => setChallenge(await logIn(work, known, outbox)));
  };
  const opened = (data) => {
    setChallenge(undefined);
    const { session: newer } = openedBy(data);
    learn({ session: newer });
  };
  const end = (event) => {
    event.preventDefault();
    work.act(async () => {
      const bearer = session.accessToken;
      await work.call("POST", "/v1/user/logout", { bearer, json: {} });
      const after = await work.call("GET", "/v1/user/me", { bearer, mayFail: true });
      learn({ session: null, sessions: null, loggedOut: after });
    });
  };
  return (
    <Card {...props} work={work}
      about="Ends this session, or every session. The token verifies until its end all the same, so a service that must know asks introspection."
      result={loggedOut && (
        <p class={`verdict ${loggedOut.status === 401 ? "is-good" : "is-bad"}`}>
          {loggedOut.status === 401
            ? `The session is over: the same token is now answered with ${loggedOut.answer.errorCode}.`
            : "The token still works after the logout: this must not be."}
        </p>
      )}>
      {session && <form onSubmit={end}><Act work={work} type="submit">Log out</Act></form>}
      {!session && !challenge && (
        <form onSubmit={again}>
          {!loggedOut && (
            <p class="hint">There is no session{known.resets ? ": the reset has ended every one. Log in with the new password first." : "."}</p>
          )}
          <Act work={work} type="submit">Log in again</Act>
        </form>
      )}
      {!session && challenge && <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }} takesFocus
        onRight={opened} onAgain={() => setChallenge(undefined)} againLabel="Back to the password" />}
    </Card>
  );
}
