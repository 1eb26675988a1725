// The least that a read of one's user can be: Hono, a token checked by jose, one row of D1.
import { Hono } from "hono";
import { importJWK, jwtVerify } from "jose";

const app = new Hono();
let key;

app.use("/me", async (c, next) => {
  key ??= await importJWK(JSON.parse(c.env.PUBLIC_KEY), "EdDSA");
  const token = c.req.header("authorization")?.slice("Bearer ".length) ?? "";
  try {
    const { payload } = await jwtVerify(token, key, { issuer: c.env.ISSUER, audience: c.env.ISSUER });
    c.set("userId", payload.sub);
  } catch {
    return c.json({ error: "invalid_token" }, 401);
  }
  await next();
});

app.get("/me", async (c) => {
  const user = await c.env.DB.prepare("SELECT * FROM users WHERE id = ?1").bind(c.get("userId")).first();
  return user ? c.json(user) : c.json({ error: "not_found" }, 404);
});

export default app;
