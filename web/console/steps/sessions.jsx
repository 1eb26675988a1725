import { Act, Card, useWork } from "../card.jsx";

export function Sessions(props) {
  const { known, learn } = props;
  const { session, sessions } = known;
  const work = useWork();
  const list = async () => {
    const { answer } = await work.call("GET", "/v1/user/sessions", { bearer: session.accessToken });
    learn({ sessions: answer.data.sessions, listed: true });
  };
  const show = (event) => {
    event.preventDefault();
    work.act(list);
  };
  const end = (id) => work.act(async () => {
    await work.call("DELETE", `/v1/user/sessions/${id}`, { bearer: session.accessToken });
    await list();
  });
  return (
    <Card {...props} work={work}
      about="Where the customer is logged in, the newest first. Log in once more, steps 3 and 4, and there are two."
      result={sessions && session && (
        <ul class="sessions">
          {sessions.map(({ sessionId, current, creationTs, expiresAt }) => (
            <li key={sessionId}>
              <span>
                <code>{sessionId}</code>
                <small>since {clock(creationTs)}, until {new Date(expiresAt).toLocaleDateString()} if it is not refreshed</small>
              </span>
              {current ? <span class="badge">this one</span>
                : <Act work={work} type="button" class="quiet" aria-label={`End it: ${sessionId}`} onClick={() => end(sessionId)}>End it</Act>}
            </li>
          ))}
        </ul>
      )}>
      <form onSubmit={show}><Act work={work} type="submit">{sessions ? "List them again" : "List the sessions"}</Act></form>
    </Card>
  );
}

const clock = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
