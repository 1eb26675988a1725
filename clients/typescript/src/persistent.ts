import { type Answer, GatehouseError } from "./error.js";

/** How to reach the service, and how hard to try. */
export interface Settings {
  /** Where the service is: https, or http on this machine. */
  baseUrl: string;
  /** How often a call is asked again, at most (4). */
  retries?: number;
  /** Milliseconds after which an answer counts as lost (30,000). */
  timeout?: number;
  /** Another fetch than the global one. */
  fetch?: (request: Request) => Promise<Response>;
  /** Another clock, in milliseconds. */
  now?: () => number;
  /** Another way to wait. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Who is told to come back later than this is told so; waiting is then the caller's to decide. */
const LONGEST_WAIT_SECONDS = 30;
const REQUEST_IN_PROGRESS = 1007;
const UNAVAILABLE = 9002;

/**
 * A fetch that asks again, with the request as it is and so with the same Idempotency-Key: where the service says
 * that nothing was done or that it is at work, and, if asking twice does what asking once does, where the answer was
 * lost.
 */
export function persistent(settings: Settings): (request: Request, isRepeatable?: boolean) => Promise<Response> {
  const { fetch = (request) => globalThis.fetch(request), wait = sleep, retries = 4, timeout = 30_000 } = settings;
  return async (request, isRepeatable = request.method === "GET" || request.headers.has("Idempotency-Key")) => {
    for (let tries = 0; ; tries++) {
      let answer: Response | undefined;
      let cause: unknown;
      let after = 0;
      try {
        // Read here: an answer that breaks off, or is not the service's, is as good as none.
        const { response, text } = await within(timeout, request.signal, async (signal) => {
          const response = await fetch(new Request(request.clone(), { signal }));
          return { response, text: await response.text() };
        });
        const body = JSON.parse(text) as Answer;
        answer = new Response(text, response);
        if (!isPassing(body)) return answer;
        after = GatehouseError.of(answer, body).retryAfter ?? 0;
      } catch (error) {
        request.signal.throwIfAborted();
        cause = error;
      }
      if (answer ? tries >= retries || after > LONGEST_WAIT_SECONDS : tries >= retries || !isRepeatable) {
        if (answer) return answer;
        throw new GatehouseError(`no answer of ${new URL(request.url).origin}`, { cause });
      }
      // Not before the service asked for it, and not all callers at once.
      await unlessAborted(request.signal, wait(after * 1000 + Math.random() * 250 * 2 ** tries, request.signal));
    }
  };
}

/** Nothing was done, or it is being done: the one is said by a code, or by OAuth in its own words. */
function isPassing({ errorCode, error }: Answer): boolean {
  return errorCode === REQUEST_IN_PROGRESS || errorCode === UNAVAILABLE || error === "temporarily_unavailable";
}

/**
 * Lets go of what takes too long, or of whose caller has had enough. By a timer and a listener of its own, for Node may
 * collect a signal that was made of others, or the copy in a Request, before it is aborted, and nothing ends then.
 */
async function within<T>(milliseconds: number, caller: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException(`no answer within ${milliseconds} ms`, "TimeoutError")), milliseconds);
  });
  try {
    return await unlessAborted(caller, Promise.race([act(controller.signal), late]));
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** The caller may have had enough before this is over, or by its end. */
async function unlessAborted<T>(signal: AbortSignal, act: Promise<T>): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => { abort = () => reject(signal.reason); });
  signal.addEventListener("abort", abort);
  try {
    if (signal.aborted) abort();
    const done = await Promise.race([act, aborted]);
    signal.throwIfAborted();
    return done;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** No timer is left where the caller has had enough: a process may end then. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
