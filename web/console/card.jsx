// The frame of a step: its number and state, what it is about, its form, what came of it, and its calls.
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { exchangeOf, isRefused, refusalOf, sent } from "./api.js";
import { Calls, Exchange } from "./exchange.jsx";
import { begin } from "./focus.js";

/** Thrown by a call that was refused, and shown by the card. */
class Refused extends Error {
  constructor(exchange) {
    super("refused");
    this.exchange = exchange;
  }
}

function refuse(exchange) {
  throw new Refused(exchange);
}

/**
 * What a step does: `{busy, refusal, exchanges, act, call, refuse}`. `act(work)` runs it and shows how it ends;
 * `call(...)` within sends and shows a call, and ends the work where it is refused. One that `mayFail` is given back; `refuse`
 * then ends the work with it.
 */
export function useWork() {
  const [exchanges, setExchanges] = useState([]);
  const [state, setState] = useState({ busy: false });
  const tell = useContext(Calls);
  const call = useCallback(async (method, path, { mayFail, ...asked } = {}) => {
    const begun = exchangeOf(method, path, asked);
    setExchanges((all) => [...all, begun]);
    tell(begun);
    const ended = await sent(begun);
    tell(ended);
    setExchanges((all) => all.map((one) => (one.key === ended.key ? ended : one)));
    if (isRefused(ended) && !mayFail) throw new Refused(ended);
    return ended;
  }, []);
  const isBusy = useRef(false);
  const act = useCallback(async (work) => {
    // A second click is of the first.
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ busy: true });
    try {
      await work();
      setState({ busy: false });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setState({ busy: false, refusal: { ...refusalOf(error.exchange), key: error.exchange.key } });
    } finally {
      isBusy.current = false;
    }
  }, []);
  return { ...state, exchanges, act, call, refuse };
}

const LABELS = { waiting: "Waiting", ready: "Ready", busy: "Working …", refused: "Refused", done: "Done" };

export function Card({ step, number, known, work, following, isNext, about, children, result }) {
  const missing = step.needs?.(known);
  const done = step.done(known);
  const state = missing && !done ? "waiting" : work.busy ? "busy" : work.refusal ? "refused" : done ? "done" : "ready";
  const onward = useRef();
  const was = useRef(done);
  // Whoever walks by keyboard goes on with Enter, once the step is done.
  useEffect(() => {
    if (done && !was.current) onward.current?.focus();
    was.current = done;
  }, [done]);
  return (
    <section class={`card is-${state} ${isNext ? "is-next" : ""}`} aria-labelledby={`${step.id}-title`} aria-busy={work.busy} data-step={step.id} data-state={state}>
      <header>
        <h2 id={`${step.id}-title`} tabIndex={-1}><span class="number">{number}</span> {step.title}</h2>
        <span class="state" role="status">{LABELS[state]}</span>
      </header>
      <p class="about">{about}</p>
      {missing && !done ? <p class="empty">{missing}</p> : children}
      {work.refusal && <Refusal {...work.refusal} key={work.refusal.key} />}
      {result}
      {work.exchanges.length > 0 && (
        <ol class="exchanges" aria-label={`Calls of step ${number}`}>
          {work.exchanges.map((exchange) => <li key={exchange.key}><Exchange {...exchange} /></li>)}
        </ol>
      )}
      {done && following && !following.done(known) && (
        <button type="button" class="onward" ref={onward} onClick={() => begin(following.id)}>
          Go on: {following.title}
        </button>
      )}
    </section>
  );
}

/** What is to be done here about what a session or a day is too old or too young for. */
const WAYS_ON = {
  2004: "Log in again, steps 3 and 4: a session is fresh for five minutes, and a refresh makes none younger.",
  2005: "The password of this customer was reset here. Walk the steps before the reset with somebody else.",
};

/** An error of the service, with where it is explained and what is left to wait. */
function Refusal({ code, title, sentence, retryAfter }) {
  const left = useCountdown(retryAfter);
  return (
    <div class="refusal" role="alert">
      <p>
        <strong>{code ? <a href={`/docs/errors#${code}`}>{title}</a> : title}</strong> {sentence}
      </p>
      {WAYS_ON[code] && <p>{WAYS_ON[code]}</p>}
      {retryAfter > 0 && <p>{left > 0 ? `It may be asked again in ${left} s.` : "It may be asked again now."}</p>}
    </div>
  );
}

/** Whole seconds until so many have passed. */
export function useCountdown(seconds) {
  const [end, setEnd] = useState(0);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!seconds) return undefined;
    setEnd(Date.now() + seconds * 1000);
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [seconds]);
  return end ? Math.max(0, Math.ceil((end - now) / 1000)) : seconds ?? 0;
}

/**
 * The button of a form. While its call is out it does nothing, and keeps the focus. It `takesFocus` where it stands in the
 * place of what was pressed.
 */
export function Act({ work, takesFocus, children, ...rest }) {
  const own = useRef();
  useEffect(() => {
    if (takesFocus) own.current.focus();
  }, []);
  return <button {...rest} ref={own} aria-disabled={work.busy || undefined}>{children}</button>;
}

/** Names and values that a call gave. */
export function Facts({ of }) {
  return (
    <dl class="facts">
      {of.filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
