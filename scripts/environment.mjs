// Which deployment a script is about: ENV=staging or ENV=production.
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
  "To log in: scripts/with-env.sh wrangler login, or set CLOUDFLARE_API_TOKEN; never --temporary, which is another account";

/** Its settings and secrets, on the operator's machine: never in git. */
export const secretsFile = (env) => join("secrets", `${env}.env`);
