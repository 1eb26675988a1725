import { Act, Card, Facts, useWork } from "../card.jsx";

export function ClientToken(props) {
  const { known, learn } = props;
  const work = useWork();
  const get = (event) => {
    event.preventDefault();
    work.act(async () => {
      const { answer } = await work.call("POST", "/oauth2/token", { basic: known.client.basic, form: { grant_type: "client_credentials" } });
      learn({ clientToken: answer });
    });
  };
  const { clientToken } = known;
  return (
    <Card {...props} work={work}
      about="The client is a partner's server. Its id and secret never go into an app: whoever has them may sign anybody up."
      result={clientToken && <Facts of={[
        ["Scopes", clientToken.scope],
        ["Lives", `${clientToken.expires_in / 60} minutes`],
        ["Token", <code>{clientToken.access_token.slice(0, 32)}…</code>],
      ]} />}>
      <form onSubmit={get}>
        <p>Client <code>{known.client.basic[0]}</code></p>
        <div class="actions">
          <Act work={work} type="submit">{clientToken ? "Get another token" : "Get a token"}</Act>
          {work.refusal && <button type="button" class="quiet" onClick={props.onOther}>Take another client</button>}
        </div>
      </form>
    </Card>
  );
}
