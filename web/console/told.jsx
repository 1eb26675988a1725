// What somebody is told of at the number or e-mail they had before a change, by whoever sent it.
import { useEffect, useState } from "preact/hooks";
import { codeIn, useAwaited } from "./outbox.js";

/** A notice is sent after the answer, and may be withheld. */
const NOTICE_MS = 8000;

/** The notice that went `to` there after a call was `asked`. */
export function Told({ to, asked, outbox, learn }) {
  const [isOver, setOver] = useState(false);
  const notice = outbox.messages.find((message) => message.to === to && message.at >= asked && !codeIn(message));
  useAwaited(to, !notice && !isOver, learn);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), NOTICE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (notice) return `${to}: ${notice.subject ?? notice.text}`;
  return isOver ? `${to}: nothing came` : "…";
}
