//! The table of errors: each fact's code, status and name. The document and `docs/errors.md` are
//! made of it.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// Stable: a code keeps its meaning for ever, and new ones may come. Its name is the member's in
/// capitals, `MALFORMED_JSON`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[allow(
    clippy::enum_variant_names,
    reason = "WRONG_CODE is a code that is wrong"
)]
pub(crate) enum Code {
    MalformedJson = 1001,
    InvalidField = 1002,
    UnsupportedMediaType = 1003,
    BodyTooLarge = 1004,
    UnknownPath = 1005,
    MethodNotAllowed = 1006,
    RequestInProgress = 1007,
    IdempotencyMismatch = 1008,
    TooManyRequests = 1009,
    HttpsRequired = 1010,
    TokenMissing = 2001,
    TokenInvalid = 2002,
    InsufficientScope = 2003,
    ReauthenticationRequired = 2004,
    ChangedTooRecently = 2005,
    UserExists = 3001,
    WeakPassword = 3002,
    RoleNotAllowed = 3003,
    InvalidCredentials = 3004,
    TooManyFailures = 3005,
    WrongCode = 4001,
    ChallengeGone = 4002,
    OtpLocked = 4003,
    ResendTooSoon = 4004,
    SmsUnavailable = 4005,
    SmsRefused = 4006,
    EmailUnavailable = 4007,
    EmailRefused = 4008,
    RefreshInvalid = 5001,
    UserNotFound = 6001,
    AccountNotFound = 6002,
    AccountExists = 6003,
    PortfolioExists = 6004,
    KycRequired = 6005,
    OwnerDisabled = 6006,
    TooManyAccounts = 6007,
    ClientNotFound = 7001,
    PartnerNotFound = 7002,
    PartnerMoving = 7003,
    NotArchived = 8001,
    Internal = 9001,
    Unavailable = 9002,
}

impl Word for Code {}

/// Whose doing it is that a refusal passes.
enum By {
    /// By what is not the body.
    Caller,
    Time,
    /// The operator's, with a release or without one.
    Setting,
    Somebody,
    /// We, or a provider, get well.
    Us,
}

impl Code {
    /// `errorCode`
    pub(crate) fn number(self) -> u32 {
        self as u32
    }

    /// The HTTP status.
    pub(crate) fn status(self) -> u16 {
        match self {
            Code::MalformedJson
            | Code::InvalidField
            | Code::WeakPassword
            | Code::RoleNotAllowed => 400,
            Code::TokenMissing | Code::TokenInvalid => 401,
            Code::HttpsRequired
            | Code::InsufficientScope
            | Code::ReauthenticationRequired
            | Code::ChangedTooRecently
            | Code::InvalidCredentials
            | Code::WrongCode
            | Code::OtpLocked
            | Code::RefreshInvalid
            | Code::KycRequired
            | Code::OwnerDisabled => 403,
            Code::UnknownPath
            | Code::UserNotFound
            | Code::AccountNotFound
            | Code::ClientNotFound
            | Code::PartnerNotFound
            | Code::NotArchived => 404,
            Code::MethodNotAllowed => 405,
            Code::RequestInProgress
            | Code::UserExists
            | Code::AccountExists
            | Code::PortfolioExists
            | Code::TooManyAccounts
            | Code::PartnerMoving => 409,
            Code::ChallengeGone => 410,
            Code::BodyTooLarge => 413,
            Code::UnsupportedMediaType => 415,
            Code::IdempotencyMismatch | Code::SmsRefused | Code::EmailRefused => 422,
            Code::TooManyRequests | Code::TooManyFailures | Code::ResendTooSoon => 429,
            Code::Internal => 500,
            Code::SmsUnavailable => 502,
            Code::EmailUnavailable | Code::Unavailable => 503,
        }
    }

    /// Whether the same request can only end the same: only such a refusal is kept for an
    /// Idempotency-Key.
    pub(crate) fn is_final(self) -> bool {
        self.overtaken_by().is_none()
    }

