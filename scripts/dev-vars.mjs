// Prints the settings a fresh checkout runs with locally, or with --production a first set of
// production's. Every secret is drawn anew on each run.
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";

const HELP = `Usage: node scripts/dev-vars.mjs [--production]

Without options: the local settings, in the format of .dev.vars.
--production:    a file for 'wrangler secret bulk': fresh random secrets, and a commented-out line
                 for each setting that only the operator knows.
`;

// The BIP-32 account key of the well-known test mnemonic "abandon ... about", m/44'/60'/0'.
const TEST_XPUB =
  "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

const random = (encoding) => randomBytes(32).toString(encoding);

// Production refuses keys and peppers whose names begin with "dev", so that local ones cannot
// get there by mistake. Hexadecimal never begins so by chance.
const secrets = (mark) => {
  const key = { kty: "OKP", crv: "Ed25519", kid: mark + randomBytes(8).toString("hex"), d: random("base64url") };
  return `TOKEN_SIGNING_KEYS='${JSON.stringify([key])}'
OTP_PEPPER=${mark}${random("hex")}
KYC_WEBHOOK_SECRET=whsec_${random("base64")}
`;
};

const local = () => `# Settings of this checkout's local service, written once by 'make dev'; never committed.
# Delete the file for fresh secrets. Codes and tokens of the local state end with the old ones.
ENVIRONMENT=local
ISSUER=http://localhost:8787
${secrets("dev-")}# Public: the account key of the BIP-39 test mnemonic "abandon ... about". Production refuses it.
CUSTODY_XPUB=${TEST_XPUB}
SUBACCOUNT_EMAIL_DOMAIN=sub.localhost.test
SMS_PROVIDER=console
SMS_APP_NAME=Gatehouse
# Nothing is sent, so nothing is saved. Of the default, 84 SMS an hour go to numbers nobody has proven.
SMS_DAILY_BUDGET=1000000
`;

const production = () => `# For 'npx wrangler secret bulk FILE'. Complete the lines that are commented out, upload, keep a
# copy where such things are kept, and delete this file. The service answers 503 until all is set.
ENVIRONMENT=production
${secrets("")}
# The URL this service answers on, without a slash at the end.
#ISSUER=https://
# The account-level extended public key of your custody.
#CUSTODY_XPUB=xpub
# The domain of the sub-accounts' e-mail addresses.
#SUBACCOUNT_EMAIL_DOMAIN=
# The name in the text message.
#SMS_APP_NAME=
# twilio, vonage or webhook, and that provider's own settings; TWILIO_MESSAGING_SERVICE_SID may
# stand in for TWILIO_FROM.
#SMS_PROVIDER=twilio
#TWILIO_ACCOUNT_SID=
#TWILIO_AUTH_TOKEN=
#TWILIO_FROM=
# KYC_WEBHOOK_SECRET above is for you to give to the KYC provider; if it gives you one, put that.
`;

const { values } = parseArgs({
  options: { production: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});
process.stdout.write(values.help ? HELP : values.production ? production() : local());
