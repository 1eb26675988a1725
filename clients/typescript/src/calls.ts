// Made of openapi.json by scripts/types.mjs; do not edit it by hand.

/** The calls that a client's token may make, each with its scope. */
export type ClientPaths = {
  get:
    | "/v1/user/forget-password"
    | "/v1/user"
    | "/v1/user/{userId}"
    | "/v1/user/{userId}/export"
    | "/v1/account/{accountId}"
    | "/v1/account/{accountId}/portfolios"
    | "/v1/audit"
    | "/v1/partner"
    | "/v1/client"
    | "/v1/partner/settings"
    | "/v1/partner/{partnerId}/settings"
    | "/v1/partner/{partnerId}/move";
  post:
    | "/v1/user/sign-up"
    | "/v1/user/login"
    | "/v1/user/otp"
    | "/v1/user/otp/resend"
    | "/v1/user/refresh"
    | "/v1/user/forget-password"
    | "/v1/user/{userId}/unlock"
    | "/v1/user/{userId}/disable"
    | "/v1/user/{userId}/enable"
    | "/v1/user/{userId}/email"
    | "/v1/user/{userId}/phone"
    | "/v1/account"
    | "/v1/account/portfolio"
    | "/v1/client"
    | "/v1/client/{clientId}/secret"
    | "/v1/partner/{partnerId}/move";
  put:
    | "/v1/user/change-password"
    | "/v1/partner/settings"
    | "/v1/partner/{partnerId}/settings";
  delete:
    | "/v1/user/{userId}"
    | "/v1/client/{clientId}"
    | "/v1/partner/{partnerId}/move";
};

/** The calls that a user's token may make. */
export type UserPaths = {
  get:
    | "/v1/user/recovery-codes"
    | "/v1/user/me"
    | "/v1/user/sessions"
    | "/v1/user/export"
    | "/v1/user/{userId}"
    | "/v1/account/{accountId}"
    | "/v1/account/{accountId}/portfolios";
  post:
    | "/v1/user/password"
    | "/v1/user/email/verify"
    | "/v1/user/email"
    | "/v1/user/phone"
    | "/v1/user/recovery-codes"
    | "/v1/user/logout"
    | "/v1/user/erase";
  put: never;
  delete:
    | "/v1/user/sessions/{sessionId}";
};

/** The calls that take an Idempotency-Key: those that make or send something. */
export const KEYED: ReadonlySet<string> = new Set([
  "POST /v1/user/sign-up",
  "POST /v1/user/login",
  "POST /v1/user/otp",
  "POST /v1/user/otp/resend",
  "POST /v1/user/refresh",
  "PUT /v1/user/change-password",
  "POST /v1/account",
  "POST /v1/account/portfolio",
  "POST /v1/client",
]);
