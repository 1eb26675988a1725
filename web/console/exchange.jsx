// One call and its answer: a line, and beneath it what was sent and what came.
import { createContext } from "preact";
import { useEffect, useState } from "preact/hooks";
import { curlOf, isRefused } from "./api.js";

/** Told of each call as it is sent and as it is answered. */
export const Calls = createContext(() => {});

/** Folded, where it was made. */
export function Exchange(exchange) {
  return (
    <details class={`exchange is-${kindOf(exchange)}`}>
      <summary><Line {...exchange} /></summary>
      <Wire {...exchange} />
    </details>
  );
}

/** Open: the newest of all, where there is room for it. */
export function LastCall({ exchange }) {
  return (
    <section class="last-call" aria-labelledby="last-call-title">
      <h2 id="last-call-title">The last call</h2>
      {exchange
        ? <div class={`exchange is-${kindOf(exchange)}`}><p class="line"><Line {...exchange} /></p><Wire {...exchange} answerFirst /></div>
        : <p class="empty">Nothing was asked yet.</p>}
    </section>
  );
}

function kindOf(exchange) {
  if (exchange.status === undefined && !exchange.lost) return "out";
  return isRefused(exchange) ? "bad" : "good";
}

function Line({ method, path, status, ms, lost, times }) {
  return (
    <>
      <span class="method">{method}</span> <span class="path">{path.replace(/\?.*/, "?…")}</span>{" "}
      <span class="outcome">{lost ? "no answer" : status ?? "…"}</span>{" "}
      {ms !== undefined && <span class="ms">{ms} ms{times > 1 && `, asked ${times} times`}</span>}
    </>
  );
}

function Wire(exchange) {
  const { method, path, headers, body, answer, requestId, lost, answerFirst } = exchange;
  const sent = [`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${short(value)}`)];
  if (body !== undefined) sent.push("", pretty(body));
  const answered = answer !== undefined && <Text title="Answered" label="What was answered">{pretty(answer)}</Text>;
  return (
    <div class="wire">
      <div class="wire-tools">
        {requestId && <span>Request id <code>{requestId}</code></span>}
        <Copy text={() => curlOf(exchange)}>Copy as curl</Copy>
      </div>
      {answerFirst && answered}
      <Text title="Asked" label="What was asked">{sent.join("\n")}</Text>
      {!answerFirst && answered}
      {lost && <p>Nothing came back.</p>}
    </div>
  );
}

function Text({ title, label, children }) {
  return <><h3>{title}</h3><pre tabIndex={0} aria-label={label}>{children}</pre></>;
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
