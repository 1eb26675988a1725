// The service as it is, and at /bench/memory how many bytes its wasm has.
import { bytes } from "./memory.mjs";
import Service from "./limits.mjs";

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/bench/memory") return new Response(String(bytes()));
    return new Service(context, env).fetch(request);
  },
  scheduled(event, env, context) {
    return new Service(context, env).scheduled(event);
  },
};
