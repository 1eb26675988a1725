// A service behind (deposit, withdraw, convert) verifies the access tokens that callers bring: tokens on standard
// input, one a line, and of each who it is, or why not. GATEHOUSE_ISSUER is the `iss` that you accept (or
// GATEHOUSE_URL, where `make dev` is not at port 8787), and GATEHOUSE_PARTNER the id of the partner whose customers you
// serve, or several, separated by commas.
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { createInterface } from "node:readline/promises";

// Yours to know, never the token's to say: from it come the keys. To the byte, and without a slash at its end.
const { GATEHOUSE_URL = "http://localhost:8787", GATEHOUSE_ISSUER = GATEHOUSE_URL, GATEHOUSE_PARTNER } = process.env;
const issuer = GATEHOUSE_ISSUER.replace(/\/+$/, "");

if (!GATEHOUSE_PARTNER) {
  const where = "examples/README.md says where it is";
  console.error(`GATEHOUSE_PARTNER is missing: the id of the partner you serve, prt_...; ${where}`);
  process.exit(1);
}
const partners = GATEHOUSE_PARTNER.split(",");

// Kept for a minute, as the service allows it: after a leak the old key is gone everywhere a minute later. A `kid`
// that is not in it has the set fetched again, at most every ten seconds, so that made-up ones cost nothing.
const keySet = new URL("/.well-known/jwks.json", issuer);
const keys = createRemoteJWKSet(keySet, { cacheMaxAge: 60_000, cooldownDuration: 10_000 });

export interface User { userId: string; partnerId: string; sessionId: string; roles: string[]; loggedInAt: Date }

/** The user of an access token. What it does not tell is whether the session still lives: see examples/README.md. */
export async function verify(token: string): Promise<User> {
  const { payload } = await jwtVerify(token, keys, {
    issuer, // Signed by this gatehouse, and not by staging's.
    audience: issuer,
    // Never the one that the token names: "none", or HS256 under a public key, are known tricks.
    algorithms: ["EdDSA"],
    typ: "at+jwt", // An access token, and no other kind of JWT of the same keys.
    requiredClaims: ["exp", "iat", "sub", "scope", "partner_id", "sid", "auth_time", "roles"],
    clockTolerance: 0,
  });
  // A client's token has the same signature and issuer, but nobody has logged in with it: its `sub` is a client.
  if (payload.scope !== "user_auth") {
    throw new errors.JWTClaimValidationFailed("not a user's token", payload, "scope");
  }
  // All partners of a gatehouse share its keys, issuer and audience: another's customers are none of yours.
  if (!partners.includes(payload.partner_id as string)) {
    throw new errors.JWTClaimValidationFailed("another partner's user", payload, "partner_id");
  }
  return {
    userId: payload.sub!, // Whose money it is: take the user from here, and never from the request beside it.
    partnerId: payload.partner_id as string,
    sessionId: payload.sid as string,
    roles: payload.roles as string[],
    loggedInAt: new Date(payload.auth_time as number * 1000), // For what asks for a fresh login.
  };
}

/** A key set that cannot be had: no connection, no answer in time, or another than a key set. */
function isOurs(error: unknown): boolean {
  const codes = ["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"];
  if (error instanceof errors.JOSEError) return codes.includes(error.code);
  return error instanceof TypeError && error.message === "fetch failed";
}

for await (const token of createInterface({ input: process.stdin })) {
  try {
    console.log((await verify(token)).userId);
  } catch (error) {
    if (isOurs(error)) {
      // 503: it says nothing of the token.
      const where = "GATEHOUSE_ISSUER or GATEHOUSE_URL says where the service is";
      console.error(`no answer for this token: ${keySet} cannot be had. ${where}`);
      process.exitCode = 1;
    } else if (error instanceof errors.JOSEError) {
      console.log(`refused: ${error.message}`); // 401
    } else throw error;
  }
}
