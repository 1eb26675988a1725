// Calls a second, the hash, first answers and sizes.
import { bars } from "../plots.mjs";
import { kilobytes, ms, number, table, times } from "./text.mjs";

const NAMES = { gatehouse: "gatehouse", "better-auth": "better-auth", hono: "Hono + jose", constant: "a constant", hash: "bare hash, wasm", native: "bare hash, native" };
const COLOURS = Object.fromEntries(Object.keys(NAMES).map((name, n) => [name, n]));
const HASHED = ["sign-up", "login"];
const QUICK = ["code", "refresh", "me", "me, token unseen", "me, verified", "client token", "introspect"];
const SMALL = ["jwks"];

/** What each call is taken to be in the others. */
const EQUIVALENTS = [
  ["sign-up", "`POST /v1/user/sign-up`", "`/sign-up/email`, with number and second factor given at once", "-"],
  ["login", "`POST /v1/user/login` of a proven number, the SMS included", "`/sign-in/email` of a user with a second factor", "-"],
  ["send code", "part of the login", "`/two-factor/send-otp`, the SMS included", "-"],
  ["code", "`POST /v1/user/otp`: access and refresh token", "`/two-factor/verify-otp`: a session", "-"],
  ["refresh", "`POST /v1/user/refresh`: both tokens anew", "`/token`: a JWT of the session; nothing rotates", "-"],
  ["me", "`GET /v1/user/me`: token, session, user, accounts", "`/get-session`: session and user", "token and one row"],
  ["me, token unseen", "the same, each token's first call", "-", "-"],
  ["me, verified", "the same, of a verified user with a portfolio", "-", "-"],
  ["client token", "`POST /oauth2/token`", "-", "-"],
  ["introspect", "`POST /oauth2/introspect`", "-", "-"],
  ["jwks", "`GET /.well-known/jwks.json`", "`/jwks`, from D1", "-"],
  ["nothing", "-", "`/ok`, its health check", "-"],
];

export function speed(given, plot) {
  return [rates(given, plot), bindings(given), hashing(given), starts(given, plot)].filter(Boolean).join("\n\n");
}

function rates({ figures }, plot) {
  const cell = (name, contender) => (figures.has(name, contender) ? number(figures.perSecond(name, contender)) : "-");
  const against = (name, contender) => (figures.has(name, contender) ? times(figures.ratio([name, "gatehouse"], [name, contender])) : "-");
  const latency = (name) => {
    if (!figures.has(name, "gatehouse")) return "-";
    const { p50, p99 } = figures.latency(name, "gatehouse");
    return `${number(p50)} / ${number(p99)}`;
  };
  const rows = EQUIVALENTS.map(([name]) => [
    name, cell(name, "gatehouse"), cell(name, "better-auth"), cell(name, "hono"), cell(name, "constant"),
    figures.has(name, "gatehouse") ? against(name, "better-auth") : "-", latency(name),
  ]);
  return `## Calls a second

Eight connections, medians of the rounds; "against" is the median of each round's own ratio. Whiskers are the rounds' least and most.

${table(["call", "gatehouse", "better-auth", "Hono + jose", "a constant", "against better-auth", "gatehouse, ms: half / 99 of 100"], rows)}

${plot("hashed", "Calls a second with a password hash in them", chart("With a password hash in them", [...HASHED, "hash 19 MiB x 2"], figures))}

${plot("quick", "Calls a second without a password hash", chart("Without a password hash", QUICK, figures))}

${plot("small", "Calls a second of the smallest answer", chart("The smallest answer", SMALL, figures))}

What was taken as the same work; a dash where there is none:

${table(["call", "gatehouse", "better-auth", "Hono + jose"], EQUIVALENTS)}`;
}

