// What is measured, and of whom. A contender without a call for it has none of its kind.
//
// `take` is its share of the time: what has a password hash in it is slow, and gets more. `uses` says that each
// call uses up somebody who has come so far, and how many are wanted in a second; the others go on with everybody.

export const MEASURES = [
  { name: "sign-up", take: 1.5, calls: { gatehouse: "signUp", "better-auth": "signUp" } },
  { name: "login", take: 1.5, uses: 50, calls: { gatehouse: "login", "better-auth": "login" } },
  { name: "hash 19 MiB x 2", take: 1.5, calls: hash("m19t2") },
  { name: "hash 12 MiB x 3", take: 1, calls: hash("m12t3") },
  { name: "hash 7 MiB x 5", take: 1, calls: hash("m7t5") },
  { name: "send code", take: 1, uses: 50, calls: { "better-auth": "send" } },
  { name: "code", take: 1, uses: 50, calls: { gatehouse: "answer", "better-auth": "answer" } },
  { name: "refresh", take: 1, calls: { gatehouse: "refresh", "better-auth": "refresh" } },
  { name: "me", take: 1, calls: { gatehouse: "me", "better-auth": "me", hono: "me" } },
  { name: "me, token unseen", take: 1, uses: 500, calls: { gatehouse: "meUnseen" } },
  { name: "me, verified", take: 1, calls: { gatehouse: "meVerified" } },
  { name: "client token", take: 1, calls: { gatehouse: "clientToken" } },
  { name: "introspect", take: 1, calls: { gatehouse: "introspect" } },
  { name: "jwks", take: 1, calls: { gatehouse: "jwks", "better-auth": "jwks", constant: "constant" } },
  { name: "nothing", take: 1, calls: { "better-auth": "ok" } },
  { name: "a rate limit of Miniflare", take: 0.5, calls: { bindings: "limit" } },
  { name: "a D1 batch of one", take: 0.5, calls: { bindings: "d1" } },
  { name: "a D1 batch of two", take: 0.5, calls: { bindings: "d1Two" } },
  { name: "a KV read", take: 0.5, calls: { bindings: "kvRead" } },
  { name: "a KV write", take: 0.5, calls: { bindings: "kvWrite" } },
];

function hash(shape) {
  return { hash: shape, native: shape };
}
