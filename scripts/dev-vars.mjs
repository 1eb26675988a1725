// Prints the settings a fresh checkout runs with locally, or with --production or --staging a first set of that
// environment's, which scripts/secrets.sh writes down. Every secret is drawn anew on each run.
//   node scripts/dev-vars.mjs [--production | --staging | --missing FILE]
//
//   (no option)      the local settings, in the format of .dev.vars
//   --production, --staging
//                    fresh random secrets, and a commented-out line for each setting that only the operator knows
//   --missing FILE   those of the local settings that FILE, an older .dev.vars, has not. Their secrets are derived from
//                    the file's, so that two starts at once add the same
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { freshSecrets, line } from "./fresh-secrets.mjs";
import { given, main } from "./main.mjs";

// The BIP-32 account key of the well-known test mnemonic "abandon ... about", m/44'/60'/0'.
const TEST_XPUB =
  "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

// Of the same words, m/44'/60'/1'.
const TEST_ENCRYPTION_XPUB =
  "xpub6DCoCpSuQZB2k9PnGSMK9tinTK8kx3hcv7F4BWwhs5N2wnwGiLg17r9J7j2JcYP9gkip3sC87J1F99YxeBHGuFMg6ejA8qQEKSuzzaKvqBR";

let older;
let drawn = 0;
const bytes = (count) =>
  older === undefined ? randomBytes(count) : createHmac("sha256", older).update(`${drawn++}`).digest().subarray(0, count);

const secrets = (mark) => Object.entries(freshSecrets(bytes, mark)).map(([name, draw]) => `${line(name, draw())}\n`).join("");

const local = () => `# Settings of this checkout's local service, written once by 'make dev'; never committed.
# Delete the file for fresh secrets. Codes, tokens and passwords of the local state end with the old ones.
ENVIRONMENT=local
ISSUER=http://localhost:8787
${secrets("dev-")}# Public: two account keys of the BIP-39 test mnemonic "abandon ... about". Production refuses them.
CUSTODY_XPUB=${TEST_XPUB}
CUSTODY_ENCRYPTION_XPUB=${TEST_ENCRYPTION_XPUB}
SUBACCOUNT_EMAIL_DOMAIN=sub.localhost.test
SMS_PROVIDER=console
SMS_APP_NAME=Gatehouse
# Nothing is sent, so nothing is saved. Of the default, 84 SMS an hour go to numbers nobody has proven.
SMS_DAILY_BUDGET=1000000
EMAIL_PROVIDER=console
`;

// What has a default, or is a choice of whoever wrote the file, is left as it is.
const OPTIONAL = ["ENVIRONMENT", "SMS_APP_NAME"];

const deployed = (env) => `# The settings and secrets of ${env}, for its operator alone: 'ENV=${env} scripts/secrets.sh push' gives
# them to the service, which answers 503 until all is set. Complete the lines that are commented out, and keep the
# whole where such things are kept: a rotation needs it, and nobody can read it back from the platform.
# ENVIRONMENT is not here: wrangler.toml says it.

${secrets("")}
# The URL this service answers on, without a slash at the end; the route in wrangler.toml has the same host.
#ISSUER=https://
# Two account-level extended public keys of your custody, of two accounts: the first for addresses, the
# second for encryption keys. docs/operating.md says what must never leave it.
#CUSTODY_XPUB=xpub
#CUSTODY_ENCRYPTION_XPUB=xpub
# The domain of the sub-accounts' e-mail addresses.
#SUBACCOUNT_EMAIL_DOMAIN=
# The name in the text message.
#SMS_APP_NAME=
# twilio, vonage or webhook, who steps in where that one is away, and their own settings: TWILIO_MESSAGING_SERVICE_SID may
# stand in for TWILIO_FROM, and what is of no provider in use may stay out.
#SMS_PROVIDER=twilio
#SMS_FALLBACK_PROVIDER=vonage
#TWILIO_ACCOUNT_SID=
#TWILIO_AUTH_TOKEN=
#TWILIO_FROM=
#VONAGE_API_KEY=
#VONAGE_API_SECRET=
#VONAGE_FROM=
#SMS_WEBHOOK_URL=
#SMS_WEBHOOK_SECRET=
# resend, postmark or webhook, by whom users are told what happened to their accounts, who steps in, what it comes from,
# and their own settings. Without EMAIL_PROVIDER users are told by SMS.
#EMAIL_PROVIDER=resend
#EMAIL_FALLBACK_PROVIDER=postmark
#EMAIL_FROM=
#RESEND_API_KEY=
#POSTMARK_SERVER_TOKEN=
#EMAIL_WEBHOOK_URL=
#EMAIL_WEBHOOK_SECRET=
${env === "staging" ? `# Numbers that are never sent to: their messages are in the outbox.
SMS_TEST_PREFIX=+1555010
` : ""}# KYC_WEBHOOK_SECRET above is for you to give to the KYC provider; if it gives you one, put that.
`;

const missing = () => {
  const name = (line) => line.match(/^\s*(?:export\s+)?([A-Z_]+)\s*=/)?.[1];
  const known = new Set([...older.split("\n").map(name), ...OPTIONAL]);
  const lines = local().split("\n").filter((line) => name(line) && !known.has(name(line)));
  return lines.map((line) => `${line}\n`).join("");
};

await main(() => {
  const boolean = { type: "boolean" };
  const { production, staging, missing: file } = given({ options: { production: boolean, staging: boolean, missing: { type: "string" } } }).values;
  if (file !== undefined) {
    older = readFileSync(file, "utf8");
    return process.stdout.write(missing());
  }
  return process.stdout.write(production || staging ? deployed(production ? "production" : "staging") : local());
});
