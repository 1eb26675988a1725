// The messages that the console provider would have sent: asked for while one is awaited.
import { useEffect, useState } from "preact/hooks";
import { exchangeOf, isRefused, sent } from "./api.js";

const PAUSE = 700;

/** `{messages, exchange, asked}`: those to this number, the newest first, and how they were last asked for. */
export function useOutbox(number, awaiting) {
  const [outbox, setOutbox] = useState({ messages: [], asked: 0 });
  useEffect(() => {
    if (!number) setOutbox({ messages: [], asked: 0 });
    if (!number || !awaiting) return undefined;
    const stop = new AbortController();
    follow(number, stop.signal, (exchange) => setOutbox((before) => ({
      messages: isRefused(exchange) ? before.messages : of(number, exchange.answer.messages),
      exchange,
      asked: before.asked + 1,
    })));
    return () => stop.abort();
  }, [number, awaiting]);
  return outbox;
}

async function follow(number, signal, tell) {
  while (!signal.aborted) {
    try {
      tell(await sent(exchangeOf("GET", `/dev/outbox?to=${encodeURIComponent(number)}`), signal));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

const of = (number, messages) => messages.filter(({ to }) => to === number);

/** The code in a message. */
export const codeIn = ({ text }) => /\b\d{4,10}\b/.exec(text)?.[0];
