// How each secret of the service's own is drawn.
import { randomBytes } from "node:crypto";

/**
 * By the setting's name. `bytes(n)` gives random bytes. `mark` begins the names of development's keys and peppers:
 * production refuses what begins with "dev", so that none gets there by mistake. Hexadecimal never begins so.
 */
export function freshSecrets(bytes = randomBytes, mark = "") {
  const random = (encoding) => bytes(32).toString(encoding);
  return {
    TOKEN_SIGNING_KEYS: () => {
      const key = { kty: "OKP", crv: "Ed25519", kid: mark + bytes(8).toString("hex"), d: random("base64url") };
      return JSON.stringify([key]);
    },
    OTP_PEPPER: () => mark + random("hex"),
    PASSWORD_PEPPER: () => mark + random("hex"),
    DECOY_KEY: () => mark + random("hex"),
    SETTINGS_KEYS: () => mark + random("hex"),
    KYC_WEBHOOK_SECRET: () => `whsec_${random("base64")}`,
  };
}

/** A line of a settings file; JSON needs its quotes kept. */
export const line = (name, value) => `${name}=${/["#\s]/.test(value) ? `'${value}'` : value}`;
