import { Act, Card, Facts, useWork } from "../card.jsx";

const STATUSES = ["VERIFIED", "VERIFICATION_IN_PROGRESS", "VERIFICATION_FAILED", "VERIFICATION_FATAL_FAILED"];

export function Kyc(props) {
  const { known, learn } = props;
  const { user, person, kyc } = known;
  const work = useWork();
  const send = (event) => {
    event.preventDefault();
    const { status } = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      // The secret stays with the service: locally it signs what the provider would have signed.
      const wanted = { userId: user.userId, status, kycId: "kyc-console", name: person.name, surname: person.surname };
      const { answer: signed } = await work.call("POST", "/dev/kyc-event", { json: wanted });
      const { answer } = await work.call("POST", signed.path, { headers: signed.headers, text: signed.body });
      learn({ kyc: answer.data });
    });
  };
  return (
    <Card {...props} work={work}
      about="Its word comes as a signed webhook. Locally the service signs one on demand; it is then posted and checked like any."
      result={kyc && <Facts of={[
        ["Identity", kyc.status],
        ["This event", kyc.applied ? "made it so" : "changed nothing: a weightier or later word stands"],
      ]} />}>
      <form onSubmit={send} class="row">
        <label>Its word<select name="status">{STATUSES.map((status) => <option key={status}>{status}</option>)}</select></label>
        <Act work={work} type="submit">Send the event</Act>
      </form>
    </Card>
  );
}
