import { useState } from "preact/hooks";
import { Act, Card, Facts, useWork } from "../card.jsx";
import { newestOf } from "../outbox.js";

/** Asks with the password, and gives the challenge that its code answers. */
export async function logIn(work, { clientToken, person, user }, outbox, password = person.password) {
  const bearer = clientToken.access_token;
  const to = user.phoneNumber;
  const seen = newestOf(outbox, to);
  const { answer } = await work.call("POST", "/v1/user/login", { bearer, json: { username: person.email, password } });
  return { ...answer.data, bearer, to, seen };
}

export function Login(props) {
  const { known, learn, outbox } = props;
  const { person, challenge } = known;
  const [password, setPassword] = useState();
  const work = useWork();
  const ask = (event) => {
    event.preventDefault();
    work.act(async () => {
      learn({ challenge: await logIn(work, known, outbox, password) });
      setPassword(undefined);
    });
  };
  return (
    <Card {...props} work={work}
      about="The first of two factors. The answer never holds a token: a right password sends a code to the phone."
      result={challenge && <Facts of={[["Sent to", challenge.destination], ["Good for", `${challenge.expiresIn} seconds`]]} />}>
      <form onSubmit={ask}>
        <label>E-mail<input name="username" value={person.email} readOnly /></label>
        <label>Password<input name="password" value={password ?? person.password} required autocomplete="off" spellcheck={false}
          onInput={(event) => setPassword(event.target.value)} /></label>
        <Act work={work} type="submit">{known.opened ? "Log in again" : "Log in"}</Act>
      </form>
    </Card>
  );
}
