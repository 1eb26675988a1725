// better-auth, bundled by build.mjs, its tables made by itself.
import { randomBytes } from "node:crypto";
import { bundled } from "../../build.mjs";

export const worker = () => ({
  worker: {
    modules: [bundled("better-auth")],
    compatibilityFlags: ["nodejs_compat"],
    bindings: { SECRET: randomBytes(32).toString("base64url") },
    d1Databases: { DB: "better-auth" },
  },
  begin: async (miniflare) => {
    const answer = await miniflare.dispatchFetch("https://id.example.com/bench/migrate", { method: "POST" });
    if (answer.status !== 204) throw new Error(`better-auth made no tables: ${await answer.text()}`);
  },
});
