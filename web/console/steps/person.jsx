import { useState } from "preact/hooks";
import { Act, Card, Facts, useWork } from "../card.jsx";
import { atTheDesk, Desk } from "../desk.jsx";

/** What a partner's desk does for a person: find, export, and erase, which takes a client of its own. */
export function Person(props) {
  const { known, learn } = props;
  const { user, clientToken, erased } = known;
  const [found, setFound] = useState();
  const [held, setHeld] = useState();
  const work = useWork();
  const bearer = clientToken?.access_token;

  const find = (event) => {
    event.preventDefault();
    const contact = new FormData(event.target).get("contact").trim();
    work.act(async () => {
      const query = new URLSearchParams({ [contact.startsWith("+") ? "phoneNumber" : "email"]: contact });
      const { answer } = await work.call("GET", `/v1/user?${query}`, { bearer });
      setFound(answer.data);
      setHeld(undefined);
    });
  };
  const show = () => work.act(async () => {
    const { answer } = await work.call("GET", `/v1/user/${found.userId}/export`, { bearer });
    setHeld(answer.data);
  });
  const erase = (basic) => work.act(async () => {
    await work.call("DELETE", `/v1/user/${found.userId}`, { bearer: await atTheDesk(work, basic) });
    const after = await work.call("GET", `/v1/user/${found.userId}`, { bearer, mayFail: true });
    const { answer } = await work.call("GET", `/v1/user/${found.userId}/export`, { bearer });
    setHeld(answer.data);
    learn({ erased: after, session: null, sessions: null });
  });
  return (
    <Card {...props} work={work}
      about="The partner's desk finds somebody by the whole of their e-mail or number. Erasing takes the scope recovery.write, and nothing undoes it."
      result={held && <Held held={held} erased={erased} />}>
      {!erased && (
        <form onSubmit={find} class="row">
          <label>E-mail or number<input name="contact" required defaultValue={user?.email} autocomplete="off" spellcheck={false} /></label>
          <Act work={work} type="submit">Find them</Act>
        </form>
      )}
      {found && !erased && (
        <>
          <p>Found <code>{found.userId}</code></p>
          <Act work={work} type="button" class="quiet" onClick={show}>Show all that is held</Act>
          <Desk client={known.client.recovery} onDo={erase}><Act work={work} type="submit">Erase them for good</Act></Desk>
        </>
      )}
    </Card>
  );
}

function Held({ held, erased }) {
  const { profile, kyc, accounts, sessions, codes, audit } = held;
  return (
    <>
      {erased && (
        <p class={`verdict ${erased.status === 404 ? "is-good" : "is-bad"}`}>
          {erased.status === 404
            ? `They are nobody any more (${erased.answer.errorCode}). This is what is left:`
            : "They are still there: this must not be."}
        </p>
      )}
      <Facts of={[
        ["E-mail", profile.email ?? "–"],
        ["Number", profile.phoneNumber ?? "–"],
        ["Name", [profile.name, profile.surname].filter(Boolean).join(" ") || "–"],
        ["Identity", kyc.status],
        ["Accounts", accounts.length],
        ["Addresses", accounts.reduce((sum, { portfoliosTotal }) => sum + portfoliosTotal, 0)],
        ["Sessions", sessions.length],
        ["Codes sent", codes.length],
        ["Audit log", `${audit.length} entries`],
      ]} />
    </>
  );
}
