// Every contender, opened: served where it is a worker, and with `measure(call, seconds)`.
import { BetterAuth } from "./contenders/better-auth/calls.mjs";
import { Bindings } from "./contenders/bindings/calls.mjs";
import { Constant } from "./contenders/constant/calls.mjs";
import { Gatehouse } from "./contenders/gatehouse/calls.mjs";
import { BareHash, native } from "./contenders/hash/calls.mjs";
import { Hono } from "./contenders/hono/calls.mjs";
import { connect, load } from "./load.mjs";
import { serve } from "./serve.mjs";

const SERVED = {
  gatehouse: Gatehouse, "better-auth": BetterAuth, hono: Hono, constant: Constant, hash: BareHash, bindings: Bindings,
};
const CONNECTIONS = 8;
/** Of gatehouse and better-auth, before anything is measured; of gatehouse's some are verified. */
const PEOPLE = 200;
const VERIFIED = 100;

export async function open(name, double) {
  if (name === "native") return { name, ready: async () => {}, measure: native, close: async () => {} };
  const service = await serve(name, { outbound: double.address });
  const api = new SERVED[name](service, double);
  const connections = connect(service.origin, CONNECTIONS);
  await api.begin?.();
  return {
    name,
    service,
    api,
    prepare: () => api.prepare?.(PEOPLE, VERIFIED),
    ready: (call, count) => api.ready?.(call, count),
    async measure(call, seconds) {
      await api.renew?.();
      const { count, perSecond, percentile } = await load(connections, { next: () => api[call](), seconds });
      return { count, perSecond, p50: percentile(0.5), p99: percentile(0.99) };
    },
    async close() {
      await connections.close();
      await service.stop();
    },
  };
}
