// better-auth, bundled by build.mjs, its tables made by itself. A state that stays is read with the same secret.
import { bundled } from "../../build.mjs";

export const worker = () => ({
  worker: {
    modules: [bundled("better-auth")],
    compatibilityFlags: ["nodejs_compat"],
    bindings: { SECRET: "of made-up users alone, on one machine" },
    d1Databases: { DB: "better-auth" },
  },
  begin: async (miniflare) => {
    const answer = await miniflare.dispatchFetch("https://id.example.com/bench/migrate", { method: "POST" });
    if (answer.status !== 204) throw new Error(`better-auth made no tables: ${await answer.text()}`);
  },
});
