// What the compiler lets a caller write, and what not: compiled by scripts/test-clients.sh, never run.
import type { UserSession } from "../../clients/typescript/dist/app.js";
import type { Gatehouse } from "../../clients/typescript/dist/server.js";

export async function allowed(gatehouse: Gatehouse, session: UserSession): Promise<void> {
  const user = await gatehouse.post("/v1/user/sign-up", { body: { phoneNumber: "", email: "", password: "" } });
  const status: "UNINITIATED" | "VERIFICATION_IN_PROGRESS" | "VERIFIED" | "VERIFICATION_FAILED" | "VERIFICATION_FATAL_FAILED" =
    user.userAccountStatus;
  // What is optional may be left out, and a call that takes nothing is given nothing.
  await gatehouse.post("/v1/account/portfolio", { body: { accountId: status } });
  await gatehouse.get("/v1/audit");
  const { settings } = await gatehouse.put("/v1/partner/settings", { body: { smsText: null, otpLength: 6 } });
  const source: "partner" | "operator" | "environment" = settings.smsText.source;
  const seen: number = settings.kycWebhookSecrets.count;
  await gatehouse.put("/v1/partner/{partnerId}/settings", {
    params: { path: { partnerId: source } }, body: { smsDailyBudget: seen, custodyXpub: [""] },
  });
  await gatehouse.get("/v1/user", { params: { query: { email: "" } } });
  await gatehouse.delete("/v1/user/{userId}", { params: { path: { userId: "" } } });
  const left: string | null = (await gatehouse.get("/v1/user/{userId}/export", { params: { path: { userId: "" } } })).profile.email;
  await session.post("/v1/user/erase", { body: { password: left ?? "" } });
  await session.post("/v1/user/email/verify");
  const { challenges } = await session.post("/v1/user/phone", { body: { newPhoneNumber: "", password: "" } });
  const which: "OLD" | "NEW" | undefined = challenges[0]?.which;
  await gatehouse.post("/v1/user/{userId}/phone", { params: { path: { userId: which ?? "" } }, body: { newPhoneNumber: "", reason: "" } });
  await session.get("/v1/user/me");
  await session.delete("/v1/user/sessions/{sessionId}", { params: { path: { sessionId: "" } } });
}

export async function refused(gatehouse: Gatehouse, session: UserSession): Promise<void> {
  // @ts-expect-error A member is missing.
  await gatehouse.post("/v1/user/sign-up", { body: { email: "", password: "" } });
  // @ts-expect-error All of it is missing.
  await gatehouse.post("/v1/user/sign-up");
  // @ts-expect-error There is no such path,
  await gatehouse.post("/v1/user/signup", {});
  // @ts-expect-error nor such a method of it.
  await gatehouse.get("/v1/user/login");
  // @ts-expect-error The id is of the path.
  await gatehouse.get("/v1/user/{userId}");
  // @ts-expect-error The partner's word has a reason.
  await gatehouse.post("/v1/user/{userId}/email", { params: { path: { userId: "" } }, body: { newEmail: "" } });
  // @ts-expect-error A secret is shown to nobody.
  (await gatehouse.get("/v1/partner/settings")).settings.kycWebhookSecrets.value;
  // @ts-expect-error That takes a user's token,
  await gatehouse.get("/v1/user/me");
  // @ts-expect-error and that of this path a client's, which a user may read.
  await session.delete("/v1/user/{userId}", { params: { path: { userId: "" } } });
  // @ts-expect-error So is this.
  await session.post("/v1/user/login", { body: { username: "", password: "" } });
  // @ts-expect-error A code answers a login or a reset: which of them decides what comes back.
  (await gatehouse.post("/v1/user/otp", { body: { sessionId: "", username: "", challengeType: "SMS_MFA", code: "" } })).accessToken;
}
