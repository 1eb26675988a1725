import { Act, Card, Facts, useWork } from "../card.jsx";

const FIELDS = [
  ["phoneNumber", "Phone number", "tel"],
  ["email", "E-mail", "email"],
  ["password", "Password", "text"],
];

export function SignUp(props) {
  const { known, learn } = props;
  const work = useWork();
  const signUp = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      const { answer } = await work.call("POST", "/v1/user/sign-up", { bearer: known.clientToken.access_token, json: given });
      learn({ user: answer.data, person: { ...known.person, ...given } });
    });
  };
  const { user, person } = known;
  return (
    <Card {...props} work={work}
      about="No message is sent yet: the number is proven at the first login. The password is checked against a list of common ones."
      result={user && <Facts of={[
        ["User", <code>{user.userId}</code>],
        ["Phone", user.phoneNumber],
        ["E-mail", user.email],
        ["Identity", user.userAccountStatus],
        ["Account", <code>{user.accounts[0]?.accountId}</code>],
      ]} />}>
      {!user && (
        <form onSubmit={signUp}>
          {FIELDS.map(([name, label, type]) => (
            <label key={name}>{label}<input name={name} type={type} defaultValue={person[name]} autocomplete="off" spellcheck={false} required /></label>
          ))}
          <Act work={work} type="submit">Sign up</Act>
        </form>
      )}
    </Card>
  );
}
