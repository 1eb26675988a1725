// The service as it is deployed, asked what it refuses of the settings in a request's body: the answer is what it would
// log (scripts/settings.mjs). Of its configuration wrangler keeps a log of its own.
import Service from "../build/index.js";

const events = [];
console.log = console.error = (event) => events.push(event);

export default {
  async fetch(request, env, context) {
    const settings = await request.json();
    await new Service(context, { ...env, ...settings }).fetch(new Request(new URL("/healthz", request.url)));
    const said = (name) => events.find(({ event }) => event === name);
    return Response.json({ inForce: Boolean(said("settings.in_force")), refused: said("settings.refused")?.refused });
  },
};
