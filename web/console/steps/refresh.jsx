import { Act, Card, useWork } from "../card.jsx";

export function Refresh(props) {
  const { known, learn } = props;
  const { session, successor } = known;
  const work = useWork();
  const twice = (event) => {
    event.preventDefault();
    work.act(async () => {
      const asked = {
        bearer: known.clientToken.access_token,
        json: { username: session.username, refreshToken: session.refreshToken },
      };
      const refresh = () => work.call("POST", "/v1/user/refresh", asked);
      const [one, other] = await Promise.all([refresh(), refresh()]);
      const tokens = [one, other].map(({ answer }) => answer.data.refreshToken);
      learn({ session: one.answer.data, successor: { before: session.refreshToken, tokens } });
    });
  };
  return (
    <Card {...props} work={work}
      about="Two tabs refresh at the same moment with the same token. Both get the same successor: a lost answer must log nobody out. After ten seconds, or once the successor was used, the old one ends the session."
      result={successor && <Successor {...successor} />}>
      <form onSubmit={twice}><Act work={work} type="submit">Refresh twice at once</Act></form>
    </Card>
  );
}

function Successor({ before, tokens: [one, other] }) {
  const same = one === other;
  return (
    <div class="successor">
      <p class={`verdict ${same ? "is-good" : "is-bad"}`}>{same ? "One successor: both answers hold the same refresh token." : "Two different successors: this must not be."}</p>
      <ol aria-label="Refresh tokens">
        <li>asked with <code>{end(before)}</code></li>
        <li>first answer <code>{end(one)}</code></li>
        <li>second answer <code>{end(other)}</code></li>
      </ol>
    </div>
  );
}

const end = (token) => `…${token.slice(-16)}`;
