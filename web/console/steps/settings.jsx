import { useState } from "preact/hooks";
import { Act, Card, useWork } from "../card.jsx";
import { Challenge } from "../challenge.jsx";
import { logIn } from "./login.jsx";

const PATH = "/v1/partner/settings";

/** What is changed here, with what it is changed to unless somebody writes something else. No secret is among them. */
const CHANGED = {
  smsText: "{app}: your code is {code}. Nobody of ours asks for it.",
  smsAppName: "Demo Bank",
  smsSender: "DemoBank",
  smsDailyBudget: undefined,
  otpLength: undefined,
};

export function Settings(props) {
  const { known, learn, outbox } = props;
  const [challenge, setChallenge] = useState();
  const [taken, setTaken] = useState(0);
  const work = useWork();
  const { partners, own } = known;

  const show = (clients) => work.act(async () => {
    const seen = [];
    for (const basic of clients) {
      const { answer: token } = await work.call("POST", "/oauth2/token", { basic, form: { grant_type: "client_credentials" } });
      const { answer } = await work.call("GET", PATH, { bearer: token.access_token });
      seen.push({ ...answer.data, bearer: token.access_token });
    }
    learn({ partners: seen });
  });
  const set = (changes) => work.act(async () => {
    const [{ bearer }, ...others] = partners;
    const { answer } = await work.call("PUT", PATH, { bearer, json: changes });
    learn({ partners: [{ ...answer.data, bearer }, ...others], own: answer.data });
    setTaken((times) => times + 1);
  });
  const ask = (event) => {
    event.preventDefault();
    work.act(async () => setChallenge(await logIn(work, known, outbox)));
  };
  const over = () => setChallenge(undefined);

  return (
    <Card {...props} work={work}
      about="Texts, codes, budget, origins and KYC secrets: what a partner has not set is the service's. A client of its own sets them, with the scope settings.write."
      result={partners && <InForce partners={partners} />}>
      {!partners && <Begin clients={known.client.settings} work={work} onShow={show} />}
      {partners && <Change key={taken} settings={partners[0].settings} work={work} onSet={set} />}
      {own && known.user && known.clientToken && !challenge && (
        <form onSubmit={ask}>
          <p class="hint">The next message is in these words.</p>
          <Act work={work} type="submit">Log in, and look at the phone</Act>
        </form>
      )}
      {challenge && <Challenge key={challenge.sessionId} {...{ challenge, work, outbox, learn }} takesFocus
        onRight={over} onAgain={over} againLabel="Leave it" />}
    </Card>
  );
}

/** The link that `make dev` prints has who sets them, for the partner and for another; else they are asked for. */
function Begin({ clients, work, onShow }) {
  const submit = (event) => {
    event.preventDefault();
    const { id, secret } = Object.fromEntries(new FormData(event.target));
    onShow(clients.length ? clients : [[id.trim(), secret.trim()]]);
  };
  return (
    <form onSubmit={submit}>
      {!clients.length && (
        <>
          <label>Id of a client with settings.write<input name="id" required autocomplete="off" spellcheck={false} placeholder="cli_…" /></label>
          <label>Its secret<input name="secret" type="password" required autocomplete="off" /></label>
        </>
      )}
      <Act work={work} type="submit">Show what is in force</Act>
    </form>
  );
}

function Change({ settings, work, onSet }) {
  const [member, setMember] = useState("smsText");
  const set = (event) => {
    event.preventDefault();
    const { value } = Object.fromEntries(new FormData(event.target));
    onSet({ [member]: isNumber(member) ? Number(value) : value });
  };
  return (
    <form onSubmit={set}>
      <label>Of its own<select name="member" value={member} onChange={(event) => setMember(event.target.value)}>
        {Object.keys(CHANGED).map((name) => <option key={name}>{name}</option>)}
      </select></label>
      <label>Value<input key={member} name="value" defaultValue={CHANGED[member] ?? settings[member].value} required autocomplete="off"
        spellcheck={false} {...(isNumber(member) && DIGITS)} /></label>
      <div class="actions">
        <Act work={work} type="submit">Set it</Act>
        <Act work={work} type="button" class="quiet" disabled={settings[member].source !== "partner"} onClick={() => onSet({ [member]: null })}>
          Leave it to the service
        </Act>
      </div>
    </form>
  );
}

/** The form is not sent with anything else: what Number() makes of other texts nobody has meant. */
const DIGITS = { inputMode: "numeric", pattern: "[0-9]{1,9}", title: "A number, in digits alone" };

const isNumber = (member) => member === "smsDailyBudget" || member === "otpLength";

/** Every setting, the partners side by side. */
function InForce({ partners }) {
  return (
    <div class={`examined of-${partners.length}`}>
      <table>
        <caption>What is in force for {partners.map(({ name }) => name).join(" and ")}</caption>
        <tbody>
          {Object.keys(partners[0].settings).map((member) => (
            <tr key={member}>
              <th scope="row"><code>{member}</code></th>
              {partners.map(({ partnerId, name, settings: { [member]: setting } }) => (
                <td key={partnerId} data-partner={name}><code>{shown(setting)}</code><small>{name}: {WHOSE[setting.source]}</small></td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const WHOSE = { partner: "its own", operator: "what the operator gave it", environment: "the service's" };

function shown({ value, count, fingerprints }) {
  if (fingerprints) return count ? `${count}: ${fingerprints.join(", ")}` : "–";
  const text = Array.isArray(value) ? value.join(", ") : value;
  return text === "" || text === null ? "–" : text;
}
