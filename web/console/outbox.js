// The messages that were sent to nobody: asked for while one is awaited.
import { useEffect, useRef, useState } from "preact/hooks";
import { exchangeOf, isRefused, sent } from "./api.js";

/** The service answers as soon as there is a message, or after so long. */
const WAIT_SECONDS = 5;
const PAUSE_MS = 500;

/**
 * `{messages, exchange, asked}`: those to these numbers and e-mails, and to all before, the newest first, and how they
 * were last asked for.
 */
export function useOutbox(awaited) {
  const [outbox, setOutbox] = useState({ messages: [], asked: 0 });
  const known = useRef();
  known.current = outbox.messages;
  const all = [...new Set(awaited)].join(" ");
  useEffect(() => {
    if (!all) return undefined;
    const stop = new AbortController();
    for (const to of all.split(" ")) {
      follow(to, known, stop.signal, (exchange) => setOutbox(({ messages, asked }) => ({
        messages: isRefused(exchange) ? messages : together(messages, exchange.answer.messages, to),
        exchange,
        asked: asked + 1,
      })));
    }
    return () => stop.abort();
  }, [all]);
  return outbox;
}

/** While it is awaited, what is sent to this number or e-mail is asked for. */
export function useAwaited(to, isAwaited, learn) {
  useEffect(() => {
    if (!isAwaited) return undefined;
    learn(({ awaited }) => ({ awaited: [...awaited, to] }));
    return () => learn(({ awaited }) => ({ awaited: awaited.toSpliced(awaited.indexOf(to), 1) }));
  }, [to, isAwaited]);
}

async function follow(to, known, signal, tell) {
  while (!signal.aborted) {
    const query = new URLSearchParams({ to, wait: WAIT_SECONDS });
    const newest = known.current.find((message) => message.to === to);
    if (newest) query.set("after", newest.at);
    try {
      tell(await sent(exchangeOf("GET", `/dev/outbox?${query}`), signal));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** What is known and what has come, each once, the newest first. */
function together(known, come, awaited) {
  const isNew = ({ to, text, at }) => to === awaited && !known.some((one) => one.at === at && one.text === text);
  return [...come.filter(isNew), ...known].sort((one, other) => other.at.localeCompare(one.at));
}

/** The newest to this number or e-mail that has a code. */
export const newestOf = ({ messages }, to) => messages.find((message) => message.to === to && codeIn(message));

/** The code in a message: the last number of so many digits, since an app's name may have a year in it. */
export const codeIn = ({ text }) => text.match(/\b\d{4,10}\b/g)?.at(-1);
