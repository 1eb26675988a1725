// Made of openapi.json by scripts/types.mjs; do not edit it by hand.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the service well?
         * @description Whether storage can be reached.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The key set
         * @description The public keys that access tokens verify with (RFC 7517 §5). Keep it for a minute at most; several keys are live while one is replaced.
         */
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The authorization server's metadata
         * @description What this authorization server offers (RFC 8414).
         */
        get: operations["metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth2/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a token
         * @description A client's own token by `client_credentials` (RFC 6749 §4.4), with all of the client's scopes or those that `scope` names; or a user's next one by `refresh_token` (§6). The client authenticates by HTTP Basic or in the body, not both.
         */
        post: operations["token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth2/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is a token worth?
         * @description RFC 7662, for tokens of the client's own partner; for a client with the scope `introspect`, a service behind, for those of every partner, `partner_id` saying whose. Of any other, and of one that is not active, exactly `{"active": false}`.
         */
        post: operations["introspect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth2/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a token
         * @description RFC 7009. A user's token, of either kind, takes its whole session. A token that is unknown, or another client's, is answered the same and left alone.
         */
        post: operations["revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign a customer up
         * @description Makes a user and a first account. No SMS is sent: the phone number is proven at the first login. Until then the sign-up holds its e-mail and number for a day; after that a new sign-up with them replaces it.
         */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in: the password
         * @description The first of two factors. A right password sends a code by SMS; within the cooldown of the one before (60 s after the first) it sends none, and that code answers this challenge too, with the tries that are left. The answer never holds a token. Credentials in the URL are refused.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/otp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a challenge: the code
         * @description The second factor. For `SMS_MFA` the answer holds the session's tokens; for `RESET_PASSWORD` it says whether the password is changed or still to come; for `VERIFY_EMAIL`, `CHANGE_EMAIL` and `CHANGE_PHONE` what came of it. A challenge has three tries, whatever they are spread over. Whoever has lost the phone answers a login's challenge with one of their recovery codes, as `RECOVERY_CODE`: each is good once, wrong ones are counted by themselves, and what takes money away is held back for three days (`holdUntil`).
         */
        post: operations["answerCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/otp/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the code once more
         * @description The same code again, after 60, then 120 seconds, three sends in all. Neither time nor tries are given back.
         */
        post: operations["resendCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get the next tokens
         * @description Exchanges the session's newest refresh token for a new access token and the next refresh token. The parent just replaced gets the same successor for ten seconds, as long as that one was not exchanged in its turn, so that a lost answer can be asked for again; any other reuse ends the session.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/forget-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start a reset, by the query
         * @description Sends a code to the user's proven phone. Whether there is such a user shows in nothing. A second call within a minute sends no second SMS. Prefer `POST`: a URL ends up in logs.
         */
        get: operations["forgetPassword"];
        put?: never;
        /**
         * Start a reset
         * @description The same with the e-mail in the body.
         */
        post: operations["forgetPasswordByBody"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the new password of a reset
         * @description Before the code it is staged and nothing changes; after it, the password changes and every session of the user ends. Either order works. Nobody is logged in by it.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password, knowing it
         * @description Takes a session that was opened within the last five minutes, and the password that is to be replaced, throttled as at a login. Every other session of the user ends, this one goes on; nothing is held back.
         */
        post: operations["changeKnownPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove the e-mail
         * @description Sends a code to the user's own e-mail. A right answer at `/v1/user/otp`, as `VERIFY_EMAIL`, sets `info.emailVerified`.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the e-mail
         * @description Sends a code to the new e-mail. Takes a session that was opened within the last five minutes, and the password. A right answer at `/v1/user/otp`, as `CHANGE_EMAIL`, changes it: the old one is told, every other session ends, and what takes money away is held back for a day (`holdUntil`). Whether somebody else has it is said at that moment, as a sign-up says it. Not within a day of a reset.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the phone number
         * @description Sends a code to the old number and another to the new; in a session that was opened by a recovery code, to the new alone. Takes a session that was opened within the last five minutes, and the password. Each is answered at `/v1/user/otp`, as `CHANGE_PHONE`, in any order; the last right one changes the number: the old number and the e-mail are told, every other session ends, and what takes money away is held back for a day (`holdUntil`). Whether somebody else has it is said at that moment, as a sign-up says it. Not within a day of a reset.
         */
        post: operations["changePhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many recovery codes are left?
         * @description No code is shown again.
         */
        get: operations["countRecoveryCodes"];
        put?: never;
        /**
         * Make recovery codes
         * @description Ten codes to keep on paper, each good for one login without the phone; the older ones are void. Takes a session that was opened within the last five minutes, and the password. They are shown this once. Not within a day of a reset.
         */
        post: operations["makeRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user of this token
         * @description The user object of whoever asks.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Ends this session, or every session of the user. An empty body ends this one.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's sessions
         * @description The live sessions, the newest first.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description Answered alike when it was over, or never was this user's.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is held of the user
         * @description Who they are, what the KYC provider has said, their accounts, sessions, the codes that were sent and what happened, without hashes or secrets. Go on with `auditCursor` where the log is longer, and with an account's `portfoliosCursor` at its portfolios. Each call is in the audit log.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase the user
         * @description For who has logged in within five minutes, with the password once more: their e-mail, phone number, name and address, their password and every session are gone at once, and the e-mail and the number are free. Their ids, addresses, the outcome of KYC and the audit log stay. Nothing undoes it, so not while the hold stands. Whoever is erased is told, by SMS and mail.
         */
        post: operations["eraseMe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find a user
         * @description The one user of the partner who has this e-mail or this phone number, compared as a sign-up compares them. Give one of the two, and nothing else. Whoever lost an unproven number to somebody else is nobody here, as at a login.
         */
        get: operations["findUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description For the partner's clients that may read users, and for the user themselves.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        /**
         * Erase a user
         * @description The partner has made sure that it is what the person wants: their e-mail, phone number, name and address, their password and every session are gone at once, and the e-mail and the number are free for a new sign-up. Their ids, accounts, portfolios with their addresses, the outcome of KYC and the audit log stay, and `GET /v1/user/{userId}/export` says what; every other call takes the user for nobody. The same again is answered the same. Nothing undoes it.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is held of a user
         * @description The same as `GET /v1/user/export`, for the partner; of who was erased too, what is left.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock a user's codes
         * @description The partner has made sure of the person: wrong codes so far count neither in a row nor in the 30 days. They stay counted in the year, and a user is unlocked once in 30 days; before that 4003 says how long to wait. Where nothing is to be forgiven, nothing changes.
         */
        post: operations["unlockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable a user
         * @description No sessions, no login, no reset and no active account, until enabled.
         */
        post: operations["disableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable a user
         * @description The user may log in again; sessions that were ended stay so.
         */
        post: operations["enableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what a user's e-mail is
         * @description The partner has made sure of the person, who has lost the old one. It is not proven by that. Every session of the user ends, recovery codes and challenges are void, the old e-mail is told, and what takes money away is held back for three days (`holdUntil`). The reason stands in the audit log.
         */
        post: operations["giveEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/user/{userId}/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what a user's phone number is
         * @description The same of the phone number, which the next login proves: the old number and the e-mail are told.
         */
        post: operations["givePhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open an account
         * @description A further account of a user, who may have 100. The same call again for the same user returns the same account; with another e-mail it is refused, since nothing would come of it.
         */
        post: operations["openAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/portfolio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a portfolio
         * @description A portfolio with its blockchain address, for an owner whose identity is verified at that moment, and who is not disabled. The same call again with the same `portfolioId` returns the same portfolio.
         */
        post: operations["openPortfolio"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/{accountId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an account
         * @description For the partner's clients that may read users, and for its owner.
         */
        get: operations["readAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/{accountId}/portfolios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Page through an account's portfolios
         * @description By their index.
         */
        get: operations["listPortfolios"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened
         * @description What happened at this partner, the oldest first, for two years: what its clients did, what happened to its users, and what the operator did to its clients. With `admin`, the operator's own log. Go on with `nextCursor`: what is older than 90 days comes from an archive, of which a call reads a part, so that a page may have fewer entries than `limit`, or none, and others follow. The last page is the one whose `nextCursor` is null.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/archive/{day}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A day of the archive
         * @description All that happened on a day, the oldest first, once it is in the archive: 91 days later, and until it is two years ago. An entry a line, as `GET /v1/audit` has it. With `admin`, of the operator's own log. A day that was read stays as it is: keep it, and do not ask again. An entry counts to the day on which its request was made for the first time.
         */
        get: operations["readAuditDay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/custody/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every index that was given
         * @description What custody derives again (`make verify-custody`): an index a line, with the address or the encryption key that its customer sees. For a partner's clients that may read users: what is under the partner's own extended keys, and nothing that is under the service's. With `admin`: all. A page that others follow ends with `nextCursor`, the last one with the highest index of each branch; the pages one after the other are one export. What was given meanwhile may be in it twice.
         */
        get: operations["exportCustody"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/custody/lost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Indices that lost their row
         * @description For the operator, after the database was restored: whom the ledger gave an index that nobody sees any more, an index a line as the export has it. Each has it again when the same account or portfolio is opened again. A page looks at so many owners of the ledger and lists those without a row; one that others follow ends with `nextCursor`, the last one with how many were listed on all.
         */
        get: operations["listLostIndices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/kyc/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The KYC provider's word
         * @description Signed by Standard Webhooks: the three headers, five minutes' tolerance. User and status count whatever the other members are like: of a member that will not do the part is left out, and an empty text is as if it were not there. Of two events the one of the later time stands, and of one time the weightier word: a final one over one that is not, and of two final ones the one that gives less. A time ahead of now counts as now. A replay changes nothing. An event about nobody is 6001 and not taken: the same one can be taken later. Nobody is also whoever is a user of a partner with KYC secrets of its own, for whom `POST /v1/kyc/webhook/{partnerId}` is.
         */
        post: operations["kycWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/kyc/webhook/{partnerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The word of a partner's KYC provider
         * @description The same as `POST /v1/kyc/webhook`, signed with the partner's own secret, and about its users alone. A partner without one is spoken for with the service's.
         */
        post: operations["kycWebhookOfPartner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/partner": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the partners
         * @description For the operator: every partner, the oldest first, page by page.
         */
        get: operations["listPartners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/client": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the clients
         * @description For the operator: the clients of every partner, or of one, those that were deleted too, the oldest first, page by page. No secret is in it: nothing has them but the client's server.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Make a client
         * @description For the operator: a client of a partner that is there or is made with it. It may do what `scope` names: `client_auth` for the journey of customers, `users.read` and `users.write` for the partner's desk, and where they are named `recovery.write` for what is done to a person for good and `settings.write` for what the partner has of its own; `introspect`, for a service behind, is for clients of the operator's own partner alone. The secret is shown this once.
         */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/client/{clientId}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a client's secret
         * @description For the operator: the secret before it works for another day, any older one ends now. After a leak, `revokePrevious` ends it at once, and within a minute the client's own tokens issued until now; `endSessions` ends the sessions of its users too. The new secret is shown this once; where the answer was lost, replace it again, and note that the one before the lost one ends then.
         */
        post: operations["rotateClientSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/client/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a client
         * @description For the operator: no new tokens from now on, and within a minute none of the old ones, neither its own nor those of its users, whose sessions are over.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/partner/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is in force for the partner
         * @description Each setting with its value and where that comes from: the partner's own, or the service's for all who set none. Of secrets their number and a fingerprint of each, by which the partner tells which it has set.
         */
        get: operations["readSettings"];
        /**
         * Change what is the partner's own
         * @description What is named is set, `null` leaves it to the service's again, and what is not named stays. Values are checked as the service's own are, together: a text has to fit one SMS with the name and the longest code. By itself a partner sends to no country that the service has shut, and not more a day than the service's own budget. In force at once where it was taken, and within a minute everywhere; KYC secrets at once.
         */
        put: operations["changeSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/partner/{partnerId}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is in force for a partner
         * @description For the operator: the same of any partner.
         */
        get: operations["readSettingsOfPartner"];
        /**
         * Change what is a partner's own
         * @description For the operator: the same of any partner, any budget, and the extended public keys that its addresses and encryption keys are of: no other partner's and none of the service's. One under which an index was given stays in the list.
         */
        put: operations["changeSettingsOfPartner"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/partner/{partnerId}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a partner's move is
         * @description For the operator: where the partner lives, and its move, if one is under way.
         */
        get: operations["readMove"];
        put?: never;
        /**
         * Move a partner to another home
         * @description For the operator: its users and all that is theirs go to another database, a step a minute, while they are served; at the end calls of the partner are 503 for some seconds. Its tokens, sessions and cursors stay good. Asked again for the same home it changes nothing. What a partner is that has an `admin` client lives where the directory is, and stays.
         */
        post: operations["movePartner"];
        /**
         * Give a partner's move up
         * @description For the operator: the partner stays where it is, and what was copied is deleted. Where no move is under way it changes nothing.
         */
        delete: operations["giveMoveUp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description RFC 6749 §5.1 */
        AccessToken: {
            /**
             * @description A JWT (RFC 9068).
             * @example eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.e30.c2ln
             */
            access_token: string;
            /**
             * @description Seconds.
             * @example 3600
             */
            expires_in: number;
            /**
             * @description Of the grant `refresh_token` alone: a client has its secret.
             * @example rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g
             */
            refresh_token?: string | null;
            scope: components["schemas"]["Scopes"];
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            token_type: string;
        };
        /**
         * @description An account of a user, with portfolios of it. It is active while its owner is verified and not
         *     disabled; from the first time on it has a sub-account and an encryption key.
         */
        Account: {
            accountId: components["schemas"]["AccountId"];
            /**
             * @description Whether its owner is verified and not disabled.
             * @example true
             */
            active: boolean;
            additionalInfo: components["schemas"]["Empty"];
            creationTs: components["schemas"]["Timestamp"];
            /**
             * Format: email
             * @description The account's own, the user's unless it was given another.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description A compressed public key (secp256k1, SEC 1 §2.3.3) in hex, to which partners can seal what
             *     only custody may read. Null until it was first active.
             * @example 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
             */
            encryptionKey: string | null;
            /**
             * @description At most 50, by their index: the one just made, the trading one, and the oldest. In a user object of more
             *     than ten accounts fewer each, at most 500 in all.
             */
            portfolios: components["schemas"]["Portfolio"][];
            /**
             * @description The `cursor` with which `GET /v1/account/{accountId}/portfolios` goes on, through all that are not listed
             *     here. Null where all are.
             * @example id.pfl_0197f4a1-0f77-7000-8000-000000000001
             */
            portfoliosCursor: string | null;
            /**
             * @description How many the account has.
             * @example 1
             */
            portfoliosTotal: number;
            /**
             * Format: email
             * @description Null until it was first active.
             * @example sub_5f0c4a1b2c3d4e5f60718293a4b5c6d7@sub.example.com
             */
            subAccountEmail: string | null;
            /**
             * @description Null until it was first active.
             * @example sub_5f0c4a1b2c3d4e5f60718293a4b5c6d7
             */
            subAccountId: string | null;
            tradingPortfolioId: components["schemas"]["PortfolioId"] | null;
        };
        /**
         * @description The id of an account: chosen by the partner, or made here.
         * @example acc_0197f4a1-0f77-7000-8000-000000000001
         */
        AccountId: string;
        ActiveAccessToken: (components["schemas"]["LoginClaims"] | null) & {
            active: components["schemas"]["Always"];
            /**
             * @description The same: the services behind share one audience.
             * @example https://id.example.com
             */
            aud: string;
            client_id: components["schemas"]["ClientId"];
            /**
             * @description Seconds since 1970.
             * @example 1752158086
             */
            exp: number;
            /**
             * @description Seconds since 1970.
             * @example 1752157186
             */
            iat: number;
            /**
             * @description The service's URL.
             * @example https://id.example.com
             */
            iss: string;
            /**
             * @description The token's own id.
             * @example 8d5f0c4a1b2c3d4e5f60718293a4b5c6
             */
            jti: string;
            /** @description Whose client and customer it is of. */
            partner_id: components["schemas"]["PartnerId"];
            scope: components["schemas"]["Scopes"];
            /**
             * @description The user, or the client itself.
             * @example usr_0197f4a1-0f77-7000-8000-000000000001
             */
            sub: string;
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            token_type: string;
        };
        ActiveRefreshToken: {
            active: components["schemas"]["Always"];
            /**
             * @description Seconds since 1970: the session's absolute end.
             * @example 1754749186
             */
            exp: number;
            /**
             * @description The service's URL.
             * @example https://id.example.com
             */
            iss: string;
            /** @description Whose customer it is of. */
            partner_id: components["schemas"]["PartnerId"];
            scope: components["schemas"]["Scope"];
            /** @description The session. */
            sid: components["schemas"]["SessionId"];
            /** @description The user. */
            sub: components["schemas"]["UserId"];
        };
        /**
         * @description A postal address, kept as the KYC provider gave it but for empty texts: 4,096 bytes of JSON at most.
         * @example {
         *       "street": "12 St James's Square",
         *       "city": "London"
         *     }
         */
        Address: {
            [key: string]: unknown;
        };
        /**
         * @description True.
         * @example true
         * @enum {boolean}
         */
        Always: true;
        /**
         * @description What a challenge is answered with: its own code, as its `challengeType` says, or one of the user's recovery codes, to a login's.
         * @example SMS_MFA
         * @enum {string}
         */
        AnswerType: "SMS_MFA" | "RESET_PASSWORD" | "VERIFY_EMAIL" | "CHANGE_EMAIL" | "CHANGE_PHONE" | "RECOVERY_CODE";
        /** @description Entries of a day, one a line. */
        AuditDay: components["schemas"]["Entry"][];
        /**
         * @description The id of an audit entry; later entries have later ids.
         * @example aud_0197f4a1-0f77-7000-8000-000000000001
         */
        AuditId: string;
        AuditPage: {
            /** @description The oldest first. */
            entries: components["schemas"]["Entry"][];
            nextCursor: components["schemas"]["AuditId"] | null;
        };
        /**
         * @description The id of a challenge, a code that was sent and waits for its answer. Nobody can guess it.
         * @example chl_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8
         */
        ChallengeId: string;
        /**
         * @description What a challenge is for: a login, a reset, the proof of an e-mail, a new e-mail, a new number.
         * @example SMS_MFA
         * @enum {string}
         */
        ChallengeType: "SMS_MFA" | "RESET_PASSWORD" | "VERIFY_EMAIL" | "CHANGE_EMAIL" | "CHANGE_PHONE";
        ChangeEmail: {
            /** @description What the user's e-mail shall be. */
            newEmail: components["schemas"]["Email"];
            /**
             * Format: password
             * @description The user's.
             * @example correct horse battery staple
             */
            password: string;
        };
        ChangeKnown: {
            /**
             * Format: password
             * @description The one that it shall be, of the same kind as at sign-up.
             * @example a better one, at last
             */
            newPassword: string;
            /**
             * Format: password
             * @description The one that it is.
             * @example correct horse battery staple
             */
            password: string;
        };
        /** @description The new password of a reset, given twice. */
        ChangePasswordBody: {
            /**
             * @description Always `RESET_PASSWORD`.
             * @example RESET_PASSWORD
             */
            challengeType: string;
            /**
             * Format: password
             * @description The new one, of the same kind as at sign-up.
             * @example a better one, at last
             */
            password: string;
            /**
             * Format: password
             * @description The same once more.
             * @example a better one, at last
             */
            passwordConfirm: string;
            /** @description The `requestId` of the reset. */
            sessionId: components["schemas"]["ChallengeId"];
            /** @description The e-mail that the reset was asked for. */
            username: components["schemas"]["Username"];
        };
        ChangePhone: {
            /** @description What the user's number shall be. */
            newPhoneNumber: components["schemas"]["PhoneNumber"];
            /**
             * Format: password
             * @description The user's.
             * @example correct horse battery staple
             */
            password: string;
        };
        /** @description What of its own a partner changes. What is not named stays, `null` leaves it to the service's again. */
        ChangeSettingsBody: {
            /**
             * @description Exact origins, as browsers send them.
             * @example [
             *       "https://app.example.com"
             *     ]
             */
            corsOrigins?: string[] | null;
            /**
             * @description An address of the domain that the service's mail comes from, or a name and one; the operator can set another
             *     domain's.
             * @example Example Bank <bank@example.com>
             */
            emailSender?: string | null;
            /**
             * @description `whsec_` and base64 of 24 to 64 bytes each.
             * @example [
             *       "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="
             *     ]
             */
            kycWebhookSecrets?: string[] | null;
            /**
             * @description Digits of a login's code.
             * @example 6
             */
            otpLength?: number | null;
            /**
             * @description Wrong codes in a row that lock codes; at most what the length of the codes allows.
             * @example 10
             */
            otpLockAfter?: number | null;
            /**
             * @description Answers that a challenge takes.
             * @example 3
             */
            otpMaxTries?: number | null;
            /**
             * @description Seconds that a challenge lives.
             * @example 300
             */
            otpTtlSeconds?: number | null;
            /**
             * @description Digits of a reset's code.
             * @example 8
             */
            resetOtpLength?: number | null;
            /**
             * @description Calling codes; an empty list is all that the service sends to.
             * @example [
             *       "+44"
             *     ]
             */
            smsAllowedPrefixes?: string[] | null;
            /**
             * @description Eleven characters of base64.
             * @example FA+9qCX9VSu
             */
            smsAndroidHash?: string | null;
            /**
             * @description `{app}` of the message.
             * @example Example Bank
             */
            smsAppName?: string | null;
            /**
             * @description A bare domain name in lower case.
             * @example app.example.com
             */
            smsBoundDomain?: string | null;
            /**
             * @description Messages a day.
             * @example 5000
             */
            smsDailyBudget?: number | null;
            /**
             * @description A phone number, a short code of 3 to 8 digits, or a name of at most 11 characters.
             * @example ExampleBank
             */
            smsSender?: string | null;
            /**
             * @description The message, one SMS long: `{code}` once, and `{app}`, `{minutes}`.
             * @example {app}: {code}
             */
            smsText?: string | null;
        };
        /** @description What of a partner's own the operator changes. What is not named stays, `null` leaves it to the service's again. */
        ChangeSettingsOfPartnerBody: {
            /**
             * @description Exact origins, as browsers send them.
             * @example [
             *       "https://app.example.com"
             *     ]
             */
            corsOrigins?: string[] | null;
            /**
             * @description The same for encryption keys, of other accounts.
             * @example [
             *       "xpub6DCoCpSuQZB2k9PnGSMK9tinTK8kx3hcv7F4BWwhs5N2wnwGiLg17r9J7j2JcYP9gkip3sC87J1F99YxeBHGuFMg6ejA8qQEKSuzzaKvqBR"
             *     ]
             */
            custodyEncryptionXpub?: string[] | null;
            /**
             * @description Extended public keys at account level; new addresses are of the first.
             * @example [
             *       "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt"
             *     ]
             */
            custodyXpub?: string[] | null;
            /**
             * @description An address of the domain that the service's mail comes from, or a name and one; the operator can set another
             *     domain's.
             * @example Example Bank <bank@example.com>
             */
            emailSender?: string | null;
            /**
             * @description `whsec_` and base64 of 24 to 64 bytes each.
             * @example [
             *       "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="
             *     ]
             */
            kycWebhookSecrets?: string[] | null;
            /**
             * @description Digits of a login's code.
             * @example 6
             */
            otpLength?: number | null;
            /**
             * @description Wrong codes in a row that lock codes; at most what the length of the codes allows.
             * @example 10
             */
            otpLockAfter?: number | null;
            /**
             * @description Answers that a challenge takes.
             * @example 3
             */
            otpMaxTries?: number | null;
            /**
             * @description Seconds that a challenge lives.
             * @example 300
             */
            otpTtlSeconds?: number | null;
            /**
             * @description Digits of a reset's code.
             * @example 8
             */
            resetOtpLength?: number | null;
            /**
             * @description Calling codes; an empty list is all that the service sends to.
             * @example [
             *       "+44"
             *     ]
             */
            smsAllowedPrefixes?: string[] | null;
            /**
             * @description Eleven characters of base64.
             * @example FA+9qCX9VSu
             */
            smsAndroidHash?: string | null;
            /**
             * @description `{app}` of the message.
             * @example Example Bank
             */
            smsAppName?: string | null;
            /**
             * @description A bare domain name in lower case.
             * @example app.example.com
             */
            smsBoundDomain?: string | null;
            /**
             * @description Messages a day.
             * @example 5000
             */
            smsDailyBudget?: number | null;
            /**
             * @description A phone number, a short code of 3 to 8 digits, or a name of at most 11 characters.
             * @example ExampleBank
             */
            smsSender?: string | null;
            /**
             * @description The message, one SMS long: `{code}` once, and `{app}`, `{minutes}`.
             * @example {app}: {code}
             */
            smsText?: string | null;
        };
        ClientCreated: {
            clientId: components["schemas"]["ClientId"];
            /**
             * @description Shown this once: only its hash is kept.
             * @example 2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c
             */
            clientSecret: string;
            /**
             * @description Those of a sign-up that names none.
             * @example [
             *       "customer"
             *     ]
             */
            defaultRoles: string[];
            /**
             * @description What the client is for.
             * @example mobile app
             */
            name: string;
            partnerId: components["schemas"]["PartnerId"];
            /**
             * @description The roles that it may give to users.
             * @example [
             *       "customer",
             *       "trader"
             *     ]
             */
            roles: string[];
            scope: components["schemas"]["Scopes"];
        };
        /**
         * @description The id of an OAuth client of a partner.
         * @example cli_0197f4a1-0f77-7000-8000-000000000001
         */
        ClientId: string;
        ClientPage: {
            /** @description The oldest first. */
            clients: components["schemas"]["ListedClient"][];
            nextCursor: components["schemas"]["ClientId"] | null;
        };
        CodeAnswer: {
            challengeType: components["schemas"]["AnswerType"];
            /**
             * @description The digits of the message, all of them: another number of digits is a slip, and costs no try. Or a recovery code, in
             *     any case, with the hyphen or without.
             * @example 0042
             */
            code: string;
            /** @description The challenge's: `sessionId` of the login or of the change, `requestId` of the reset. */
            sessionId: components["schemas"]["ChallengeId"];
            /** @description As it was given to the login; for a reset, the e-mail; for a change, the e-mail or the number of before. */
            username: components["schemas"]["Username"];
        };
        /** @description For `SMS_MFA` and `RECOVERY_CODE` the tokens; for the others, how far the reset or the change is. */
        CodeAnswered: components["schemas"]["Tokens"] | components["schemas"]["Progress"];
        CodeDelivery: {
            /**
             * @description Always `phone_number`.
             * @example phone_number
             */
            attributeName: string;
            /**
             * @description Always `SMS`.
             * @example SMS
             */
            deliveryMedium: string;
            /**
             * @description The phone number, masked; simulated where there is no such user.
             * @example +********34
             */
            destination: string;
        };
        /** @description The tables are gone through one after the other. */
        CopyProgress: {
            /**
             * @description How many it has; `comparing` goes through each twice.
             * @example 21
             */
            of: number;
            /**
             * @description `wiping`: what an earlier stay has left there is deleted. `copying`. `comparing`: both databases are gone through,
             *     for what was not copied. `noting`: what has changed meanwhile is carried, and for the last of it the partner is
             *     frozen. `whole`: all is there.
             */
            step: components["schemas"]["CopyStep"];
            /**
             * @description How many of the step are done.
             * @example 8
             */
            tables: number;
        };
        /**
         * @example copying
         * @enum {string}
         */
        CopyStep: "wiping" | "copying" | "comparing" | "noting" | "whole";
        /** @description A client to be made. `partnerId` or `partnerName` must be given, and not both. */
        CreateClientBody: {
            /**
             * @description Those of a sign-up that names none; among `roles`.
             * @example [
             *       "customer"
             *     ]
             */
            defaultRoles?: components["schemas"]["Role"][] | null;
            /**
             * @description With `partnerName`: the database that the partner lives in, one of the service's; `DB` unless given.
             * @example DB
             */
            home?: string | null;
            /**
             * @description What the client is for. Something of it must be seen, and it has no line breaks, control characters or marks
             *     that turn the direction of writing.
             * @example mobile app
             */
            name: string;
            partnerId?: components["schemas"]["PartnerId"] | null;
            /**
             * @description A partner is made with this name, of which holds what is said of the client's.
             * @example Acme
             */
            partnerName?: string | null;
            /**
             * @description The roles that the client may give to users.
             * @example [
             *       "customer",
             *       "trader"
             *     ]
             */
            roles?: components["schemas"]["Role"][] | null;
            /**
             * @description What it may do, separated by spaces: `client_auth users.read users.write` unless given. Give a client no
             *     more than the server that keeps its secret needs. `introspect` is for a client of the operator's own partner.
             * @example client_auth
             */
            scope?: string | null;
        };
        CustodyExport: components["schemas"]["ExportLine"][];
        CustodyLost: components["schemas"]["LostLine"][];
        /**
         * @description The KYC provider's id of a document.
         * @example doc-1
         */
        DocumentId: string;
        /**
         * Format: email
         * @description An e-mail address in ASCII, an international domain in its `xn--` form, with 64 characters at most before its `@`. It is compared in lower case after NFKC.
         * @example ada@example.com
         */
        Email: string;
        /** @description A code is on its way by mail, to be answered at `/v1/user/otp`. */
        EmailChallenge: {
            challengeType: components["schemas"]["ChallengeType"];
            /**
             * @description The digits of the code.
             * @example 6
             */
            codeLength: number;
            /**
             * @description The e-mail, masked: its first character, always eight stars, and its domain.
             * @example a********@example.com
             */
            destination: string;
            /**
             * @description Seconds until the challenge ends.
             * @example 300
             */
            expiresIn: number;
            /** @description To answer the challenge with; nobody can guess it. */
            sessionId: components["schemas"]["ChallengeId"];
        };
        /**
         * @description Nothing yet; members may come.
         * @example {}
         */
        Empty: Record<string, never>;
        /** @description Something that happened; in the archive, a line. */
        Entry: {
            clientId: components["schemas"]["ClientId"] | null;
            /**
             * @description What happened. The list may grow.
             * @example login.code
             */
            event: string;
            id: components["schemas"]["AuditId"];
            /**
             * @description How it came out; for `kyc.status`, the status. The list may grow.
             * @example right
             */
            outcome: string;
            /**
             * @description Why, in the words of whoever did it; null where nobody was asked.
             * @example identity checked again, case 4711
             */
            reason: string | null;
            refreshTs: components["schemas"]["Timestamp"] | null;
            /**
             * @description How often that session was refreshed.
             * @example 42
             */
            refreshes: number | null;
            /** @description The `X-Request-Id` of the call; where a session ran out, the id of the run that told it. */
            requestId: components["schemas"]["RequestId"];
            sessionId: components["schemas"]["SessionId"] | null;
            targetClientId: components["schemas"]["ClientId"] | null;
            targetPartnerId: components["schemas"]["PartnerId"] | null;
            ts: components["schemas"]["Timestamp"];
            userId: components["schemas"]["UserId"] | null;
        };
        Erase: {
            /**
             * Format: password
             * @description The password of who asks, as it was typed.
             * @example correct horse battery staple
             */
            password: string;
        };
        ExportLine: components["schemas"]["GivenIndex"] | components["schemas"]["NextPage"] | components["schemas"]["HighestIndices"];
        /** @description What went wrong. `success` never disagrees with the HTTP status. */
        Failure: {
            /** @description What a program needs of the failure; null where there is nothing. */
            data: null | components["schemas"]["FailureData"];
            /**
             * @description Stable: a code keeps its meaning. The list may grow.
             * @example 1002
             * @enum {integer}
             */
            errorCode: 1001 | 1002 | 1003 | 1004 | 1005 | 1006 | 1007 | 1008 | 1009 | 1010 | 2001 | 2002 | 2003 | 2004 | 2005 | 3001 | 3002 | 3003 | 3004 | 3005 | 4001 | 4002 | 4003 | 4004 | 4005 | 4006 | 4007 | 4008 | 5001 | 6001 | 6002 | 6003 | 6004 | 6005 | 6006 | 6007 | 7001 | 7002 | 7003 | 8001 | 9001 | 9002;
            /**
             * @description A sentence in English that names the field or the rule.
             * @example username is missing.
             */
            errorMessage: string;
            /**
             * @description False.
             * @example false
             * @enum {boolean}
             */
            success: false;
        };
        /** @description What a program needs of a failure; which code has which is in `error::code`. */
        FailureData: {
            /**
             * @description 1002, 3002, 3003: the member, parameter or header that will not do; of a nested member its path.
             * @example data.userId
             */
            field?: string;
            /**
             * @description Wherever there is a `Retry-After`: the seconds that it says.
             * @example 60
             */
            retryAfter?: number;
            /**
             * @description 2003: the scope that the call needs.
             * @example client_auth
             */
            scope?: string;
            /**
             * @description 4001: the tries that the challenge has left.
             * @example 2
             */
            triesLeft?: number;
        };
        /** @description For those who keep e-mails out of URLs. */
        ForgetByBody: {
            /** @description The user's e-mail. */
            email: components["schemas"]["Email"];
        };
        /** @description By the word of the partner, who has made sure of the person. */
        GiveEmail: {
            /** @description What the user's e-mail is from now on. */
            newEmail: components["schemas"]["Email"];
            /**
             * @description How the partner has made sure of the person: one line, which stands in the audit log.
             * @example identity checked again, case 4711
             */
            reason: string;
        };
        /** @description By the word of the partner, who has made sure of the person. */
        GivePhone: {
            /** @description What the user's number is from now on. */
            newPhoneNumber: components["schemas"]["PhoneNumber"];
            /**
             * @description How the partner has made sure of the person: one line, which stands in the audit log.
             * @example identity checked again, case 4711
             */
            reason: string;
        };
        /** @description An index that was given, to a portfolio (branch 0) or to an account (branch 1). */
        GivenIndex: {
            accountId: components["schemas"]["AccountId"];
            /**
             * @description Of a portfolio, as its customer sees it. It is left out where no setting has the extended key.
             * @example 0x9858EfFD232B4033E47d90003D41EC34EcaEda94
             */
            address?: string;
            /**
             * @description 0 of portfolios, 1 of accounts.
             * @example 0
             */
            branch: number;
            /**
             * @description Of an account, as its customer sees it. It is left out where no setting has the extended key.
             * @example 0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
             */
            encryptionKey?: string;
            /**
             * @description Below the branch.
             * @example 7
             */
            index: number;
            /**
             * @description The id of the extended key.
             * @example 37c5b0f887086227
             */
            key: string;
            partnerId: components["schemas"]["PartnerId"];
            /**
             * @description Below the extended key.
             * @example 0/7
             */
            path: string;
            /** @description Of a portfolio. */
            portfolioId?: components["schemas"]["PortfolioId"];
        };
        /** @description Storage can be reached. */
        Health: {
            /**
             * @description Always `ok`.
             * @example ok
             */
            status: string;
            /** @description Which version of the service answered: for a token with the scope `admin` alone, and where the platform says. */
            version?: components["schemas"]["Version"];
        };
        /** @description A session, live or over. */
        HeldSession: {
            /** @description The client that it was opened by. */
            clientId: components["schemas"]["ClientId"];
            creationTs: components["schemas"]["Timestamp"];
            endTs: components["schemas"]["Timestamp"] | null;
            /**
             * @description By what: a word of a list that may grow.
             * @example logout
             */
            endedBy: string | null;
            /** @description Its end if it is not refreshed before. */
            expiresAt: components["schemas"]["Timestamp"];
            /** @description The last refresh. */
            refreshTs: components["schemas"]["Timestamp"];
            /**
             * @description How often it was refreshed.
             * @example 42
             */
            refreshes: number;
            sessionId: components["schemas"]["SessionId"];
        };
        /** @description The last line of the last page. */
        HighestIndices: {
            /**
             * @description Of each extended key, of each branch, the highest index that was given, be it before `since`.
             * @example {
             *       "37c5b0f887086227": {
             *         "0": 7
             *       },
             *       "0bafa2865d996abc": {
             *         "1": 3
             *       }
             *     }
             */
            highest: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        HttpMetadata: {
            allHttpHeaders: components["schemas"]["Empty"];
            httpHeaders: components["schemas"]["Empty"];
            /**
             * @description Always 200.
             * @example 200
             */
            httpStatusCode: number;
        };
        /** @description A token that is not active, or that the client may not ask about. */
        InactiveToken: {
            active: components["schemas"]["Never"];
        };
        Info: {
            creationTs: components["schemas"]["Timestamp"];
            /**
             * @description A disabled user has no sessions and cannot log in.
             * @example false
             */
            disabled: boolean;
            /**
             * @description A right answer to a code sent there sets it.
             * @example false
             */
            emailVerified: boolean;
            holdUntil: components["schemas"]["Timestamp"] | null;
            locale: components["schemas"]["Locale"] | null;
            /**
             * @description The first right answer to a code sent there sets it.
             * @example true
             */
            phoneNumberVerified: boolean;
            /**
             * @description The user's roles.
             * @example [
             *       "customer"
             *     ]
             */
            roles: string[];
        };
        /** @description RFC 7662 §2.2. Of a token that is not active, or that the client may not ask about, exactly `{"active": false}`. */
        Introspection: components["schemas"]["ActiveAccessToken"] | components["schemas"]["ActiveRefreshToken"] | components["schemas"]["InactiveToken"];
        /** @description RFC 7517 §5 */
        Jwks: {
            /** @description The public halves of the keys that are live; HMAC keys have none. */
            keys: components["schemas"]["PublicJwk"][];
        };
        /** @description What the KYC provider has said. */
        Kyc: {
            /**
             * @description The provider's ids of the documents it saw.
             * @example [
             *       "doc-1"
             *     ]
             */
            documentIds: string[];
            /**
             * @description The provider's ids of its checks.
             * @example [
             *       "kyc-1"
             *     ]
             */
            kycIds: string[];
            status: components["schemas"]["UserAccountStatus"];
            statusTs: components["schemas"]["Timestamp"] | null;
        };
        /** @description An event of the KYC provider. */
        KycEventBody: {
            data: components["schemas"]["KycEventData"];
            /** @description When it happened there, to the millisecond: it decides between two events. */
            timestamp: components["schemas"]["Timestamp"];
            /**
             * @description `kyc.status`; another type is taken and changes nothing.
             * @example kyc.status
             */
            type: string;
        };
        /** @description Of whom, and what. */
        KycEventData: {
            address?: components["schemas"]["Address"] | null;
            /**
             * @description The provider's ids of the documents that it saw.
             * @example [
             *       "doc-1"
             *     ]
             */
            documentIds?: components["schemas"]["DocumentId"][] | null;
            /**
             * @description The provider's id of the check.
             * @example kyc-1
             */
            kycId?: string | null;
            /**
             * @description The first name.
             * @example Ada
             */
            name?: string | null;
            status: components["schemas"]["UserAccountStatus"];
            /**
             * @description The last name.
             * @example Lovelace
             */
            surname?: string | null;
            userId: components["schemas"]["UserId"];
        };
        /** @description What became of the event. */
        KycTaken: {
            /**
             * @description Whether the event made the status what it is. False for a replay, for an event of an earlier
             *     time than the last, for one of the same time whose word weighs no more, and for one of
             *     another type.
             * @example true
             */
            applied: boolean;
            status?: components["schemas"]["UserAccountStatus"] | null;
        };
        ListSetting: {
            /** @description Whose it is. */
            source: components["schemas"]["SettingSource"];
            /**
             * @description What is in force.
             * @example [
             *       "+44"
             *     ]
             */
            value: string[];
        };
        /** @description A client, without its secrets. */
        ListedClient: {
            clientId: components["schemas"]["ClientId"];
            creationTs: components["schemas"]["Timestamp"];
            /**
             * @description Those of a sign-up that names none.
             * @example [
             *       "customer"
             *     ]
             */
            defaultRoles: string[];
            deletionTs: components["schemas"]["Timestamp"] | null;
            /**
             * @description What the client is for.
             * @example mobile app
             */
            name: string;
            partnerId: components["schemas"]["PartnerId"];
            /**
             * @description The roles that it may give to users.
             * @example [
             *       "customer",
             *       "trader"
             *     ]
             */
            roles: string[];
            scope: components["schemas"]["Scopes"];
            /**
             * @description How many secrets work: two for a day after one was replaced.
             * @example 1
             */
            secrets: number;
        };
        /** @description A company that builds on this API. */
        ListedPartner: {
            /**
             * @description How many clients it has, without those that were deleted.
             * @example 2
             */
            clients: number;
            creationTs: components["schemas"]["Timestamp"];
            /**
             * @description The binding of the database that it lives in.
             * @example DB
             */
            home: string;
            /**
             * @description As it was given; two partners may have one name.
             * @example Acme
             */
            name: string;
            partnerId: components["schemas"]["PartnerId"];
        };
        /**
         * @description The language of messages, as BCP 47 has it, without region or script.
         * @example en
         * @enum {string}
         */
        Locale: "en" | "de" | "es" | "fr";
        Login: {
            locale?: components["schemas"]["Locale"] | null;
            /**
             * Format: password
             * @description The password, as it was typed; nothing is trimmed.
             * @example correct horse battery staple
             */
            password: string;
            /** @description The e-mail or the phone number of the sign-up. */
            username: components["schemas"]["Username"];
        };
        /** @description A challenge: a code is on its way by SMS. There is no token before its answer. */
        LoginChallenge: {
            challengeType: components["schemas"]["ChallengeType"];
            /**
             * @description The digits of the code.
             * @example 4
             */
            codeLength: number;
            /**
             * @description The phone number, masked: always eight stars and its last two digits.
             * @example +********34
             */
            destination: string;
            /**
             * @description Seconds until the challenge ends.
             * @example 300
             */
            expiresIn: number;
            /** @description To answer the challenge with; nobody can guess it. */
            sessionId: components["schemas"]["ChallengeId"];
            /** @description As it was given, in its one spelling. */
            username: components["schemas"]["Username"];
        };
        /** @description What a user's token says beyond a client's. */
        LoginClaims: {
            /**
             * @description How the user proved who they are (RFC 8176); `recovery` is a recovery code in the place of the SMS. There may be more words.
             * @example [
             *       "pwd",
             *       "otp",
             *       "sms"
             *     ]
             * @example [
             *       "pwd",
             *       "recovery"
             *     ]
             */
            amr?: string[];
            /**
             * @description When the user proved who they are: seconds since 1970.
             * @example 1752157186
             */
            auth_time?: number;
            /**
             * @description Until then whoever moves money holds back what takes it away: seconds since 1970. Not there where nothing is held.
             * @example 1752243586
             */
            hold_until?: number;
            /**
             * @description The user's roles.
             * @example [
             *       "customer"
             *     ]
             */
            roles?: string[];
            sid?: components["schemas"]["SessionId"];
        };
        Logout: {
            /**
             * @description Every session of the user ends, not this one alone.
             * @default false
             * @example false
             */
            everywhere?: boolean | null;
        };
        /** @description The last line of the last page. */
        LostIndices: {
            /**
             * @description How many lines there were, on all pages.
             * @example 2
             */
            lost: number;
        };
        LostLine: components["schemas"]["GivenIndex"] | components["schemas"]["NextPage"] | components["schemas"]["LostIndices"];
        MakeCodes: {
            /**
             * Format: password
             * @description The user's.
             * @example correct horse battery staple
             */
            password: string;
        };
        /** @description RFC 8414 §2 */
        Metadata: {
            /**
             * @description RFC 8414.
             * @example [
             *       "client_credentials",
             *       "refresh_token"
             *     ]
             */
            grant_types_supported: string[];
            /**
             * @description RFC 7662.
             * @example https://id.example.com/oauth2/introspect
             */
            introspection_endpoint: string;
            /**
             * @description By HTTP Basic or in the body.
             * @example [
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            introspection_endpoint_auth_methods_supported: string[];
            /**
             * @description The service's URL; `iss` of every token.
             * @example https://id.example.com
             */
            issuer: string;
            /**
             * @description The key set.
             * @example https://id.example.com/.well-known/jwks.json
             */
            jwks_uri: string;
            /**
             * @description Empty: there is no authorization endpoint.
             * @example []
             */
            response_types_supported: string[];
            /**
             * @description RFC 7009.
             * @example https://id.example.com/oauth2/revoke
             */
            revocation_endpoint: string;
            /**
             * @description By HTTP Basic or in the body.
             * @example [
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            revocation_endpoint_auth_methods_supported: string[];
            /** @description The scopes that a token can have. */
            scopes_supported: components["schemas"]["Scope"][];
            /**
             * @description RFC 6749 §3.2.
             * @example https://id.example.com/oauth2/token
             */
            token_endpoint: string;
            /**
             * @description By HTTP Basic or in the body.
             * @example [
             *       "client_secret_basic",
             *       "client_secret_post"
             *     ]
             */
            token_endpoint_auth_methods_supported: string[];
        };
        /** @description A move that is under way. */
        Move: {
            /** @description When it was asked for. */
            begunTs: components["schemas"]["Timestamp"];
            copy: components["schemas"]["CopyProgress"] | null;
            /**
             * @description The binding of the database that it lived in when the move began.
             * @example DB
             */
            from: string;
            /**
             * @description `moving`: it can be given up. `committed`: it can only go on. `given_up`: the partner stays, and within a minute
             *     the move is over.
             */
            state: components["schemas"]["MoveState"];
            /**
             * @description The binding of the one that it goes to.
             * @example HOME_EU
             */
            to: string;
        };
        /** @description Where a partner is to live. */
        MovePartner: {
            /**
             * @description The binding of a database: `DB`, or one that `HOMES` names.
             * @example HOME_EU
             */
            home: string;
        };
        /**
         * @example moving
         * @enum {string}
         */
        MoveState: "moving" | "committed" | "given_up";
        /**
         * @description An EVM network that the address serves.
         * @example ethereum
         * @enum {string}
         */
        Network: "ethereum" | "arbitrum" | "avalanche" | "base" | "bnb" | "gnosis" | "linea" | "optimism" | "polygon" | "scroll";
        /**
         * @description False.
         * @example false
         * @enum {boolean}
         */
        Never: false;
        /** @description The last line of a page that others follow. */
        NextPage: {
            /**
             * @description Ask with it for the next page.
             * @example 0.37c5b0f887086227.1752157186359.i41
             */
            nextCursor: string;
        };
        NumberSetting: {
            /** @description Whose it is. */
            source: components["schemas"]["SettingSource"];
            /**
             * @description What is in force.
             * @example 6
             */
            value: number | null;
        };
        /** @description RFC 6749 §5.2 */
        OAuthFailure: {
            /**
             * @description The code of RFC 6749 §5.2, or `temporarily_unavailable` and `server_error`.
             * @example invalid_client
             */
            error: string;
            /**
             * @description A sentence in English.
             * @example the client is unknown or its secret is wrong
             */
            error_description: string;
        };
        OpenAccount: {
            accountId?: components["schemas"]["AccountId"] | null;
            email?: components["schemas"]["Email"] | null;
            /** @description Its owner. */
            userId: components["schemas"]["UserId"];
        };
        OpenPortfolio: {
            accountId: components["schemas"]["AccountId"];
            /**
             * @description Its type where it is not given. Something of it must be seen, and it has no line breaks, control
             *     characters or marks that turn the direction of writing.
             * @example Savings
             */
            name?: string | null;
            /** @default TRADING */
            portfolioAccountType?: components["schemas"]["PortfolioAccountType"] | null;
            portfolioId?: components["schemas"]["PortfolioId"] | null;
        };
        /** @description A partner, and what is in force for it. */
        Partner: {
            changedTs: components["schemas"]["Timestamp"] | null;
            /**
             * @description What the operator calls it.
             * @example Example Bank
             */
            name: string;
            partnerId: components["schemas"]["PartnerId"];
            /**
             * @description What will not do any more, and why: until a change mends it, calls of this partner are 9002. Empty where all
             *     is in force. Secrets that cannot be opened are shown as if none were set.
             * @example []
             */
            refused: string[];
            /** @description Each as it is in force, or as it is stored where `refused` names one that will not do. */
            settings: components["schemas"]["PartnerSettings"];
        };
        /**
         * @description The id of a partner, a company that builds on this API.
         * @example prt_0197f4a1-0f77-7000-8000-000000000001
         */
        PartnerId: string;
        /** @description Where a partner lives, and where it moves to. */
        PartnerMove: {
            /**
             * @description The binding of the database that it lives in.
             * @example DB
             */
            home: string;
            move: components["schemas"]["Move"] | null;
            partnerId: components["schemas"]["PartnerId"];
        };
        PartnerPage: {
            nextCursor: components["schemas"]["PartnerId"] | null;
            /** @description The oldest first. */
            partners: components["schemas"]["ListedPartner"][];
        };
        /** @description Each setting as it is in force. */
        PartnerSettings: {
            /** @description Origins whose pages may call with a user's token. */
            corsOrigins: components["schemas"]["ListSetting"];
            /** @description What encryption keys are of. */
            custodyEncryptionXpub: components["schemas"]["SecretSetting"];
            /** @description What addresses are of. The fingerprint is the `key_id` of the log. */
            custodyXpub: components["schemas"]["SecretSetting"];
            /** @description What mail comes from; null where the service says nothing. */
            emailSender: components["schemas"]["TextSetting"];
            /** @description What the partner's KYC provider signs with. */
            kycWebhookSecrets: components["schemas"]["SecretSetting"];
            /** @description Digits of a login's code. */
            otpLength: components["schemas"]["NumberSetting"];
            /** @description Wrong codes in a row that lock codes; null: by the length of the code. */
            otpLockAfter: components["schemas"]["NumberSetting"];
            /** @description Answers that a challenge takes. */
            otpMaxTries: components["schemas"]["NumberSetting"];
            /** @description Seconds that a challenge lives. */
            otpTtlSeconds: components["schemas"]["NumberSetting"];
            /** @description Digits of a reset's code. */
            resetOtpLength: components["schemas"]["NumberSetting"];
            /** @description Calling codes that messages go to; an empty list is all. The operator's for the partner are kept apart. */
            smsAllowedPrefixes: components["schemas"]["ListSetting"];
            /** @description The app that Android gives the message to. */
            smsAndroidHash: components["schemas"]["TextSetting"];
            /** @description `{app}` of the message. */
            smsAppName: components["schemas"]["TextSetting"];
            /** @description The site of the message's last line, which fills the code in. */
            smsBoundDomain: components["schemas"]["TextSetting"];
            /** @description Messages a day. The operator's for the partner is kept apart. */
            smsDailyBudget: components["schemas"]["NumberSetting"];
            /** @description What a message comes from; null where the provider decides. */
            smsSender: components["schemas"]["TextSetting"];
            /** @description The message: `{code}`, and `{app}`, `{minutes}`. */
            smsText: components["schemas"]["TextSetting"];
        };
        /** @description `{"data": {}}`: there is nothing more to say of it. */
        PasswordTaken: {
            data: components["schemas"]["Empty"];
        };
        /**
         * @description All that is held of a person, but for hashes, nonces and counters, which say nothing of them and are gone within
         *     days or a year.
         */
        PersonExport: {
            /**
             * @description As in the user object: of many portfolios each account lists its part, and says in `portfoliosCursor` where
             *     `GET /v1/account/{accountId}/portfolios` goes on.
             */
            accounts: components["schemas"]["Account"][];
            /** @description What happened to them, the oldest first, 500 at most. */
            audit: components["schemas"]["Entry"][];
            auditCursor: components["schemas"]["AuditId"] | null;
            /** @description The newest fifty codes of the last days, the newest first. */
            codes: components["schemas"]["SentCode"][];
            /** @description When it was asked for. */
            exportTs: components["schemas"]["Timestamp"];
            kyc: components["schemas"]["Kyc"];
            profile: components["schemas"]["Profile"];
            /** @description The newest fifty, the newest first, those that are over too. */
            sessions: components["schemas"]["HeldSession"][];
            userId: components["schemas"]["UserId"];
        };
        PhoneChallenge: {
            challengeType: components["schemas"]["ChallengeType"];
            /**
             * @description The digits of the code.
             * @example 6
             */
            codeLength: number;
            /**
             * @description The phone number, masked: always eight stars and its last two digits.
             * @example +********34
             */
            destination: string;
            /**
             * @description Seconds until the challenge ends.
             * @example 300
             */
            expiresIn: number;
            /** @description To answer the challenge with; nobody can guess it. */
            sessionId: components["schemas"]["ChallengeId"];
            which: components["schemas"]["WhichNumber"];
        };
        /**
         * @description A code is on its way to each of these numbers. Each is answered at `/v1/user/otp`, in any order; the last right one
         *     changes the number.
         */
        PhoneChallenges: {
            /** @description The old number's and the new one's; in a session that was opened by a recovery code the new one's alone. */
            challenges: components["schemas"]["PhoneChallenge"][];
        };
        /**
         * @description A phone number in the international form of E.164: `+`, calling code, number; nothing else. It is taken as written or refused, never repaired.
         * @example +15555550100
         */
        PhoneNumber: string;
        /** @description A portfolio of an account, tied to its blockchain address. */
        Portfolio: {
            accountId: components["schemas"]["AccountId"];
            /**
             * @description The address's place in the derivation: never given twice; gaps are no fault.
             * @example 0
             */
            addressIndex: number;
            creationTs: components["schemas"]["Timestamp"];
            /**
             * @description As it was given, or its type.
             * @example Savings
             */
            name: string;
            /** @description The first of `networks`. */
            network: components["schemas"]["Network"];
            /**
             * @description The EVM networks that the address serves, each once.
             * @example [
             *       "ethereum",
             *       "base"
             *     ]
             */
            networks: components["schemas"]["Network"][];
            portfolioAccountType: components["schemas"]["PortfolioAccountType"];
            portfolioId: components["schemas"]["PortfolioId"];
            /**
             * @description The address in hex, its checksum in the case of its letters (EIP-55).
             * @example 0x9858EfFD232B4033E47d90003D41EC34EcaEda94
             */
            publicAddress: string;
            /**
             * @description Nothing sets it yet.
             * @example false
             */
            publicStrategy: boolean;
        };
        /**
         * @description What a portfolio is for.
         * @example TRADING
         * @enum {string}
         */
        PortfolioAccountType: "TRADING" | "STRATEGY" | "EARN" | "PAYMENT" | "FEES";
        /**
         * @description The id of a portfolio: chosen by the partner, or made here.
         * @example pfl_0197f4a1-0f77-7000-8000-000000000001
         */
        PortfolioId: string;
        PortfolioPage: {
            /**
             * @description Null on the last page.
             * @example id.pfl_0197f4a1-0f77-7000-8000-000000000001
             */
            nextCursor: string | null;
            /** @description By their index. */
            portfolios: components["schemas"]["Portfolio"][];
        };
        /** @description Who they are here. */
        Profile: {
            /** @description Empty until the KYC provider says it, and of who was erased. */
            address: components["schemas"]["Address"];
            creationTs: components["schemas"]["Timestamp"];
            disabledTs: components["schemas"]["Timestamp"] | null;
            /**
             * Format: email
             * @description Null of who was erased.
             * @example ada@example.com
             */
            email: string | null;
            emailVerifiedTs: components["schemas"]["Timestamp"] | null;
            erasedTs: components["schemas"]["Timestamp"] | null;
            holdUntil: components["schemas"]["Timestamp"] | null;
            locale: components["schemas"]["Locale"] | null;
            /**
             * @description Null until the KYC provider says it, and of who was erased.
             * @example Ada
             */
            name: string | null;
            phoneNumber: components["schemas"]["PhoneNumber"] | null;
            phoneNumberVerifiedTs: components["schemas"]["Timestamp"] | null;
            /**
             * @description How many recovery codes are not used.
             * @example 9
             */
            recoveryCodesLeft: number;
            /**
             * @description Their roles; none of who was erased.
             * @example [
             *       "customer"
             *     ]
             */
            roles: string[];
            /**
             * @description Null until the KYC provider says it, and of who was erased.
             * @example Lovelace
             */
            surname: string | null;
        };
        /** @description How far a reset or a change is. */
        Progress: {
            challengeType: components["schemas"]["ChallengeType"];
            status: components["schemas"]["Status"];
            /** @description As it was given. */
            username: components["schemas"]["Username"];
        };
        /** @description The public half of a signing key (RFC 7517 §4, RFC 8037 §2). */
        PublicJwk: {
            /**
             * @description The algorithm of the signatures.
             * @example EdDSA
             */
            alg: string;
            /**
             * @description The curve.
             * @example Ed25519
             */
            crv: string;
            /**
             * @description Its id, which a token's header names.
             * @example k1
             */
            kid: string;
            /**
             * @description The kind of key.
             * @example OKP
             */
            kty: string;
            /**
             * @description What it is for: signatures.
             * @example sig
             */
            use: string;
            /**
             * @description The public key, base64url.
             * @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
             */
            x: string;
        };
        /**
         * @description A recovery code: ten letters of Crockford's base32.
         * @example 7K2QX-9M4TB
         */
        RecoveryCode: string;
        /** @description The codes, which are shown this once: nothing here has them any more. */
        RecoveryCodes: {
            /** @description Each is good for one login. */
            codes: components["schemas"]["RecoveryCode"][];
            /**
             * @description How many are not used.
             * @example 10
             */
            left: number;
        };
        RecoveryCodesLeft: {
            /**
             * @description How many are not used; 0 where none were ever made.
             * @example 9
             */
            left: number;
        };
        Refresh: {
            /**
             * @description The session's newest.
             * @example rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g
             */
            refreshToken: string;
            /** @description The e-mail or the phone number of the session's user. */
            username: components["schemas"]["Username"];
        };
        /** @description A client by the path, and what ends with its old secret. */
        ReplaceSecret: {
            /**
             * @description Within a minute the sessions of its users end too.
             * @default false
             * @example false
             */
            endSessions?: boolean | null;
            /**
             * @description The secrets before it end at once, and within a minute the client's own tokens issued until now.
             * @default false
             * @example true
             */
            revokePrevious?: boolean | null;
        };
        /**
         * @description The `X-Request-Id` of a call.
         * @example req_0197f4a1-0f77-7000-8000-000000000001
         */
        RequestId: string;
        Resend: {
            /** @description The challenge's. */
            sessionId: components["schemas"]["ChallengeId"];
        };
        /** @description The code was sent once more. */
        Resent: {
            challengeType: components["schemas"]["ChallengeType"];
            /**
             * @description The digits of the code.
             * @example 4
             */
            codeLength: number;
            /**
             * @description The phone number or the e-mail, masked.
             * @example +********34
             */
            destination: string;
            /**
             * @description Seconds until the challenge ends; the resend gave it no more.
             * @example 240
             */
            expiresIn: number;
            sessionId: components["schemas"]["ChallengeId"];
        };
        /** @description A reset has begun, or looks as if: whether there is such a user shows in nothing. */
        ResetBegun: {
            /** @description Where the code went. */
            codeDeliveryDetails: components["schemas"]["CodeDelivery"];
            /**
             * @description The digits of the code.
             * @example 6
             */
            codeLength: number;
            /** @description Kept for callers of an older interface. */
            sdkHttpMetadata: components["schemas"]["HttpMetadata"];
            /** @description What to go on with. */
            sdkResponseMetadata: components["schemas"]["ResponseMetadata"];
        };
        ResponseMetadata: {
            /** @description The `sessionId` to go on with. */
            requestId: components["schemas"]["ChallengeId"];
        };
        /** @description `{}` (RFC 7009 §2.2) */
        Revoked: Record<string, never>;
        /**
         * @description A role, by its name.
         * @example customer
         */
        Role: string;
        /**
         * @description What a token may do: `client_auth` for a customer's journey, `users.read` and `users.write` for the partner's desk, `recovery.write` for what is done to a person for good, `settings.write` for what it has of its own, `user_auth` for a user's own calls, `admin` for the operator's, `introspect` for a service behind.
         * @example client_auth
         * @enum {string}
         */
        Scope: "client_auth" | "user_auth" | "admin" | "users.read" | "users.write" | "recovery.write" | "settings.write" | "introspect";
        /**
         * @description Scopes, separated by spaces (RFC 6749 §3.3).
         * @example client_auth users.read users.write
         */
        Scopes: string;
        SecretRotated: {
            clientId: components["schemas"]["ClientId"];
            /**
             * @description Shown this once: only its hash is kept.
             * @example 2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c
             */
            clientSecret: string;
            /** @description Until then the secret before it works too; the time of this call where it is revoked. */
            previousExpiresAt: components["schemas"]["Timestamp"];
        };
        /** @description Nobody is shown it again. */
        SecretSetting: {
            /**
             * @description How many the partner has set.
             * @example 1
             */
            count: number;
            /**
             * @description Sixteen hex digits of each, in the order of the list.
             * @example [
             *       "9f86d081884c7d65"
             *     ]
             */
            fingerprints: string[];
            /** @description Whose it is. */
            source: components["schemas"]["SettingSource"];
        };
        /** @description A code that was sent, or was to be. The code itself is kept nowhere. */
        SentCode: {
            /**
             * @description What it was for, as in `challengeType`. The list may grow.
             * @example SMS_MFA
             */
            challengeType: string;
            /**
             * @description `SENT` as far as is known, or what else became of it. The list may grow.
             * @example SENT
             */
            outcome: string;
            ts: components["schemas"]["Timestamp"];
        };
        /** @description A logged-in user on one device. */
        Session: {
            /** @description The client that it was opened by, and that may refresh it. */
            clientId: components["schemas"]["ClientId"];
            creationTs: components["schemas"]["Timestamp"];
            /**
             * @description Whether it is the one that asks.
             * @example true
             */
            current: boolean;
            /** @description Its end if it is not refreshed before. */
            expiresAt: components["schemas"]["Timestamp"];
            /** @description The last refresh. */
            refreshTs: components["schemas"]["Timestamp"];
            sessionId: components["schemas"]["SessionId"];
        };
        /**
         * @description The id of a session, a logged-in user on one device.
         * @example ses_0197f4a1-0f77-7000-8000-000000000001
         */
        SessionId: string;
        Sessions: {
            /** @description The live ones, the newest first, a hundred at most. */
            sessions: components["schemas"]["Session"][];
        };
        /**
         * @description Whose a value is: the `partner`'s own, what the `operator` gave that partner, or the service's for all who set none (`environment`).
         * @example partner
         * @enum {string}
         */
        SettingSource: "partner" | "operator" | "environment";
        SignUp: {
            email: components["schemas"]["Email"];
            locale?: components["schemas"]["Locale"] | null;
            /**
             * Format: password
             * @description 8 to 128 characters of any script, not a common one, not about the user. Nothing is trimmed,
             *     and there are no rules of composition.
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description Where the codes of logins go. Without the zero, or other trunk prefix, that is dialled before it
             *     inside its country.
             */
            phoneNumber: components["schemas"]["PhoneNumber"];
            /**
             * @description Of those that the client may give; without any, the client's default.
             * @example [
             *       "customer"
             *     ]
             */
            roles?: components["schemas"]["Role"][] | null;
        };
        /**
         * @description What the right code has come to.
         * @example PASSWORD_REQUIRED
         * @enum {string}
         */
        Status: "PASSWORD_CHANGED" | "PASSWORD_REQUIRED" | "EMAIL_VERIFIED" | "EMAIL_CHANGED" | "OTHER_CODE_REQUIRED" | "PHONE_CHANGED";
        TextSetting: {
            /** @description Whose it is. */
            source: components["schemas"]["SettingSource"];
            /**
             * @description What is in force.
             * @example Example Bank
             */
            value: string | null;
        };
        /**
         * Format: date-time
         * @description A moment, UTC with milliseconds (RFC 3339).
         * @example 2025-07-10T14:19:46.359Z
         */
        Timestamp: string;
        /** @description The form of `/oauth2/token`. */
        TokenForm: {
            client_id?: components["schemas"]["ClientId"];
            /**
             * Format: password
             * @description Where the client does not authenticate by HTTP Basic.
             * @example 2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c
             */
            client_secret?: string;
            /**
             * @description `client_credentials`, or `refresh_token` for what `/v1/user/refresh` does.
             * @example client_credentials
             */
            grant_type: string;
            /**
             * @description Of the grant `refresh_token`: the session's newest.
             * @example rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g
             */
            refresh_token?: string;
            /**
             * @description Some of the client's scopes, separated by spaces; all of them unless given. `user_auth` for a refresh.
             * @example client_auth users.read
             */
            scope?: string;
        };
        /** @description The form of introspection and revocation. */
        TokenToCheck: {
            client_id?: components["schemas"]["ClientId"];
            /**
             * Format: password
             * @description Where the client does not authenticate by HTTP Basic.
             * @example 2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c
             */
            client_secret?: string;
            /**
             * @description An access token or a refresh token.
             * @example rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g
             */
            token: string;
            /**
             * @description A hint, which is not needed.
             * @example refresh_token
             */
            token_type_hint?: string;
        };
        /** @description The tokens of a session. */
        Tokens: {
            /**
             * @description A JWT (RFC 9068) for the user's own calls and for the services behind, which verify it
             *     offline with the key set.
             * @example eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.e30.c2ln
             */
            accessToken: string;
            /** @description When the access token ends. */
            expiresAt: components["schemas"]["Timestamp"];
            /**
             * @description Seconds that the access token lives.
             * @example 900
             */
            expiresIn: number;
            issuedAt: components["schemas"]["Timestamp"];
            phoneNumber: components["schemas"]["PhoneNumber"];
            /**
             * @description Opaque. Good for one exchange: keep the newest.
             * @example rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g
             */
            refreshToken: string;
            scope: components["schemas"]["Scope"];
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            tokenType: string;
            userId: components["schemas"]["UserId"];
            /** @description As the call gave it, in its one spelling. */
            username: components["schemas"]["Username"];
        };
        /** @description An end customer of a partner. */
        User: {
            /** @description The oldest first. */
            accounts: components["schemas"]["Account"][];
            /** @description Empty until the KYC provider says it. */
            address: components["schemas"]["Address"];
            /**
             * @description The KYC provider's ids of the documents it saw.
             * @example [
             *       "doc-1"
             *     ]
             */
            documentIds: string[];
            /**
             * Format: email
             * @description In its one spelling: NFKC, lower case.
             * @example ada@example.com
             */
            email: string;
            /** @description What else is known of the user. */
            info: components["schemas"]["Info"];
            /**
             * @description The KYC provider's ids of its checks.
             * @example [
             *       "kyc-1"
             *     ]
             */
            kycIds: string[];
            /**
             * @description Null until the KYC provider says it.
             * @example Ada
             */
            name: string | null;
            phoneNumber: components["schemas"]["PhoneNumber"];
            /**
             * @description Null until the KYC provider says it.
             * @example Lovelace
             */
            surname: string | null;
            userAccountStatus: components["schemas"]["UserAccountStatus"];
            userId: components["schemas"]["UserId"];
        };
        /**
         * @description How far the identity check of a user has come. Only the accounts of a `VERIFIED` one are active; after `VERIFICATION_FAILED` it may be tried again.
         * @example UNINITIATED
         * @enum {string}
         */
        UserAccountStatus: "UNINITIATED" | "VERIFICATION_IN_PROGRESS" | "VERIFIED" | "VERIFICATION_FAILED" | "VERIFICATION_FATAL_FAILED";
        /**
         * @description The id of a user.
         * @example usr_0197f4a1-0f77-7000-8000-000000000001
         */
        UserId: string;
        /**
         * @description An e-mail address or a phone number, of the same forms as at sign-up.
         * @example ada@example.com
         */
        Username: string;
        /** @description A deployment, as Cloudflare knows it. */
        Version: {
            /**
             * @description As `wrangler versions list` has it.
             * @example db7cd8d3-4425-4fe7-8c81-01bf963b6067
             */
            id: string;
            /**
             * @description What whoever deployed it called it; empty unless they did.
             * @example 0.2.0
             */
            tag: string;
            /**
             * @description When it was uploaded.
             * @example 2025-07-10T14:19:46.359Z
             */
            time: string;
        };
        /**
         * @description Which of two numbers a code goes to.
         * @example NEW
         * @enum {string}
         */
        WhichNumber: "OLD" | "NEW";
    };
    responses: never;
    parameters: {
        /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
        IdempotencyKey: string;
        /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
        Bookmark: string;
    };
    requestBodies: never;
    headers: {
        /** @description The call's own id; name it when you ask about one. */
        RequestId: string;
        /** @description Seconds to wait before asking again. */
        RetryAfter: number;
        /** @description RFC 6750 §3. */
        Authenticate: string;
        /** @description RFC 7617. */
        BasicAuthenticate: string;
        /** @description `true` where this is the first answer once more. */
        IdempotencyReplayed: string;
        /** @description How far the partner's database has come, where the call had this header: what a later read may say. */
        Bookmark: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    metadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metadata"];
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenForm"];
            };
        };
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
            /** @description `invalid_request`, `invalid_client` (credentials in the body), `invalid_grant`, `invalid_scope`, `unauthorized_client`, `unsupported_grant_type` (RFC 6749 §5.2). */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client`: the client's credentials are missing or wrong. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["BasicAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_request`: the body is over 16 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client` after too many failures, or `temporarily_unavailable`. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `server_error` */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `temporarily_unavailable` */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
        };
    };
    introspect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenToCheck"];
            };
        };
        responses: {
            /** @description What it is worth. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Introspection"];
                };
            };
            /** @description `invalid_request`, `invalid_client` (credentials in the body), `invalid_grant`, `invalid_scope`, `unauthorized_client`, `unsupported_grant_type` (RFC 6749 §5.2). */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client`: the client's credentials are missing or wrong. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["BasicAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_request`: the body is over 16 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client` after too many failures, or `temporarily_unavailable`. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `server_error` */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `temporarily_unavailable` */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenToCheck"];
            };
        };
        responses: {
            /** @description It is no longer good, if it was this client's. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
            /** @description `invalid_request`, `invalid_client` (credentials in the body), `invalid_grant`, `invalid_scope`, `unauthorized_client`, `unsupported_grant_type` (RFC 6749 §5.2). */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client`: the client's credentials are missing or wrong. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["BasicAuthenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_request`: the body is over 16 KiB. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `invalid_client` after too many failures, or `temporarily_unavailable`. */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `server_error` */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
            /** @description `temporarily_unavailable` */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthFailure"];
                };
            };
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["User"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD, 3002 WEAK_PASSWORD, 3003 ROLE_NOT_ALLOWED */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002 | 3002 | 3003;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS, 3001 USER_EXISTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007 | 3001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH, 4006 SMS_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008 | 4006;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description A code is on its way. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["LoginChallenge"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 3004 INVALID_CREDENTIALS, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 3004 | 4003;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH, 4006 SMS_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008 | 4006;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES, 4004 RESEND_TOO_SOON */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005 | 4004;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 4005 SMS_UNAVAILABLE */
            502: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4005;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    answerCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeAnswer"];
            };
        };
        responses: {
            /** @description The code was right. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["CodeAnswered"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 4001 WRONG_CODE, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 4001 | 4003;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS, 3001 USER_EXISTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007 | 3001;
                    };
                };
            };
            /** @description 4002 CHALLENGE_GONE */
            410: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4002;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    resendCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Resend"];
            };
        };
        responses: {
            /** @description It is on its way. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Resent"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 4003;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007;
                    };
                };
            };
            /** @description 4002 CHALLENGE_GONE */
            410: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4002;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH, 4006 SMS_REFUSED, 4008 EMAIL_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008 | 4006 | 4008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 4004 RESEND_TOO_SOON */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 4004;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 4005 SMS_UNAVAILABLE */
            502: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4005;
                    };
                };
            };
            /** @description 4007 EMAIL_UNAVAILABLE, 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4007 | 9002;
                    };
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description The new tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Tokens"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 5001 REFRESH_INVALID */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 5001;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    forgetPassword: {
        parameters: {
            query: {
                /** @description The user's e-mail. Better in a body: a URL ends up in logs. */
                email: components["schemas"]["Email"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A reset has begun, or looks as if. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["ResetBegun"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    forgetPasswordByBody: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgetByBody"];
            };
        };
        responses: {
            /** @description A reset has begun, or looks as if. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["ResetBegun"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordBody"];
            };
        };
        responses: {
            /** @description Staged, or changed if the code was right before. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PasswordTaken"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD, 3002 WEAK_PASSWORD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002 | 3002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007;
                    };
                };
            };
            /** @description 4002 CHALLENGE_GONE */
            410: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4002;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    changeKnownPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeKnown"];
            };
        };
        responses: {
            /** @description It is the new one. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD, 3002 WEAK_PASSWORD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002 | 3002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 2004 REAUTHENTICATION_REQUIRED, 3004 INVALID_CREDENTIALS */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 2004 | 3004;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A code is on its way. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["EmailChallenge"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 4003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 4008 EMAIL_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 4004 RESEND_TOO_SOON */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 4004;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 4007 EMAIL_UNAVAILABLE, 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4007 | 9002;
                    };
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmail"];
            };
        };
        responses: {
            /** @description A code is on its way. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["EmailChallenge"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 2004 REAUTHENTICATION_REQUIRED, 2005 CHANGED_TOO_RECENTLY, 3004 INVALID_CREDENTIALS, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 2004 | 2005 | 3004 | 4003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 4008 EMAIL_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES, 4004 RESEND_TOO_SOON */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005 | 4004;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 4007 EMAIL_UNAVAILABLE, 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4007 | 9002;
                    };
                };
            };
        };
    };
    changePhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePhone"];
            };
        };
        responses: {
            /** @description The codes are on their way. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PhoneChallenges"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 2004 REAUTHENTICATION_REQUIRED, 2005 CHANGED_TOO_RECENTLY, 3004 INVALID_CREDENTIALS, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 2004 | 2005 | 3004 | 4003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 4006 SMS_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4006;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES, 4004 RESEND_TOO_SOON */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005 | 4004;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 4005 SMS_UNAVAILABLE */
            502: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4005;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    countRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description So many. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["RecoveryCodesLeft"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    makeRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MakeCodes"];
            };
        };
        responses: {
            /** @description The codes. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["RecoveryCodes"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 2004 REAUTHENTICATION_REQUIRED, 2005 CHANGED_TOO_RECENTLY, 3004 INVALID_CREDENTIALS */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 2004 | 2005 | 3004;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["User"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Logout"];
            };
        };
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Sessions"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is over. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    exportMe: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before, or the `id` of the last entry read. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is held. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PersonExport"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    eraseMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Erase"];
            };
        };
        responses: {
            /** @description Erased; the token is over. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 2004 REAUTHENTICATION_REQUIRED, 2005 CHANGED_TOO_RECENTLY, 3004 INVALID_CREDENTIALS */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 2004 | 2005 | 3004;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS, 3005 TOO_MANY_FAILURES */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009 | 3005;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    findUser: {
        parameters: {
            query?: {
                /** @description The user's e-mail, in any spelling that a sign-up takes. */
                email?: components["schemas"]["Email"];
                /** @description The user's phone number. */
                phoneNumber?: components["schemas"]["PhoneNumber"];
            };
            header?: {
                /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
                "X-Gatehouse-Bookmark"?: components["parameters"]["Bookmark"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-Gatehouse-Bookmark": components["headers"]["Bookmark"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["User"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
                "X-Gatehouse-Bookmark"?: components["parameters"]["Bookmark"];
            };
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-Gatehouse-Bookmark": components["headers"]["Bookmark"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["User"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erased. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    exportUser: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before, or the `id` of the last entry read. */
                cursor?: string;
            };
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is held. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PersonExport"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    unlockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlocked. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 4003 OTP_LOCKED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 4003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    disableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disabled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    enableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enabled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    giveEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveEmail"];
            };
        };
        responses: {
            /** @description It is the user's e-mail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 3001 USER_EXISTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 3001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    givePhone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GivePhone"];
            };
        };
        responses: {
            /** @description It is the user's number. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 3001 USER_EXISTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 3001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 4006 SMS_REFUSED */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 4006;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    openAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenAccount"];
            };
        };
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Account"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS, 6003 ACCOUNT_EXISTS, 6007 TOO_MANY_ACCOUNTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007 | 6003 | 6007;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    openPortfolio: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenPortfolio"];
            };
        };
        responses: {
            /** @description The account, the new portfolio among those it lists. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Account"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE, 6005 KYC_REQUIRED, 6006 OWNER_DISABLED */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003 | 6005 | 6006;
                    };
                };
            };
            /** @description 6002 ACCOUNT_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6002;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS, 6004 PORTFOLIO_EXISTS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007 | 6004;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
                "X-Gatehouse-Bookmark"?: components["parameters"]["Bookmark"];
            };
            path: {
                accountId: components["schemas"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-Gatehouse-Bookmark": components["headers"]["Bookmark"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Account"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6002 ACCOUNT_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6002;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listPortfolios: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description How many a page holds at most. */
                limit?: number;
            };
            header?: {
                /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
                "X-Gatehouse-Bookmark"?: components["parameters"]["Bookmark"];
            };
            path: {
                accountId: components["schemas"]["AccountId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-Gatehouse-Bookmark": components["headers"]["Bookmark"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PortfolioPage"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 6002 ACCOUNT_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6002;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before, or the `id` of the last entry read. */
                cursor?: string;
                /** @description How many a page holds at most. */
                limit?: number;
                /** @description Only what happened from then on (RFC 3339). */
                since?: components["schemas"]["Timestamp"];
                /** @description Only what happened to this user. */
                userId?: components["schemas"]["UserId"];
            };
            header?: {
                /** @description What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers. */
                "X-Gatehouse-Bookmark"?: components["parameters"]["Bookmark"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-Gatehouse-Bookmark": components["headers"]["Bookmark"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["AuditPage"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readAuditDay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A day of UTC. */
                day: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The day: JSON, an object a line. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["AuditDay"];
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 8001 NOT_ARCHIVED */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 8001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    exportCustody: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before, with the same `since`. */
                cursor?: string;
                /** @description Lines on a page; there may be fewer, where addresses have to be derived. */
                limit?: number;
                /**
                 * @description Only what was given from then on (RFC 3339). What was given at a moment is there a little after it: ask again
                 *     from 15 minutes before the last time that you asked.
                 */
                since?: components["schemas"]["Timestamp"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page: JSON, an object a line. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["CustodyExport"];
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listLostIndices: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description How many owners of the ledger are looked at; most of them have their row. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page: JSON, an object a line. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["CustodyLost"];
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    kycWebhook: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id: the same again changes nothing. */
                "webhook-id": string;
                /** @description Seconds since 1970, at most five minutes off. */
                "webhook-timestamp": string;
                /** @description One to sixteen `v1,<base64>`, separated by spaces. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KycEventBody"];
            };
        };
        responses: {
            /** @description Taken. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["KycTaken"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    kycWebhookOfPartner: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id: the same again changes nothing. */
                "webhook-id": string;
                /** @description Seconds since 1970, at most five minutes off. */
                "webhook-timestamp": string;
                /** @description One to sixteen `v1,<base64>`, separated by spaces. */
                "webhook-signature": string;
            };
            path: {
                /** @description The partner whose users it is about. */
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KycEventBody"];
            };
        };
        responses: {
            /** @description Taken. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["KycTaken"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 6001 USER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 6001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listPartners: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description How many a page holds at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PartnerPage"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description The `nextCursor` of the page before. */
                cursor?: string;
                /** @description How many a page holds at most. */
                limit?: number;
                /** @description Only those of this partner. */
                partnerId?: components["schemas"]["PartnerId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["ClientPage"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateClientBody"] & ({
                    partnerId: string;
                    partnerName?: null;
                    home?: null;
                } | {
                    partnerName: string;
                    partnerId?: null;
                });
            };
        };
        responses: {
            /** @description The client and its secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["ClientCreated"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1007 REQUEST_IN_PROGRESS */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1007;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1008 IDEMPOTENCY_MISMATCH */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1008;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    rotateClientSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clientId: components["schemas"]["ClientId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplaceSecret"];
            };
        };
        responses: {
            /** @description The new secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["SecretRotated"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7001 CLIENT_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7001;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                clientId: components["schemas"]["ClientId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. A client cannot delete itself. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Empty"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7001 CLIENT_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7001;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Partner"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    changeSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeSettingsBody"];
            };
        };
        responses: {
            /** @description The settings as they are now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Partner"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readSettingsOfPartner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Partner"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7002 PARTNER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7002;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    changeSettingsOfPartner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The partner. */
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeSettingsOfPartnerBody"];
            };
        };
        responses: {
            /** @description The settings as they are now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["Partner"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7002 PARTNER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7002;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    readMove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The move. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PartnerMove"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7002 PARTNER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7002;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    movePartner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MovePartner"];
            };
        };
        responses: {
            /** @description Under way, or there already. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PartnerMove"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 1001 MALFORMED_JSON, 1002 INVALID_FIELD */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1001 | 1002;
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7002 PARTNER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7002;
                    };
                };
            };
            /** @description 7003 PARTNER_MOVING */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7003;
                    };
                };
            };
            /** @description 1004 BODY_TOO_LARGE */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1004;
                    };
                };
            };
            /** @description 1003 UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
    giveMoveUp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnerId: components["schemas"]["PartnerId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It stays. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description True.
                         * @constant
                         */
                        success: true;
                        data: components["schemas"]["PartnerMove"];
                        /**
                         * @description 0.
                         * @constant
                         */
                        errorCode: 0;
                        /**
                         * @description Empty.
                         * @constant
                         */
                        errorMessage: "";
                    };
                };
            };
            /** @description 2001 TOKEN_MISSING, 2002 TOKEN_INVALID */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2001 | 2002;
                    };
                };
            };
            /** @description 2003 INSUFFICIENT_SCOPE */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Authenticate"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 2003;
                    };
                };
            };
            /** @description 7002 PARTNER_NOT_FOUND */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7002;
                    };
                };
            };
            /** @description 7003 PARTNER_MOVING */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 7003;
                    };
                };
            };
            /** @description 1009 TOO_MANY_REQUESTS */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 1009;
                    };
                };
            };
            /** @description 9001 INTERNAL */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9001;
                    };
                };
            };
            /** @description 9002 UNAVAILABLE */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"] & {
                        /** @enum {unknown} */
                        errorCode?: 9002;
                    };
                };
            };
        };
    };
}