function chart(title, measures, figures) {
  const series = Object.keys(NAMES).filter((name) => measures.some((measure) => figures.has(measure, name)));
  const lines = measures.flatMap((measure) =>
    series.filter((name) => figures.has(measure, name)).map((name, n) => {
      const value = figures.perSecond(measure, name);
      const label = n === 0 ? measure.replace(/ (\d+) MiB x (\d)/, " $1 MiB × $2") : undefined;
      return { label, segments: [{ series: NAMES[name], value }], ...figures.spread(measure, name), text: number(value) };
    }));
  return bars({ title, unit: "calls a second", series: Object.fromEntries(series.map((name) => [NAMES[name], COLOURS[name]])), lines });
}

/** The floor under whoever asks the platform something. */
function bindings({ figures }) {
  const asked = ["a D1 batch of one", "a D1 batch of two", "a KV read", "a KV write", "a rate limit of Miniflare"];
  if (!asked.every((name) => figures.has(name, "bindings"))) return undefined;
  const row = (name, perSecond) => [name, number(perSecond), ms(1000 / perSecond)];
  const rows = asked.map((name) => row(name, figures.perSecond(name, "bindings")));
  return `## What the simulated platform takes

Of a worker in JavaScript that asks this and nothing else, on workerd as above, where D1 and KV are workers themselves and a statement only says \`SELECT ?1\`. Nobody
who asks them is faster here, whatever else is done; on Cloudflare's machines they run elsewhere. Miniflare's rate limit is a Durable Object that writes SQLite at
every call, where Cloudflare's is a counter in memory: gatehouse is measured with one in memory, and still asks it at every call.

${table(["asks for", "calls a second", "a call"], [row("nothing", figures.perSecond("jwks", "constant")), ...rows])}`;
}

function hashing({ figures }) {
  const shapes = ["hash 19 MiB x 2", "hash 12 MiB x 3", "hash 7 MiB x 5"];
  const took = (name, contender) => ms(1000 / figures.perSecond(name, contender));
  const rows = shapes.map((name) => [name.slice(5), took(name, "hash"), took(name, "native"), times(figures.ratio([name, "native"], [name, "hash"]))]);
  const login = 1000 / figures.perSecond("login", "gatehouse");
  const hash = 1000 / figures.perSecond(shapes[0], "hash");
  return `## The hash is the limit of a login

A login takes ${ms(login)} of the one thread, and ${ms(hash)} of them are argon2id (${Math.round((100 * hash) / login)} %); the rest is two round trips to D1, one write to KV and one
text message. The same crate with the same flags, alone on workerd and as a program of this machine:

${table(["argon2id", "wasm", "native", "native is as fast"], rows)}

OWASP lists all three as equally strong; 19 MiB and two passes stay, since memory is what an attacker's hardware lacks most. The rounds written by hand
with simd128 (\`extmul\`, shuffles, in place) were no faster than what the compiler makes of the \`argon2\` crate, and native code has vectors
of twice the width (AVX2), so the crate stays. No hash is computed that a cheaper check would have made needless, but where leaving it out would tell who is a customer. better-auth hashes by scrypt (N =
16,384, r = 16), by native code of the runtime, and is measured as it comes.`;
}

function starts({ figures, results: { starts: all, bundles } }, plot) {
  const lines = all.map(({ name, ms: took }) => {
    const value = figures.firstAnswer(name);
    return { label: name, segments: [{ series: "median", value }], low: Math.min(...took), high: Math.max(...took), text: ms(value) };
  });
  const svg = bars({ title: "First answer after start", unit: "milliseconds", series: { median: 0 }, lines });
  const paths = all.map(({ name, path }) => `${name}: \`${path}\``).join("; ");
  const sizes = Object.entries(bundles).map(([name, { raw, gzipped }]) => [NAMES[name], kilobytes(raw), kilobytes(gzipped)]);
  return `## First answer and size

From the moment the runtime takes connections until the first answer is there; ${all[0].ms.length} starts of each, each a process of its own (${paths}).

${plot("first-answer", "First answer after start", svg)}

${table(["what is uploaded", "raw", "gzipped"], sizes)}`;
}
