// How it was measured, and what that leaves out.

export function method({ results: { machine, versions, settings } }) {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  return `## How it is measured

- Each contender is served by workerd through Miniflare's API, in a process of its own. Load comes from another process over ${settings.connections} connections
  that are kept alive. ${settings.rounds} rounds of ${settings.seconds} seconds a call (half as long again where a password is hashed), after one that warms up; contenders take turns
  within each round, and another begins each time.
- The settings are production's. Text messages go over HTTP to a double in the load's process. The coarse rate limits are set out of reach and count in memory, and
  each is asked all the same; so are the caps on codes and messages. Every user's number is in a block of its own.
- Calls are of many users in turn: three hundred for reads, a new one for every sign-up, login and code, and no session is refreshed twice at a
  time.
- better-auth is set up as its documentation says, made once an isolate, without its rate limit, and its sign-up gives the number and the second factor
  at once. All peers are bundled and minified.
- What it is not: Cloudflare's own machines. D1, KV and the rate limits are simulated in the same process, so their part of the
  time is another one than there, and distance is not in it: a far region pays for round trips, which are counted above.
- The load on the machine was ${machine.loadBefore.toFixed(2)} before the run. Versions: ${list}.

\`bench/README.md\` says how the parts work. \`make profile ROUTE="GET /v1/user/me"\` shows where the time of one route goes.`;
}
