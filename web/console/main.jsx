// The console: a customer's whole journey through the service that runs here, and what a partner has of its own, each
// call shown as it happens.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "./console.css";
import { Credentials, credentialsFrom } from "./credentials.jsx";
import { Journey } from "./journey.jsx";

function Console() {
  const [client, setClient] = useState(() => credentialsFrom(location.hash));
  const [walk, setWalk] = useState(1);
  useEffect(() => {
    // Another link in the same tab loads no page.
    const changed = () => {
      setClient(credentialsFrom(location.hash));
      setWalk((before) => before + 1);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return (
    <>
      <header class="page-head">
        <strong>gatehouse</strong>
        <nav aria-label="Pages">
          <a href="/console" aria-current="page">Console</a>
          <a href="/docs">Reference</a>
          <a href="/docs/errors">Errors</a>
          <a href="/openapi.json">openapi.json</a>
        </nav>
        <span class="badge">local only</span>
      </header>
      <main>
        {client
          ? <Journey key={walk} client={client} onAgain={() => setWalk(walk + 1)} onOther={() => setClient(null)} />
          : <Credentials onGiven={setClient} />}
      </main>
    </>
  );
}

render(<Console />, document.body);
