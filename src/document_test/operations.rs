//! What the document says of each call beyond its types.

use serde_json::{json, Value};
use strum::VariantArray;

use super::Documented;
use crate::error::code::Code;
use crate::error::{Error, RetryAfter};

/// A call in words.
pub(crate) struct About {
    /// `operationId`
    pub(crate) id: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    /// What a 200 means.
    pub(crate) success: &'static str,
    /// Its own, beyond those of every call of its kind.
    pub(crate) codes: &'static [Code],
    pub(crate) headers: Vec<Value>,
    pub(crate) links: Value,
}

type Row = (
    (&'static str, &'static str),
    (&'static str, &'static str, &'static str),
    &'static str,
    &'static str,
    &'static [Code],
);

/// ((method, path), (operationId, tag, summary), description, what 200 means, its codes)
#[rustfmt::skip]
const CALLS: &[Row] = &[
    (("GET", "/healthz"), ("health", "service", "Is the service well?"),
     "Whether storage can be reached.", "It can.", &[]),
    (("GET", "/.well-known/jwks.json"), ("jwks", "oauth", "The key set"),
     "The public keys that access tokens verify with (RFC 7517 §5). Keep it for a minute at most; several keys are live while one is replaced.", "The keys.", &[]),
    (("GET", "/.well-known/oauth-authorization-server"), ("metadata", "oauth", "The authorization server's metadata"),
     "What this authorization server offers (RFC 8414).", "The metadata.", &[]),
    (("POST", "/oauth2/token"), ("token", "oauth", "Get a token"),
     "A client's own token by `client_credentials` (RFC 6749 §4.4), with all of the client's scopes or those that `scope` names; or a user's next one by `refresh_token` (§6). The client authenticates by HTTP Basic or in the body, not both.", "The token.", &[]),
    (("POST", "/oauth2/introspect"), ("introspect", "oauth", "What is a token worth?"),
     "RFC 7662, for tokens of the client's own partner; for a client with the scope `introspect`, a service behind, for those of every partner, `partner_id` saying whose. Of any other, and of one that is not active, exactly `{\"active\": false}`.", "What it is worth.", &[]),
    (("POST", "/oauth2/revoke"), ("revoke", "oauth", "End a token"),
     "RFC 7009. A user's token, of either kind, takes its whole session. A token that is unknown, or another client's, is answered the same and left alone.", "It is no longer good, if it was this client's.", &[]),
    (("POST", "/v1/user/sign-up"), ("signUp", "user", "Sign a customer up"),
     "Makes a user and a first account. No SMS is sent: the phone number is proven at the first login. Until then the sign-up holds its e-mail and number for a day; after that a new sign-up with them replaces it.", "The user.",
     &[Code::WeakPassword, Code::RoleNotAllowed, Code::UserExists, Code::SmsRefused, Code::UserNotFound]),
    (("POST", "/v1/user/login"), ("login", "user", "Log in: the password"),
     "The first of two factors. A right password sends a code by SMS; within the cooldown of the one before (60 s after the first) it sends none, and that code answers this challenge too, with the tries that are left. The answer never holds a token. Credentials in the URL are refused.", "A code is on its way.",
     &[Code::InvalidCredentials, Code::TooManyFailures, Code::OtpLocked, Code::ResendTooSoon, Code::SmsUnavailable, Code::SmsRefused]),
    (("POST", "/v1/user/otp"), ("answerCode", "user", "Answer a challenge: the code"),
     "The second factor. For `SMS_MFA` the answer holds the session's tokens; for `RESET_PASSWORD` it says whether the password is changed or still to come; for `VERIFY_EMAIL`, `CHANGE_EMAIL` and `CHANGE_PHONE` what came of it. A challenge has three tries, whatever they are spread over. Whoever has lost the phone answers a login's challenge with one of their recovery codes, as `RECOVERY_CODE`: each is good once, wrong ones are counted by themselves, and what takes money away is held back for three days (`holdUntil`).", "The code was right.",
     &[Code::TooManyFailures, Code::WrongCode, Code::ChallengeGone, Code::OtpLocked, Code::UserExists]),
    (("POST", "/v1/user/otp/resend"), ("resendCode", "user", "Send the code once more"),
     "The same code again, after 60, then 120 seconds, three sends in all. Neither time nor tries are given back.", "It is on its way.",
     &[Code::ChallengeGone, Code::OtpLocked, Code::ResendTooSoon, Code::SmsUnavailable, Code::SmsRefused, Code::EmailUnavailable, Code::EmailRefused]),
    (("POST", "/v1/user/refresh"), ("refresh", "user", "Get the next tokens"),
     "Exchanges the session's newest refresh token for a new access token and the next refresh token. The parent just replaced gets the same successor for ten seconds, as long as that one was not exchanged in its turn, so that a lost answer can be asked for again; any other reuse ends the session.", "The new tokens.",
     &[Code::RefreshInvalid]),
    (("GET", "/v1/user/forget-password"), ("forgetPassword", "user", "Start a reset, by the query"),
     "Sends a code to the user's proven phone. Whether there is such a user shows in nothing. A second call within a minute sends no second SMS. Prefer `POST`: a URL ends up in logs.", "A reset has begun, or looks as if.",
     &[Code::InvalidField]),
    (("POST", "/v1/user/forget-password"), ("forgetPasswordByBody", "user", "Start a reset"),
     "The same with the e-mail in the body.", "A reset has begun, or looks as if.", &[]),
    (("PUT", "/v1/user/change-password"), ("changePassword", "user", "Set the new password of a reset"),
     "Before the code it is staged and nothing changes; after it, the password changes and every session of the user ends. Either order works. Nobody is logged in by it.", "Staged, or changed if the code was right before.",
     &[Code::WeakPassword, Code::ChallengeGone]),
    (("POST", "/v1/user/password"), ("changeKnownPassword", "user", "Change the password, knowing it"),
     "Takes a session that was opened within the last five minutes, and the password that is to be replaced, throttled as at a login. Every other session of the user ends, this one goes on; nothing is held back.", "It is the new one.",
     &[Code::ReauthenticationRequired, Code::WeakPassword, Code::InvalidCredentials, Code::TooManyFailures]),
    (("POST", "/v1/user/email/verify"), ("verifyEmail", "user", "Prove the e-mail"),
     "Sends a code to the user's own e-mail. A right answer at `/v1/user/otp`, as `VERIFY_EMAIL`, sets `info.emailVerified`.", "A code is on its way.",
     &[Code::OtpLocked, Code::ResendTooSoon, Code::EmailUnavailable, Code::EmailRefused]),
    (("POST", "/v1/user/email"), ("changeEmail", "user", "Change the e-mail"),
     "Sends a code to the new e-mail. Takes a session that was opened within the last five minutes, and the password. A right answer at `/v1/user/otp`, as `CHANGE_EMAIL`, changes it: the old one is told, every other session ends, and what takes money away is held back for a day (`holdUntil`). Whether somebody else has it is said at that moment, as a sign-up says it. Not within a day of a reset.", "A code is on its way.",
     &[Code::ReauthenticationRequired, Code::ChangedTooRecently, Code::InvalidCredentials, Code::TooManyFailures, Code::OtpLocked, Code::ResendTooSoon, Code::EmailUnavailable, Code::EmailRefused]),
    (("POST", "/v1/user/phone"), ("changePhone", "user", "Change the phone number"),
     "Sends a code to the old number and another to the new; in a session that was opened by a recovery code, to the new alone. Takes a session that was opened within the last five minutes, and the password. Each is answered at `/v1/user/otp`, as `CHANGE_PHONE`, in any order; the last right one changes the number: the old number and the e-mail are told, every other session ends, and what takes money away is held back for a day (`holdUntil`). Whether somebody else has it is said at that moment, as a sign-up says it. Not within a day of a reset.", "The codes are on their way.",
     &[Code::ReauthenticationRequired, Code::ChangedTooRecently, Code::InvalidCredentials, Code::TooManyFailures, Code::OtpLocked, Code::ResendTooSoon, Code::SmsUnavailable, Code::SmsRefused]),
    (("POST", "/v1/user/recovery-codes"), ("makeRecoveryCodes", "user", "Make recovery codes"),
     "Ten codes to keep on paper, each good for one login without the phone; the older ones are void. Takes a session that was opened within the last five minutes, and the password. They are shown this once. Not within a day of a reset.", "The codes.",
     &[Code::ReauthenticationRequired, Code::ChangedTooRecently, Code::InvalidCredentials, Code::TooManyFailures]),
    (("GET", "/v1/user/recovery-codes"), ("countRecoveryCodes", "user", "How many recovery codes are left?"),
     "No code is shown again.", "So many.", &[]),
    (("GET", "/v1/user/me"), ("me", "user", "The user of this token"),
     "The user object of whoever asks.", "The user.", &[]),
    (("POST", "/v1/user/logout"), ("logout", "user", "Log out"),
     "Ends this session, or every session of the user. An empty body ends this one.", "It is over.", &[]),
    (("GET", "/v1/user/sessions"), ("listSessions", "user", "The user's sessions"),
     "The live sessions, the newest first.", "The sessions.", &[]),
    (("DELETE", "/v1/user/sessions/{sessionId}"), ("endSession", "user", "End a session"),
     "Answered alike when it was over, or never was this user's.", "It is over.", &[]),
    (("GET", "/v1/user/export"), ("exportMe", "user", "All that is held of the user"),
     "Who they are, what the KYC provider has said, their accounts, sessions, the codes that were sent and what happened, without hashes or secrets. Go on with `auditCursor` where the log is longer, and with an account's `portfoliosCursor` at its portfolios. Each call is in the audit log.", "What is held.", &[Code::InvalidField]),
    (("POST", "/v1/user/erase"), ("eraseMe", "user", "Erase the user"),
     "For who has logged in within five minutes, with the password once more: their e-mail, phone number, name and address, their password and every session are gone at once, and the e-mail and the number are free. Their ids, addresses, the outcome of KYC and the audit log stay. Nothing undoes it, so not while the hold stands. Whoever is erased is told, by SMS and mail.", "Erased; the token is over.",
     &[Code::ReauthenticationRequired, Code::ChangedTooRecently, Code::InvalidCredentials, Code::TooManyFailures]),
    (("GET", "/v1/user"), ("findUser", "user", "Find a user"),
     "The one user of the partner who has this e-mail or this phone number, compared as a sign-up compares them. Give one of the two, and nothing else. Whoever lost an unproven number to somebody else is nobody here, as at a login.", "The user.", &[Code::InvalidField, Code::UserNotFound]),
    (("DELETE", "/v1/user/{userId}"), ("eraseUser", "user", "Erase a user"),
     "The partner has made sure that it is what the person wants: their e-mail, phone number, name and address, their password and every session are gone at once, and the e-mail and the number are free for a new sign-up. Their ids, accounts, portfolios with their addresses, the outcome of KYC and the audit log stay, and `GET /v1/user/{userId}/export` says what; every other call takes the user for nobody. The same again is answered the same. Nothing undoes it.", "Erased.", &[Code::UserNotFound]),
    (("GET", "/v1/user/{userId}/export"), ("exportUser", "user", "All that is held of a user"),
     "The same as `GET /v1/user/export`, for the partner; of who was erased too, what is left.", "What is held.", &[Code::InvalidField, Code::UserNotFound]),
    (("GET", "/v1/user/{userId}"), ("readUser", "user", "Read a user"),
     "For the partner's clients that may read users, and for the user themselves.", "The user.", &[Code::UserNotFound]),
    (("POST", "/v1/user/{userId}/unlock"), ("unlockUser", "user", "Unlock a user's codes"),
     "The partner has made sure of the person: wrong codes so far count neither in a row nor in the 30 days. They stay counted in the year, and a user is unlocked once in 30 days; before that 4003 says how long to wait. Where nothing is to be forgiven, nothing changes.", "Unlocked.", &[Code::OtpLocked, Code::UserNotFound]),
    (("POST", "/v1/user/{userId}/disable"), ("disableUser", "user", "Disable a user"),
     "No sessions, no login, no reset and no active account, until enabled.", "Disabled.", &[Code::UserNotFound]),
    (("POST", "/v1/user/{userId}/enable"), ("enableUser", "user", "Enable a user"),
     "The user may log in again; sessions that were ended stay so.", "Enabled.", &[Code::UserNotFound]),
    (("POST", "/v1/user/{userId}/email"), ("giveEmail", "user", "Say what a user's e-mail is"),
     "The partner has made sure of the person, who has lost the old one. It is not proven by that. Every session of the user ends, recovery codes and challenges are void, the old e-mail is told, and what takes money away is held back for three days (`holdUntil`). The reason stands in the audit log.", "It is the user's e-mail.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::UserNotFound, Code::UserExists]),
    (("POST", "/v1/user/{userId}/phone"), ("givePhone", "user", "Say what a user's phone number is"),
     "The same of the phone number, which the next login proves: the old number and the e-mail are told.", "It is the user's number.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::UserNotFound, Code::UserExists, Code::SmsRefused]),
    (("POST", "/v1/account"), ("openAccount", "account", "Open an account"),
     "A further account of a user, who may have 100. The same call again for the same user returns the same account; with another e-mail it is refused, since nothing would come of it.", "The account.",
     &[Code::UserNotFound, Code::AccountExists, Code::TooManyAccounts]),
    (("POST", "/v1/account/portfolio"), ("openPortfolio", "account", "Open a portfolio"),
     "A portfolio with its blockchain address, for an owner whose identity is verified at that moment, and who is not disabled. The same call again with the same `portfolioId` returns the same portfolio.", "The account, the new portfolio among those it lists.",
     &[Code::AccountNotFound, Code::PortfolioExists, Code::KycRequired, Code::OwnerDisabled]),
    (("GET", "/v1/account/{accountId}"), ("readAccount", "account", "Read an account"),
     "For the partner's clients that may read users, and for its owner.", "The account.", &[Code::AccountNotFound]),
    (("GET", "/v1/account/{accountId}/portfolios"), ("listPortfolios", "account", "Page through an account's portfolios"),
     "By their index.", "A page.", &[Code::InvalidField, Code::AccountNotFound]),
    (("GET", "/v1/audit"), ("listAudit", "audit", "What happened"),
     "What happened at this partner, the oldest first, for two years: what its clients did, what happened to its users, and what the operator did to its clients. With `admin`, the operator's own log. Go on with `nextCursor`: what is older than 90 days comes from an archive, of which a call reads a part, so that a page may have fewer entries than `limit`, or none, and others follow. The last page is the one whose `nextCursor` is null.", "A page.", &[Code::InvalidField]),
    (("GET", "/v1/audit/archive/{day}"), ("readAuditDay", "audit", "A day of the archive"),
     "All that happened on a day, the oldest first, once it is in the archive: 91 days later, and until it is two years ago. An entry a line, as `GET /v1/audit` has it. With `admin`, of the operator's own log. A day that was read stays as it is: keep it, and do not ask again. An entry counts to the day on which its request was made for the first time.", "The day: JSON, an object a line.", &[Code::InvalidField, Code::NotArchived]),
    (("GET", "/v1/custody/export"), ("exportCustody", "custody", "Every index that was given"),
     "What custody derives again (`make verify-custody`): an index a line, with the address or the encryption key that its customer sees. For a partner's clients that may read users: what is under the partner's own extended keys, and nothing that is under the service's. With `admin`: all. A page that others follow ends with `nextCursor`, the last one with the highest index of each branch; the pages one after the other are one export. What was given meanwhile may be in it twice.", "A page: JSON, an object a line.", &[Code::InvalidField]),
    (("GET", "/v1/custody/lost"), ("listLostIndices", "custody", "Indices that lost their row"),
     "For the operator, after the database was restored: whom the ledger gave an index that nobody sees any more, an index a line as the export has it. Each has it again when the same account or portfolio is opened again. A page looks at so many owners of the ledger and lists those without a row; one that others follow ends with `nextCursor`, the last one with how many were listed on all.", "A page: JSON, an object a line.", &[Code::InvalidField]),
    (("POST", "/v1/kyc/webhook"), ("kycWebhook", "kyc", "The KYC provider's word"),
     "Signed by Standard Webhooks: the three headers, five minutes' tolerance. User and status count whatever the other members are like: of a member that will not do the part is left out, and an empty text is as if it were not there. Of two events the one of the later time stands, and of one time the weightier word: a final one over one that is not, and of two final ones the one that gives less. A time ahead of now counts as now. A replay changes nothing. An event about nobody is 6001 and not taken: the same one can be taken later. Nobody is also whoever is a user of a partner with KYC secrets of its own, for whom `POST /v1/kyc/webhook/{partnerId}` is.", "Taken.", &[Code::UserNotFound]),
    (("GET", "/v1/partner"), ("listPartners", "client", "List the partners"),
     "For the operator: every partner, the oldest first, page by page.", "A page.", &[Code::InvalidField]),
    (("GET", "/v1/client"), ("listClients", "client", "List the clients"),
     "For the operator: the clients of every partner, or of one, those that were deleted too, the oldest first, page by page. No secret is in it: nothing has them but the client's server.", "A page.", &[Code::InvalidField]),
    (("POST", "/v1/client"), ("createClient", "client", "Make a client"),
     "For the operator: a client of a partner that is there or is made with it. It may do what `scope` names: `client_auth` for the journey of customers, `users.read` and `users.write` for the partner's desk, and where they are named `recovery.write` for what is done to a person for good and `settings.write` for what the partner has of its own; `introspect`, for a service behind, is for clients of the operator's own partner alone. The secret is shown this once.", "The client and its secret.", &[]),
    (("POST", "/v1/client/{clientId}/secret"), ("rotateClientSecret", "client", "Replace a client's secret"),
     "For the operator: the secret before it works for another day, any older one ends now. After a leak, `revokePrevious` ends it at once, and within a minute the client's own tokens issued until now; `endSessions` ends the sessions of its users too. The new secret is shown this once; where the answer was lost, replace it again, and note that the one before the lost one ends then.", "The new secret.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::ClientNotFound]),
    (("DELETE", "/v1/client/{clientId}"), ("deleteClient", "client", "Delete a client"),
     "For the operator: no new tokens from now on, and within a minute none of the old ones, neither its own nor those of its users, whose sessions are over.", "Deleted. A client cannot delete itself.", &[Code::InvalidField, Code::ClientNotFound]),
    (("GET", "/v1/partner/settings"), ("readSettings", "partner", "What is in force for the partner"),
     "Each setting with its value and where that comes from: the partner's own, or the service's for all who set none. Of secrets their number and a fingerprint of each, by which the partner tells which it has set.", "The settings.", &[]),
    (("PUT", "/v1/partner/settings"), ("changeSettings", "partner", "Change what is the partner's own"),
     "What is named is set, `null` leaves it to the service's again, and what is not named stays. Values are checked as the service's own are, together: a text has to fit one SMS with the name and the longest code. By itself a partner sends to no country that the service has shut, and not more a day than the service's own budget. In force at once where it was taken, and within a minute everywhere; KYC secrets at once.", "The settings as they are now.", &[]),
    (("GET", "/v1/partner/{partnerId}/settings"), ("readSettingsOfPartner", "partner", "What is in force for a partner"),
     "For the operator: the same of any partner.", "The settings.", &[Code::PartnerNotFound]),
    (("PUT", "/v1/partner/{partnerId}/settings"), ("changeSettingsOfPartner", "partner", "Change what is a partner's own"),
     "For the operator: the same of any partner, any budget, and the extended public keys that its addresses and encryption keys are of: no other partner's and none of the service's. One under which an index was given stays in the list.", "The settings as they are now.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::PartnerNotFound]),
    (("POST", "/v1/partner/{partnerId}/move"), ("movePartner", "client", "Move a partner to another home"),
     "For the operator: its users and all that is theirs go to another database, a step a minute, while they are served; at the end calls of the partner are 503 for some seconds. Its tokens, sessions and cursors stay good. Asked again for the same home it changes nothing. What a partner is that has an `admin` client lives where the directory is, and stays.", "Under way, or there already.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::PartnerNotFound, Code::PartnerMoving]),
    (("GET", "/v1/partner/{partnerId}/move"), ("readMove", "client", "How far a partner's move is"),
     "For the operator: where the partner lives, and its move, if one is under way.", "The move.", &[Code::PartnerNotFound]),
    (("DELETE", "/v1/partner/{partnerId}/move"), ("giveMoveUp", "client", "Give a partner's move up"),
     "For the operator: the partner stays where it is, and what was copied is deleted. Where no move is under way it changes nothing.", "It stays.", &[Code::PartnerNotFound, Code::PartnerMoving]),
    (("POST", "/v1/kyc/webhook/{partnerId}"), ("kycWebhookOfPartner", "kyc", "The word of a partner's KYC provider"),
     "The same as `POST /v1/kyc/webhook`, signed with the partner's own secret, and about its users alone. A partner without one is spoken for with the service's.", "Taken.", &[Code::MalformedJson, Code::InvalidField, Code::UnsupportedMediaType, Code::UserNotFound]),
];

pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    CALLS.iter().map(|(call, ..)| *call)
}

pub(crate) fn about(method: &str, path: &str) -> About {
    let row = CALLS.iter().find(|(call, ..)| *call == (method, path));
    let row = row.unwrap_or_else(|| panic!("{method} {path} is not described"));
    let (_, (id, tag, summary), description, success, codes) = *row;
    About {
        id,
        tag,
        summary,
        description,
        success,
        codes,
        headers: match id {
            "kycWebhook" => webhook_headers(),
            "kycWebhookOfPartner" => [partner_of_webhook()]
                .into_iter()
                .chain(webhook_headers())
                .collect(),
            _ => Vec::new(),
        },
        links: links(id),
    }
}

/// What an answer can be gone on with: (call, the next call, what for, its parameters, its body)
#[rustfmt::skip]
const LINKS: &[Link] = &[
    // From sign-up to login to the code to refresh.
    ("signUp", "login", "Log in with the e-mail and the password of the sign-up.",
     &[], &[("username", "{$response.body#/data/email}"), ("password", "{$request.body#/password}")]),
    ("login", "answerCode", "Answer the challenge with the code of the SMS.",
     &[], &[("sessionId", "{$response.body#/data/sessionId}"), ("username", "{$response.body#/data/username}"), ("challengeType", "SMS_MFA"), ("code", "0042")]),
    ("login", "resendCode", "Send the code once more.",
     &[], &[("sessionId", "{$response.body#/data/sessionId}")]),
    ("answerCode", "refresh", "Exchange the refresh token before the access token ends.",
     &[], &[("username", "{$response.body#/data/username}"), ("refreshToken", "{$response.body#/data/refreshToken}")]),
    // A lost password.
    ("forgetPasswordByBody", "changePassword", "Stage the new password.",
     &[], &[("sessionId", "{$response.body#/data/sdkResponseMetadata/requestId}"), ("username", "{$request.body#/email}"), ("challengeType", "RESET_PASSWORD"), ("password", "a better one, at last"), ("passwordConfirm", "a better one, at last")]),
    ("forgetPasswordByBody", "answerCode", "Answer the challenge with the code of the SMS.",
     &[], &[("sessionId", "{$response.body#/data/sdkResponseMetadata/requestId}"), ("username", "{$request.body#/email}"), ("challengeType", "RESET_PASSWORD"), ("code", "004200")]),
    // Users, accounts, portfolios.
    ("signUp", "readUser", "Read the user.", &[("userId", "$response.body#/data/userId")], &[]),
    ("signUp", "openAccount", "Open a further account.", &[], &[("userId", "{$response.body#/data/userId}")]),
    ("openAccount", "readAccount", "Read the account.", &[("accountId", "$response.body#/data/accountId")], &[]),
    ("openAccount", "openPortfolio", "Open a portfolio in it, once the owner's identity is verified.",
     &[], &[("accountId", "{$response.body#/data/accountId}")]),
    ("openPortfolio", "listPortfolios", "Page through the account's portfolios.", &[("accountId", "$response.body#/data/accountId")], &[]),
    // The operator's.
    ("createClient", "rotateClientSecret", "Replace its secret.", &[("clientId", "$response.body#/data/clientId")], &[]),
    ("createClient", "deleteClient", "Delete it.", &[("clientId", "$response.body#/data/clientId")], &[]),
];

type Link = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

fn links(id: &str) -> Value {
    let object = |members: &[(&str, &str)]| -> Value {
        let members = members.iter();
        Value::Object(
            members
                .map(|(name, value)| ((*name).into(), json!(value)))
                .collect(),
        )
    };
    let link = |(_, next, about, parameters, body): &Link| {
        let mut link = json!({ "operationId": next, "description": about });
        if !parameters.is_empty() {
            link["parameters"] = object(parameters);
        }
        if !body.is_empty() {
            link["requestBody"] = object(body);
        }
        ((*next).to_owned(), link)
    };
    let links: serde_json::Map<_, _> = LINKS.iter().filter(|row| row.0 == id).map(link).collect();
    match links.is_empty() {
        true => Value::Null,
        false => links.into(),
    }
}

/// In the path; the body is the same as where the path names none.
fn partner_of_webhook() -> Value {
    json!({
        "name": "partnerId", "in": "path", "required": true, "description": "The partner whose users it is about.",
        "schema": { "$ref": "#/components/schemas/PartnerId" },
    })
}

fn webhook_headers() -> Vec<Value> {
    let header = |name: &str, about: &str, example: &str, pattern: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": about,
            "schema": { "type": "string", "pattern": pattern, "examples": [example] },
        })
    };
    vec![
        header(
            "webhook-id",
            "The event's id: the same again changes nothing.",
            "msg_1",
            "^.{1,256}$",
        ),
        header(
            "webhook-timestamp",
            "Seconds since 1970, at most five minutes off.",
            "1752157186",
            "^[0-9]+$",
        ),
        header(
            "webhook-signature",
            "One to sixteen `v1,<base64>`, separated by spaces.",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "^v1,",
        ),
    ]
}

pub(crate) fn info() -> Value {
    json!({
        "title": "gatehouse",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The front door of a financial product.",
        "description": "Signs a partner's customers up, logs them in with a code by SMS, gives tokens for the services behind, \
    recovers lost passwords, and opens accounts and portfolios, each portfolio tied to a blockchain address.\n\n\
    **Every `/v1` answer is an envelope**: `success`, `data`, `errorCode`, `errorMessage`. Success is always 200; a failure has a real \
    HTTP status, and the two never disagree. The codes are listed at each call and, with what to do, at [/docs/errors](/docs/errors).\n\n\
    **Unknown members may appear, enums may grow.** A client ignores members that it does not know, in answers and within objects, and \
    treats a word that it does not know as such. Nothing that is here goes away or changes its meaning within a major version.\n\n\
    **Asking again is safe with an `Idempotency-Key`**: for a day the same request gets the first answer. Calls that make or send something take one; \
    any other ignores it.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
}

pub(crate) fn tags() -> Value {
    let tag = |name: &str, about: &str| json!({ "name": name, "description": about });
    json!([
        tag("oauth", "Clients and tokens, as the RFCs have them."),
        tag("user", "Customers: sign-up, login, sessions, passwords."),
        tag(
            "account",
            "Accounts and portfolios, with their keys and addresses."
        ),
        tag("kyc", "The KYC provider's side."),
        tag("audit", "What happened."),
        tag(
            "custody",
            "What custody checks: which index was given to whom."
        ),
        tag(
            "partner",
            "What a partner has of its own, where the service has a value for all who set none."
        ),
        tag("client", "Partners and their clients, for the operator."),
        tag("service", "The service itself."),
    ])
}

pub(crate) fn security_schemes() -> Value {
    json!({
        "clientAuth": {
            "type": "oauth2",
            "description": "A client's own token, from `/oauth2/token` by `client_credentials`.",
            "flows": { "clientCredentials": {
                "tokenUrl": "/oauth2/token",
                "scopes": {
                    "client_auth": "A partner's client: what its customers' journey takes.",
                    "users.read": "The partner's users, accounts and portfolios, and its audit log.",
                    "users.write": "Unlocking, disabling and enabling the partner's users.",
                    "recovery.write": "Erasing the partner's users.",
                    "settings.write": "What the partner has of its own: text messages, codes, origins, KYC secrets.",
                    "admin": "The operator's: partners and clients; of customers the ids and addresses of custody's export, and no other data.",
                },
            } },
        },
        "userAuth": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A user's access token (scope `user_auth`), from a right code or a refresh.",
        },
        "clientBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "A client's id and secret, each form-urlencoded (RFC 6749 §2.3.1).",
        },
    })
}

pub(crate) fn security(row: &Documented) -> Value {
    match row.token {
        "Client" | "LogsIn" => json!([{ "clientAuth": ["client_auth"] }]),
        "UsersWrite" => json!([{ "clientAuth": ["users.write"] }]),
        "UsersRead" => json!([{ "clientAuth": ["users.read"] }]),
        "RecoveryWrite" => json!([{ "clientAuth": ["recovery.write"] }]),
        "SettingsWrite" => json!([{ "clientAuth": ["settings.write"] }]),
        "Auditor" => json!([{ "clientAuth": ["users.read"] }, { "clientAuth": ["admin"] }]),
        "Admin" => json!([{ "clientAuth": ["admin"] }]),
        "User" => json!([{ "userAuth": [] }]),
        "Reader" => json!([{ "clientAuth": ["users.read"] }, { "userAuth": [] }]),
        _ if row.path.starts_with("/oauth2/") => json!([{ "clientBasic": [] }, {}]),
        _ => json!([]),
    }
}

pub(crate) fn headers() -> Value {
    let text = |about: &str, example: &str| json!({ "description": about, "schema": { "type": "string", "examples": [example] } });
    json!({
        "RequestId": text("The call's own id; name it when you ask about one.", "req_0197f4a1-0f77-7000-8000-000000000001"),
        "RetryAfter": { "description": "Seconds to wait before asking again.", "schema": { "type": "integer", "minimum": 1, "examples": [60] } },
        "Authenticate": text("RFC 6750 §3.", "Bearer realm=\"gatehouse\""),
        "BasicAuthenticate": text("RFC 7617.", "Basic realm=\"gatehouse\""),
        "IdempotencyReplayed": text("`true` where this is the first answer once more.", "true"),
        "Bookmark": text("How far the partner's database has come, where the call had this header: what a later read may say.", BOOKMARK),
    })
}

pub(crate) fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "1 to 255 printable ASCII characters, fresh for each request. For a day the same request with the same key gets the first answer, and another body is refused. A refusal that may pass is not kept, and no answer over 8 KB: then asking again goes on with what the first attempt had done. A partner has 250,000 such requests a day.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$", "examples": ["0b9c2b4e-6f0e-4d3b-9a54-0f6a8b0c7d1e"] },
    })
}

