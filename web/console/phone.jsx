// The customer's phone, drawn, with the messages that it would have had.
import { useEffect, useRef } from "preact/hooks";
import { Exchange } from "./exchange.jsx";
import { codeIn } from "./outbox.js";

export function Phone({ number, isAwaiting, outbox: { messages, exchange, asked } }) {
  const screen = useRef();
  useEffect(() => {
    const { current: place } = screen;
    place.scrollTop = place.scrollHeight;
  }, [messages.length, isAwaiting]);
  return (
    <section class="phone-place" aria-labelledby="phone-title">
      <h2 id="phone-title" tabIndex={-1}>The customer's phone</h2>
      <div class="phone">
        <div class="phone-top" aria-hidden="true"><i /></div>
        <p class="phone-number">{number}</p>
        <ol class="messages" ref={screen} aria-live="polite" aria-label="Messages" tabIndex={0}>
          {[...messages].reverse().map((message) => <Message key={`${message.at}${message.to}`} {...message} isElsewhere={message.to !== number} />)}
          {isAwaiting && <li class="typing"><span class="unseen">Waiting for a message</span><i /><i /><i /></li>}
          {!isAwaiting && messages.length === 0 && <li class="none">No messages yet. A login sends the first.</li>}
        </ol>
      </div>
      {exchange && <Exchange {...exchange} times={asked} />}
    </section>
  );
}

/** Where it went, if not to this phone's number: a mail, or one to another number of theirs. */
function Message({ kind, to, subject, text, at, isElsewhere }) {
  const code = codeIn({ text });
  const [before, after] = code ? text.split(code) : [text, ""];
  return (
    <li class="message">
      {isElsewhere && <small>{kind === "EMAIL" ? "Mail" : "SMS"} to {to}</small>}
      <p>{subject && <b>{subject}</b>}{before}{code && <strong>{code}</strong>}{after}</p>
      <time dateTime={at}>{new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })}</time>
    </li>
  );
}
