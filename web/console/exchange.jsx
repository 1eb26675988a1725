// One call and its answer: a line, and beneath it what was sent and what came.
import { useEffect, useState } from "preact/hooks";
import { curlOf, isRefused } from "./api.js";

export function Exchange(exchange) {
  const { method, path, headers, body, status, answer, requestId, ms, lost, times } = exchange;
  const outcome = lost ? "no answer" : status === undefined ? "…" : `${status}`;
  const kind = status === undefined && !lost ? "out" : isRefused(exchange) ? "bad" : "good";
  return (
    <details class={`exchange is-${kind}`}>
      <summary>
        <span class="method">{method}</span> <span class="path">{path}</span>{" "}
        <span class="outcome">{outcome}</span>{" "}
        {ms !== undefined && <span class="ms">{ms} ms{times > 1 && `, asked ${times} times`}</span>}
      </summary>
      <div class="wire">
        <div class="wire-tools">
          {requestId && <span>Request id <code>{requestId}</code></span>}
          <Copy text={() => curlOf(exchange)}>Copy as curl</Copy>
        </div>
        <h3>Asked</h3>
        <pre tabIndex={0} aria-label="What was asked">{[`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${short(value)}`)].join("\n")}{body !== undefined && `\n\n${pretty(body)}`}</pre>
        {answer !== undefined && <><h3>Answered</h3><pre tabIndex={0} aria-label="What was answered">{pretty(answer)}</pre></>}
        {lost && <p>Nothing came back.</p>}
      </div>
    </details>
  );
}

/** A token is read elsewhere; here it would hide the rest. */
const short = (value) => (value.length > 60 ? `${value.slice(0, 40)}… (${value.length} characters)` : value);

function pretty(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

/** Copies, and says whether it could. */
export function Copy({ text, children }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => navigator.clipboard.writeText(text()).then(() => setSaid("Copied"), () => setSaid("The browser did not let it"));
  return (
    <span class="copy">
      <button type="button" class="quiet" onClick={copy}>{children}</button>
      <span role="status">{said}</span>
    </span>
  );
}
