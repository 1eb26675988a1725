// Which deployment a script is about: ENV=staging or ENV=production.
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "./main.mjs";

export const ENVIRONMENTS = ["staging", "production"];

export function environment() {
  const { ENV = "" } = process.env;
  if (!ENVIRONMENTS.includes(ENV)) throw new Stop(`ENV is ${ENVIRONMENTS.join(" or ")}, not '${ENV}'`);
  return ENV;
}

/** As in env.sh: what wrangler needs, and none of its own advice. */
export const LOGIN =
  "To log in: scripts/with-env.sh wrangler login, or set CLOUDFLARE_API_TOKEN; never --temporary, another account";

/** Its settings and secrets, on the operator's machine: never in git. */
export const secretsFile = (env) => join("secrets", `${env}.env`);

/** A file or folder that its owner alone may read; where it was not so, that is told. */
export function shut(path, say) {
  const mode = statSync(path).mode;
  if (!(mode & 0o077)) return;
  chmodSync(path, mode & 0o700);
  say(`${path} could be read by others on this machine; it cannot any more. Where that matters, replace what is in it`);
}