/// What a partner's servers read in bulk.
pub(crate) fn may_be_near(method: &str, path: &str) -> bool {
    let reads = [
        "/v1/user",
        "/v1/user/{userId}",
        "/v1/account/{accountId}",
        "/v1/account/{accountId}/portfolios",
        "/v1/audit",
    ];
    method == "GET" && reads.contains(&path)
}

const BOOKMARK: &str = "DB.1.00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

pub(crate) fn bookmark() -> Value {
    json!({
        "name": "X-Gatehouse-Bookmark",
        "in": "header",
        "required": false,
        "description": "What an earlier answer to a client's call said in this header, or any other text to be told one: any call with a client's token takes it, and a good answer that the partner's database had a part in has it too. A bookmark of another home, or of before a move, is no error and as good as any other text. Where the operator has replicas, a read may then be answered by one near by that has come as far; it shows all that was done until that answer, and perhaps nothing later. Without it, and with a user's token, the database itself answers.",
        "schema": { "type": "string", "examples": [BOOKMARK] },
    })
}

pub(crate) fn oauth_failures() -> serde_json::Map<String, Value> {
    let failure = |about: &str, headers: Value| {
        json!({
            "description": about,
            "headers": headers,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/OAuthFailure" } } },
        })
    };
    let id = || json!({ "X-Request-Id": super::header("RequestId") });
    let waiting = || json!({ "X-Request-Id": super::header("RequestId"), "Retry-After": super::header("RetryAfter") });
    let basic = json!({ "X-Request-Id": super::header("RequestId"), "WWW-Authenticate": super::header("BasicAuthenticate") });
    let rows = [
        ("400", failure("`invalid_request`, `invalid_client` (credentials in the body), `invalid_grant`, `invalid_scope`, `unauthorized_client`, `unsupported_grant_type` (RFC 6749 §5.2).", id())),
        ("401", failure("`invalid_client`: the client's credentials are missing or wrong.", basic)),
        ("413", failure("`invalid_request`: the body is over 16 KiB.", id())),
        ("429", failure("`invalid_client` after too many failures, or `temporarily_unavailable`.", waiting())),
        ("500", failure("`server_error`", id())),
        ("503", failure("`temporarily_unavailable`", waiting())),
    ];
    rows.into_iter()
        .map(|(status, failure)| (status.into(), failure))
        .collect()
}