    /// What can have the same request, path and body, end otherwise another time.
    fn overtaken_by(self) -> Option<By> {
        match self {
            // The bytes of the body decide. A challenge's code never changes, and the try is spent.
            // A portfolio neither goes away nor changes.
            Code::MalformedJson | Code::BodyTooLarge | Code::WrongCode | Code::PortfolioExists => {
                None
            }
            // A header, the token, the path of an older document.
            Code::UnsupportedMediaType
            | Code::HttpsRequired
            | Code::UnknownPath
            | Code::MethodNotAllowed
            | Code::TokenMissing
            | Code::TokenInvalid
            | Code::InsufficientScope
            | Code::ReauthenticationRequired => Some(By::Caller),
            // A sign-up's hold ends too, and its accounts go with it. A challenge may be seen a
            // minute late at another edge.
            Code::RequestInProgress
            | Code::IdempotencyMismatch
            | Code::TooManyRequests
            | Code::TooManyFailures
            | Code::ChangedTooRecently
            | Code::ResendTooSoon
            | Code::UserExists
            | Code::ClientNotFound
            | Code::AccountExists
            | Code::NotArchived
            | Code::PartnerMoving
            | Code::ChallengeGone => Some(By::Time),
            // The length of codes, the countries, the service's name, a client's roles, a secret
            // that was missing for an hour.
            Code::InvalidField
            | Code::WeakPassword
            | Code::RoleNotAllowed
            | Code::SmsRefused
            | Code::EmailRefused
            | Code::TooManyAccounts
            | Code::RefreshInvalid => Some(By::Setting),
            // Who changes a password, enables, unlocks, signs up, opens an account, verifies.
            Code::InvalidCredentials
            | Code::OtpLocked
            | Code::UserNotFound
            | Code::AccountNotFound
            | Code::PartnerNotFound
            | Code::OwnerDisabled
            | Code::KycRequired => Some(By::Somebody),
            Code::SmsUnavailable | Code::EmailUnavailable | Code::Internal | Code::Unavailable => {
                Some(By::Us)
            }
        }
    }

