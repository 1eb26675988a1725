// What a partner does for a person for good: by a client of its own, with the scope recovery.write.

/** The link that `make dev` prints has who may; else they are asked for. */
export function Desk({ client, onDo, children }) {
  const submit = (event) => {
    event.preventDefault();
    const { id, secret, ...given } = Object.fromEntries(new FormData(event.target));
    onDo(client ?? [id.trim(), secret.trim()], given);
  };
  return (
    <form onSubmit={submit}>
      {!client && (
        <>
          <label>Id of a client with recovery.write<input name="id" required autocomplete="off" spellcheck={false} placeholder="cli_…" /></label>
          <label>Its secret<input name="secret" type="password" required autocomplete="off" /></label>
        </>
      )}
      {children}
    </form>
  );
}

/** Its token. */
export async function atTheDesk(work, basic) {
  const { answer } = await work.call("POST", "/oauth2/token", { basic, form: { grant_type: "client_credentials" } });
  return answer.access_token;
}
