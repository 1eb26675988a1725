// A token as a service behind sees it: verified against the published keys, then read.
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";

/** `{header, claims, verified}` or `{header, claims, refused: why}`. */
export async function examined(token, jwks, issuer) {
  const read = { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  try {
    // All that a service behind checks: the key by its id, the algorithm, the kind of token, whose it is,
    // whom it is for, and that it has not ended.
    await jwtVerify(token, createLocalJWKSet(jwks), {
      algorithms: ["EdDSA", "Ed25519"],
      typ: "at+jwt",
      issuer,
      audience: issuer,
      requiredClaims: ["exp", "sub", "client_id", "scope"],
    });
    return { ...read, verified: true };
  } catch (error) {
    return { ...read, refused: error.message };
  }
}

/** The token with one character of its claims changed: what a forger would try. */
export function forged(token) {
  const [header, claims, signature] = token.split(".");
  const text = atob(claims.replaceAll("-", "+").replaceAll("_", "/"));
  const changed = text.replace(/("sub":"[^"]*)(.)"/, (_, before, last) => `${before}${last === "a" ? "b" : "a"}"`);
  return [header, btoa(changed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""), signature].join(".");
}

/** What each claim is, for the page. */
export const MEANINGS = {
  iss: "who made it",
  aud: "whom it is for",
  sub: "the user",
  client_id: "the client that asked",
  scope: "what it is good for",
  iat: "made at",
  exp: "good until",
  jti: "its own id",
  sid: "the session",
  auth_time: "when the user proved who they are",
  amr: "how: password, and a code by SMS or from paper",
  roles: "the user's roles",
  hold_until: "until then no money leaves",
};

/** A claim as a person reads it. */
export function shown(name, value) {
  if (["iat", "exp", "auth_time", "hold_until"].includes(name)) return `${value} (${new Date(value * 1000).toLocaleTimeString()})`;
  return Array.isArray(value) ? value.join(", ") : String(value);
}