/// A failure with this code, as it may come.
pub(crate) fn sample(code: Code) -> Error {
    match code {
        Code::MalformedJson => Error::MalformedJson("it does not parse"),
        Code::InvalidField => Error::invalid("username", "is missing"),
        Code::UnsupportedMediaType => Error::UnsupportedMediaType,
        Code::BodyTooLarge => Error::BodyTooLarge,
        Code::UnknownPath => Error::UnknownPath,
        Code::MethodNotAllowed => Error::MethodNotAllowed("GET, POST".into()),
        Code::RequestInProgress => Error::RequestInProgress,
        Code::IdempotencyMismatch => Error::IdempotencyMismatch,
        Code::TooManyRequests => Error::TooManyRequests,
        Code::HttpsRequired => Error::HttpsRequired,
        Code::TokenMissing => Error::TokenMissing,
        Code::TokenInvalid => Error::TokenInvalid,
        Code::InsufficientScope => Error::InsufficientScope("users.write"),
        Code::ReauthenticationRequired => Error::ReauthenticationRequired,
        Code::UserExists => Error::UserExists,
        Code::WeakPassword => Error::WeakPassword {
            field: "password",
            rule: "is weak: it is one of the most common".into(),
        },
        Code::RoleNotAllowed => Error::RoleNotAllowed,
        Code::InvalidCredentials => Error::InvalidCredentials,
        Code::TooManyFailures => Error::TooManyFailures(RetryAfter(2)),
        Code::WrongCode => Error::WrongCode { tries_left: 2 },
        Code::ChallengeGone => Error::ChallengeGone,
        Code::OtpLocked => Error::OtpLocked,
        Code::ResendTooSoon => Error::ResendTooSoon(RetryAfter(60)),
        Code::SmsUnavailable => Error::SmsUnavailable(RetryAfter(60)),
        Code::SmsRefused => Error::SmsRefused("its country is not allowed"),
        Code::EmailUnavailable => Error::EmailUnavailable(RetryAfter(60)),
        Code::EmailRefused => Error::EmailRefused("it cannot be reached"),
        Code::ChangedTooRecently => Error::ResetTooRecent(RetryAfter(3_600)),
        Code::RefreshInvalid => Error::RefreshInvalid,
        Code::UserNotFound => Error::UserNotFound,
        Code::AccountNotFound => Error::AccountNotFound,
        Code::AccountExists => Error::AccountExists,
        Code::PortfolioExists => Error::PortfolioExists,
        Code::KycRequired => Error::KycRequired,
        Code::OwnerDisabled => Error::OwnerDisabled,
        Code::TooManyAccounts => Error::TooManyAccounts,
        Code::ClientNotFound => Error::ClientNotFound,
        Code::PartnerNotFound => Error::PartnerNotFound,
        Code::PartnerMoving => Error::PartnerMoving,
        Code::NotArchived => Error::NotArchivedYet,
        Code::Internal => Error::Internal(String::new()),
        Code::Unavailable => Error::Unavailable(String::new()),
    }
}

#[test]
fn every_code_but_those_of_no_path_is_some_calls() {
    let document = super::document().to_string();
    for code in Code::VARIANTS {
        let of_no_path = super::OF_NO_CALL.contains(code);
        let name: &str = (*code).into();
        assert!(
            of_no_path || document.contains(&format!("\"{name}\"")),
            "{name}"
        );
    }
}
