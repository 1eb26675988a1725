// better-auth as its documentation sets it up on Workers: D1, e-mail and password, a phone number, a code by SMS
// as the second factor, bearer tokens, JWTs. What it does by default it does here, scrypt included. In its favour:
// it is made once an isolate, its rate limit is off, a session read signs no JWT unasked, and a sign-up opens no
// session and has the number and the second factor at once, which would cost four more calls.
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { bearer, jwt, phoneNumber, twoFactor } from "better-auth/plugins";

const send = (to, text) =>
  fetch("https://sms.example.com/send", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to, text }),
  });

const withSecondFactor = (user, { body }) => ({ data: { ...user, phoneNumber: body.phone, twoFactorEnabled: true } });

const options = (env) => ({
  database: env.DB,
  secret: env.SECRET,
  baseURL: "https://id.example.com",
  emailAndPassword: { enabled: true, autoSignIn: false },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  databaseHooks: { user: { create: { before: async (user, context) => withSecondFactor(user, context) } } },
  plugins: [
    phoneNumber({ sendOTP: ({ phoneNumber, code }) => send(phoneNumber, `Your code is ${code}.`) }),
    twoFactor({ otpOptions: { sendOTP: ({ user, otp }) => send(user.phoneNumber, `Your code is ${otp}.`) } }),
    bearer(),
    jwt({ disableSettingJwtHeader: true }),
  ],
});

let auth;

export default {
  async fetch(request, env) {
    auth ??= betterAuth(options(env));
    if (new URL(request.url).pathname !== "/bench/migrate") return auth.handler(request);
    const { runMigrations } = await getMigrations(auth.options);
    await runMigrations();
    return new Response(null, { status: 204 });
  },
};
