// The clients' credentials come in the fragment of the link that `make dev` prints: a browser sends no
// fragment, so they are in no log. Without one they are asked for.
import { useState } from "preact/hooks";

/**
 * Of `#id=...&secret=...` the client, with those that set what partners have of their own and the one that erases its
 * people: each `[id, secret]`. Or null.
 */
export function credentialsFrom(fragment) {
  const given = new URLSearchParams(fragment.replace(/^.*#/, ""));
  const [id, secret] = [given.get("id"), given.get("secret")];
  const settings = given.getAll("settings").map((client) => client.split(" "));
  const recovery = given.get("recovery")?.split(" ");
  return id && secret ? { basic: [id, secret], settings, recovery } : null;
}

export function Credentials({ onGiven }) {
  const [refused, setRefused] = useState(false);
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const [link, id, secret] = ["link", "id", "secret"].map((name) => given.get(name).trim());
    const client = credentialsFrom(link) ?? (id && secret ? { basic: [id, secret], settings: [] } : null);
    setRefused(!client);
    if (client) onGiven(client);
  };
  return (
    <section class="card welcome" aria-labelledby="who">
      <h1 id="who">Who asks?</h1>
      <p>
        The console acts as a partner's server, so it needs a client's id and secret. <code>make dev</code> prints a
        link that holds both, and <code>make status</code> prints it again. The link stays in this browser's history;
        nothing else is kept when this tab closes.
      </p>
      <form onSubmit={submit}>
        <label>The link<input name="link" autocomplete="off" spellcheck={false} placeholder="http://localhost:8787/console#id=…&secret=…" /></label>
        <p class="or">or</p>
        <label>Client id<input name="id" autocomplete="off" spellcheck={false} placeholder="cli_…" /></label>
        <label>Client secret<input name="secret" type="password" autocomplete="off" /></label>
        {refused && <p class="refusal" role="alert">Neither a link with <code>#id=…&amp;secret=…</code> nor an id and a secret.</p>}
        <button type="submit">Begin</button>
      </form>
    </section>
  );
}
