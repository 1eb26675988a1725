// A worker that asks the platform and does nothing else: what the simulated bindings take of everybody's time.
const script = `
const ask = {
  "/limit": (env) => env.LIMIT.limit({ key: crypto.randomUUID() }),
  "/d1": (env) => env.DB.batch([one(env)]),
  "/d1-two": (env) => env.DB.batch([one(env), one(env)]),
  "/kv-read": (env) => env.KV.get(crypto.randomUUID()),
  "/kv-write": (env) => env.KV.put(crypto.randomUUID(), "one", { expirationTtl: 600 }),
};
const one = (env) => env.DB.prepare("SELECT ?1 AS one").bind("one");
export default {
  async fetch(request, env) {
    await ask[new URL(request.url).pathname](env);
    return new Response("{}", { headers: { "content-type": "application/json" } });
  },
};
`;

export const worker = () => ({
  worker: {
    modules: [{ type: "ESModule", path: "bindings.mjs", contents: script }],
    d1Databases: { DB: "bindings" },
    kvNamespaces: { KV: "bindings" },
    ratelimits: { LIMIT: { namespace_id: "1", simple: { limit: 1_000_000_000, period: 60 } } },
  },
});
