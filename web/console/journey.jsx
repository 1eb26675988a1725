// The journey: its steps in order, and what they have found out so far.
import { useState } from "preact/hooks";
import { Calls, LastCall } from "./exchange.jsx";
import { goTo } from "./focus.js";
import { Phone } from "./phone.jsx";
import { useOutbox } from "./outbox.js";
import { somebody } from "./person.js";
import { STEPS } from "./steps.jsx";

export function Journey({ client, onAgain, onOther }) {
  const [known, setKnown] = useState(() => ({ client, person: somebody(), awaited: [] }));
  const learn = (news) => setKnown((before) => ({ ...before, ...(typeof news === "function" ? news(before) : news) }));
  const [last, setLast] = useState();
  const outbox = useOutbox(known.awaited);
  const isDone = ({ done }) => Boolean(done(known));
  const next = STEPS.find((step) => !isDone(step));
  return (
    <Calls.Provider value={setLast}>
      <div class="intro">
        <h1>The journey of a customer</h1>
        <p>From a client's token to a closed session, on the service that runs here. Each step shows what it asked and what came back.</p>
        <Progress isDone={isDone} next={next} />
      </div>
      <div class="walk">
        {STEPS.map((step, n) => (
          <>
            <step.Card key={step.id} known={known} learn={learn} outbox={outbox} step={step} number={n + 1}
              following={STEPS[n + 1]} isNext={step === next} onOther={onOther} />
            {step.id === "login" && (
              <div key="beside" class="beside">
                <Phone number={known.user?.phoneNumber ?? known.person.phoneNumber} isAwaiting={known.awaited.length > 0} outbox={outbox} />
                <LastCall exchange={last} />
              </div>
            )}
          </>
        ))}
        {!next && <End onAgain={onAgain} />}
      </div>
    </Calls.Provider>
  );
}

function Progress({ isDone, next }) {
  return (
    <nav class="progress" aria-label="Steps">
      <ol>
        {STEPS.map((step) => (
          <li key={step.id}>
            <button type="button" class={isDone(step) ? "is-done" : ""} aria-current={step === next ? "step" : undefined}
              onClick={() => goTo(step.id)}>
              {step.short}{isDone(step) && <span class="unseen">, done</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function End({ onAgain }) {
  return (
    <section class="card end" aria-labelledby="end-title">
      <h2 id="end-title" tabIndex={-1}>That was the whole journey</h2>
      <p>Every call that you saw is in <a href="/docs">the reference</a>, with what else it can answer. Each can be asked from a
        terminal too: “copy as curl” gives the call as it was sent.</p>
      <button type="button" onClick={onAgain}>Walk it again with somebody else</button>
    </section>
  );
}
