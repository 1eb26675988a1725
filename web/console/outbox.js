// The messages that were sent to nobody: asked for while one is awaited.
import { useEffect, useRef, useState } from "preact/hooks";
import { exchangeOf, isRefused, sent } from "./api.js";

/** The service answers as soon as there is a message, or after so long. */
const WAIT_SECONDS = 5;
const PAUSE_MS = 500;

/** `{messages, exchange, asked}`: those to this number, the newest first, and how they were last asked for. */
export function useOutbox(number, awaiting) {
  const [outbox, setOutbox] = useState({ messages: [], asked: 0 });
  const newest = useRef();
  newest.current = outbox.messages[0]?.at;
  useEffect(() => {
    if (!number || !awaiting) return undefined;
    const stop = new AbortController();
    follow(number, newest, stop.signal, (exchange) => setOutbox(({ messages, asked }) => ({
      messages: isRefused(exchange) ? messages : together(messages, exchange.answer.messages, number),
      exchange,
      asked: asked + 1,
    })));
    return () => stop.abort();
  }, [number, awaiting]);
  return outbox;
}

async function follow(number, newest, signal, tell) {
  while (!signal.aborted) {
    const query = new URLSearchParams({ to: number, wait: WAIT_SECONDS });
    if (newest.current) query.set("after", newest.current);
    try {
      tell(await sent(exchangeOf("GET", `/dev/outbox?${query}`), signal));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** What is known and what has come, each once, the newest first. */
function together(known, come, number) {
  const isNew = ({ to, text, at }) => to === number && !known.some((one) => one.at === at && one.text === text);
  return [...come.filter(isNew), ...known].sort((one, other) => other.at.localeCompare(one.at));
}

/** The code in a message: the last number of so many digits, since an app's name may have a year in it. */
export const codeIn = ({ text }) => text.match(/\b\d{4,10}\b/g)?.at(-1);
