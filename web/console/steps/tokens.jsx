import { useState } from "preact/hooks";
import { Act, Card, useWork } from "../card.jsx";
import { examined, forged, MEANINGS, shown } from "../tokens.js";

export function Tokens(props) {
  const { known, learn } = props;
  const { session } = known;
  const [tampered, setTampered] = useState();
  const work = useWork();
  const verify = (event) => {
    event.preventDefault();
    work.act(async () => {
      const { answer: metadata } = await work.call("GET", "/.well-known/oauth-authorization-server");
      const { answer: jwks } = await work.call("GET", "/.well-known/jwks.json");
      setTampered(await examined(forged(session.accessToken), jwks, metadata.issuer));
      learn({ examined: await examined(session.accessToken, jwks, metadata.issuer) });
    });
  };
  return (
    <Card {...props} work={work}
      about="A service behind (deposit, withdraw, convert) verifies the access token with the published keys, without asking anybody."
      result={known.examined && <Examined of={known.examined} tampered={tampered} />}>
      <form onSubmit={verify}><Act work={work} type="submit">Verify the access token</Act></form>
    </Card>
  );
}

function Examined({ of: { header, claims, refused }, tampered }) {
  return (
    <div class="examined">
      <p class={`verdict ${refused ? "is-bad" : "is-good"}`}>
        {refused ? `It does not verify: ${refused}.` : `Verified: ${header.alg}, key ${header.kid}. Kind, issuer, audience and end are right.`}
      </p>
      {tampered?.refused && <p class="verdict is-bad">The same with another user in it: {tampered.refused}.</p>}
      <table>
        <caption>What it says</caption>
        <tbody>
          {Object.entries(claims).map(([name, value]) => (
            <tr key={name}>
              <th scope="row"><code>{name}</code></th>
              <td><code>{shown(name, value)}</code><small>{MEANINGS[name]}</small></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
