// A worker that answers a constant: what the runtime and the load themselves allow.
const script = `
const body = JSON.stringify({ keys: [] });
export default { fetch: () => new Response(body, { headers: { "content-type": "application/json" } }) };
`;

export const worker = () => ({ worker: { modules: [{ type: "ESModule", path: "constant.mjs", contents: script }] } });
