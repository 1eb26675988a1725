// A call of the service. It becomes an exchange: what was asked and, once it is there, what was answered,
// so that the page can show both.

let made = 0;

/** What is sent: `json` or `form` is the body, `bearer` or `basic` says who asks. */
export function exchangeOf(method, path, { headers = {}, json, form, text, bearer, basic } = {}) {
  const all = { ...headers };
  if (bearer) all.Authorization = `Bearer ${bearer}`;
  if (basic) all.Authorization = `Basic ${btoa(basic.map(encodeURIComponent).join(":"))}`;
  if (json !== undefined || text !== undefined) all["Content-Type"] = "application/json";
  if (form) all["Content-Type"] = "application/x-www-form-urlencoded";
  const body = text ?? (json !== undefined ? JSON.stringify(json) : form && new URLSearchParams(form).toString());
  return { key: ++made, method, path, headers: all, body };
}

/** Sends it. The exchange that comes back has `status`, `answer`, `requestId`, `ms`; or `lost`: no answer came. */
export async function sent(exchange, signal) {
  const { method, path, headers, body } = exchange;
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  try {
    const response = await fetch(path, { method, headers, body, signal, cache: "no-store" });
    const text = await response.text();
    return {
      ...exchange,
      ms: took(),
      status: response.status,
      requestId: response.headers.get("X-Request-Id"),
      retryAfter: Number(response.headers.get("Retry-After")) || undefined,
      answer: parsed(text),
    };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { ...exchange, ms: took(), lost: true };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const isRefused = ({ lost, status }) => Boolean(lost) || status >= 400;

/** What went wrong, in the words of the service: `code` of its envelope, or `error` of an RFC's answer. */
export function refusalOf({ lost, status, answer, retryAfter }) {
  if (lost) return { title: "No answer", sentence: "The service does not answer. Does `make dev` still run?" };
  const { errorCode, errorMessage, error, error_description: description } = answer ?? {};
  if (errorCode) return { code: errorCode, title: `${errorCode}`, sentence: errorMessage, retryAfter };
  if (error === "invalid_client") {
    const fresh = "A link of an earlier state has that state's client: `make status` prints a fresh one.";
    return { title: error, sentence: `${description}. ${fresh}` };
  }
  if (error) return { title: error, sentence: description ?? `Status ${status}.`, retryAfter };
  return { title: `Status ${status}`, sentence: "The answer says no more." };
}

/** The same call for a terminal. */
export function curlOf({ method, path, headers, body }, origin = location.origin) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = [`curl -i -X ${method} ${quoted(origin + path)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(" \\\n  ");
}