    /// When it is said.
    #[cfg(test)]
    pub(crate) fn when(self) -> &'static str {
        match self {
            Code::MalformedJson => "The body is not JSON, not an object, or has a member twice.",
            Code::InvalidField => "A field is missing, of the wrong type or out of range; `data.field` and the message name it.",
            Code::UnsupportedMediaType => "The body is not declared as JSON, or has a Content-Encoding.",
            Code::BodyTooLarge => "The body is over 16 KiB.",
            Code::UnknownPath => "There is nothing at this path.",
            Code::MethodNotAllowed => "The path is there, the method is not.",
            Code::RequestInProgress => "A request with the same Idempotency-Key is being worked on.",
            Code::IdempotencyMismatch => "The same Idempotency-Key came with another body.",
            Code::TooManyRequests => "A coarse rate limit, by client or by address, or the partner's day of requests with an Idempotency-Key is full; or settings are changed too often at once.",
            Code::HttpsRequired => "The call came by plain http; nothing of it was read.",
            Code::TokenMissing => "No bearer token in the Authorization header.",
            Code::TokenInvalid => "The bearer token is forged, expired or revoked.",
            Code::InsufficientScope => "The token has not the scope of this call, or is of the wrong kind.",
            Code::ReauthenticationRequired => "The call takes a session that was opened within the last five minutes; a refresh makes none younger.",
            Code::ChangedTooRecently => "The password was reset within the last 24 hours: the number, the e-mail and the recovery codes stay as they are until that is over. Or the hold stands: nobody erases themselves until it ends.",
            Code::UserExists => "The e-mail or the phone number is in use at this partner; which one is not said.",
            Code::WeakPassword => "The password breaks a rule; the message says which.",
            Code::RoleNotAllowed => "A role that the client may not give.",
            Code::InvalidCredentials => "Wrong password, or an unknown, disabled or another partner's user: one answer.",
            Code::TooManyFailures => "Too many wrong passwords, the same answer for unknown users; or too many wrong recovery codes.",
            Code::WrongCode => "The code is wrong, and tries are left; the wrong code that was the last try is 4002.",
            Code::ChallengeGone => "The challenge is expired, used, out of tries, unknown or another user's: one answer.",
            Code::OtpLocked => "Too many wrong codes: codes are locked for this user, or it is too soon to unlock them again.",
            Code::ResendTooSoon => "A cooldown or a cap on codes; nothing was sent.",
            Code::SmsUnavailable => "Every configured SMS provider failed.",
            Code::SmsRefused => "The number cannot receive SMS, or its country is not allowed.",
            Code::EmailUnavailable => "There is no mail provider, or every one failed.",
            Code::EmailRefused => "The address cannot receive mail.",
            Code::RefreshInvalid => "The refresh token is unknown, expired, revoked, reused, or not this username's.",
            Code::UserNotFound => "No such user at this partner.",
            Code::AccountNotFound => "No such account at this partner.",
            Code::AccountExists => "The chosen accountId belongs to somebody else, or has another e-mail.",
            Code::PortfolioExists => "The chosen portfolioId exists with other content.",
            Code::KycRequired => "The owner's identity is not verified.",
            Code::OwnerDisabled => "The owner is disabled, verified or not.",
            Code::TooManyAccounts => "The user has 100 accounts.",
            Code::ClientNotFound => "No such client, or a deleted one.",
            Code::PartnerNotFound => "No such partner.",
            Code::PartnerMoving => "The partner is on its way to another home, or its last move is not over, or can be given up no more.",
            Code::NotArchived => "The archive of the audit log has nothing of this day: it is not there yet, nothing happened, or it is more than two years ago; the message says which.",
            Code::Internal => "Our fault.",
            Code::Unavailable => "Storage or a setting is not available, or what the partner has set will not do; nothing was changed.",
        }
    }

    /// The members of its `data`, of `Facts`; without any it is null.
    #[cfg(test)]
    pub(crate) fn facts(self) -> &'static [&'static str] {
        match self {
            Code::InvalidField | Code::WeakPassword | Code::RoleNotAllowed => &["field"],
            Code::InsufficientScope => &["scope"],
            Code::WrongCode => &["triesLeft"],
            Code::RequestInProgress
            | Code::TooManyRequests
            | Code::TooManyFailures
            | Code::ResendTooSoon
            | Code::SmsUnavailable
            | Code::EmailUnavailable
            | Code::ChangedTooRecently
            | Code::Unavailable => &["retryAfter"],
            _ => &[],
        }
    }

    /// What a caller does about it.
    #[cfg(test)]
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Code::MalformedJson => "Mend the body; asking again as it is ends the same.",
            Code::InvalidField => "Mend the field that `data.field` names.",
            Code::UnsupportedMediaType => {
                "Send `Content-Type: application/json`, and no `Content-Encoding`."
            }
            Code::BodyTooLarge => "Send less.",
            Code::UnknownPath => "Compare the path with this document, case and slashes too.",
            Code::MethodNotAllowed => "Use one that the `Allow` header names.",
            Code::RequestInProgress => "Ask again after `Retry-After` with the same key and body.",
            Code::IdempotencyMismatch => "Use a new key for a new request.",
            Code::TooManyRequests => "Slow down; ask again after `Retry-After`.",
            Code::HttpsRequired => {
                "Use https, and replace a secret or a token that was in the call."
            }
            Code::TokenMissing => "Send one: `Authorization: Bearer ...`.",
            Code::TokenInvalid => "Get a new one: a client by `/oauth2/token`, a user by refresh.",
            Code::InsufficientScope => "Use a token with the scope that `data.scope` names.",
            Code::ReauthenticationRequired => "Let the person log in again, and call with the new session's token.",
            Code::ChangedTooRecently => "Wait for `Retry-After`, or let the partner, who makes sure of the person, do it.",
            Code::UserExists => "Let the person log in or recover the password.",
            Code::WeakPassword => "Ask the person for another.",
            Code::RoleNotAllowed => "Name roles of the client's own list.",
            Code::InvalidCredentials => "Let the person try again or recover the password.",
            Code::TooManyFailures => "Wait for `Retry-After`; the right password has to wait too.",
            Code::WrongCode => {
                "Let the person read the message again; `data.triesLeft` says how many tries are left."
            }
            Code::ChallengeGone => "Start a new login, reset or change.",
            Code::OtpLocked => {
                "Recover the password, or let the partner unlock after making sure of the person: the one way for somebody who never gave a right code, since resets go to proven numbers alone. An unlock that is refused may be tried again after `Retry-After`, which `data.retryAfter` says too."
            }
            Code::ResendTooSoon => {
                "Wait for `Retry-After`. A code that was sent before may still be good."
            }
            Code::SmsUnavailable => "Ask again shortly.",
            Code::SmsRefused => "Ask the person for another number.",
            Code::EmailUnavailable => "Ask again after `Retry-After`; a service without a mail provider has none of this.",
            Code::EmailRefused => "Ask the person for another address.",
            Code::RefreshInvalid => "Log in again. Keep the newest refresh token only.",
            Code::UserNotFound
            | Code::AccountNotFound
            | Code::ClientNotFound
            | Code::PartnerNotFound => "Check the id.",
            Code::AccountExists | Code::PortfolioExists => "Choose another, or none.",
            Code::KycRequired => "Wait for the KYC provider's word.",
            Code::TooManyAccounts => {
                "Use one that is there, with as many portfolios as are needed."
            }
            Code::OwnerDisabled => "Enable the user first, if they shall have portfolios again.",
            Code::PartnerMoving => "Look how far it is with `GET /v1/partner/{partnerId}/move`; one that is not committed can be given up.",
            Code::NotArchived => "Read what is not there yet with `GET /v1/audit`, and ask for the day after 91 days.",
            Code::Internal => {
                "Ask again with the same Idempotency-Key; report the `X-Request-Id` if it stays."
            }
            Code::Unavailable => "Ask again after `Retry-After`; if it stays for one partner alone, its settings have to be mended.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_refusals_are_final_and_no_other() {
        let is_final = Code::VARIANTS.iter().filter(|code| code.is_final());
        let numbers: Vec<u32> = is_final.map(|code| code.number()).collect();
        assert_eq!(numbers, [1001, 1004, 4001, 6004]);
    }
}
