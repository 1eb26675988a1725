// Each call with the token of the next user, signed here with the worker's own key.
import { SignJWT } from "jose";

export class Hono {
  #turn = 0;

  constructor({ origin, details }) {
    Object.assign(this, { origin, details });
  }

  async begin() {
    const { issuer, privateKey, ids } = this.details;
    const sign = (id) =>
      new SignJWT({ scope: "user_auth" }).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" }).setSubject(id)
        .setIssuer(issuer).setAudience(issuer).setIssuedAt().setExpirationTime("1h").sign(privateKey);
    this.tokens = await Promise.all(ids.map(sign));
  }

  me() {
    const token = this.tokens[this.#turn++ % this.tokens.length];
    return { method: "GET", path: "/me", headers: { authorization: `Bearer ${token}` } };
  }
}
