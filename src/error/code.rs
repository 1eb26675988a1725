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
    RefreshInvalid = 5001,
    UserNotFound = 6001,
    AccountNotFound = 6002,
    AccountExists = 6003,
    PortfolioExists = 6004,
    KycRequired = 6005,
    ClientNotFound = 7001,
    Internal = 9001,
    Unavailable = 9002,
}

impl Word for Code {}

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
            | Code::InvalidCredentials
            | Code::WrongCode
            | Code::OtpLocked
            | Code::RefreshInvalid
            | Code::KycRequired => 403,
            Code::UnknownPath
            | Code::UserNotFound
            | Code::AccountNotFound
            | Code::ClientNotFound => 404,
            Code::MethodNotAllowed => 405,
            Code::RequestInProgress
            | Code::UserExists
            | Code::AccountExists
            | Code::PortfolioExists => 409,
            Code::ChallengeGone => 410,
            Code::BodyTooLarge => 413,
            Code::UnsupportedMediaType => 415,
            Code::IdempotencyMismatch | Code::SmsRefused => 422,
            Code::TooManyRequests | Code::TooManyFailures | Code::ResendTooSoon => 429,
            Code::Internal => 500,
            Code::SmsUnavailable => 502,
            Code::Unavailable => 503,
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
            Code::TooManyRequests => "A coarse rate limit, by client or by address.",
            Code::HttpsRequired => "The call came by plain http; nothing of it was read.",
            Code::TokenMissing => "No bearer token in the Authorization header.",
            Code::TokenInvalid => "The bearer token is forged, expired or revoked.",
            Code::InsufficientScope => "The token is of the wrong kind for this call.",
            Code::UserExists => "The e-mail or the phone number is in use at this partner; which one is not said.",
            Code::WeakPassword => "The password breaks a rule; the message says which.",
            Code::RoleNotAllowed => "A role that the client may not give.",
            Code::InvalidCredentials => "Wrong password, or an unknown, disabled or another partner's user: one answer.",
            Code::TooManyFailures => "Too many wrong passwords; the same answer for unknown users.",
            Code::WrongCode => "The code is wrong, and tries are left.",
            Code::ChallengeGone => "The challenge is expired, used, out of tries, unknown or another user's: one answer.",
            Code::OtpLocked => "Too many wrong codes: codes are locked for this user.",
            Code::ResendTooSoon => "A cooldown or a cap on SMS; nothing was sent.",
            Code::SmsUnavailable => "Every configured SMS provider failed.",
            Code::SmsRefused => "The number cannot receive SMS, or its country is not allowed.",
            Code::RefreshInvalid => "The refresh token is unknown, expired, revoked, reused, or not this username's.",
            Code::UserNotFound => "No such user at this partner.",
            Code::AccountNotFound => "No such account at this partner.",
            Code::AccountExists => "The chosen accountId belongs to somebody else.",
            Code::PortfolioExists => "The chosen portfolioId exists with other content.",
            Code::KycRequired => "The owner's identity is not verified.",
            Code::ClientNotFound => "No such client, or a deleted one.",
            Code::Internal => "Our fault.",
            Code::Unavailable => "Storage or a setting is not available; nothing was changed.",
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
            Code::UserExists => "Let the person log in or recover the password.",
            Code::WeakPassword => "Ask the person for another.",
            Code::RoleNotAllowed => "Name roles of the client's own list.",
            Code::InvalidCredentials => "Let the person try again or recover the password.",
            Code::TooManyFailures => "Wait for `Retry-After`; the right password has to wait too.",
            Code::WrongCode => {
                "Let the person read the SMS again; `data.triesLeft` says how many tries are left."
            }
            Code::ChallengeGone => "Start a new login or reset.",
            Code::OtpLocked => {
                "Recover the password, or let the partner unlock after making sure of the person."
            }
            Code::ResendTooSoon => {
                "Wait for `Retry-After`. An SMS that was sent before may still be good."
            }
            Code::SmsUnavailable => "Ask again shortly.",
            Code::SmsRefused => "Ask the person for another number.",
            Code::RefreshInvalid => "Log in again. Keep the newest refresh token only.",
            Code::UserNotFound | Code::AccountNotFound | Code::ClientNotFound => "Check the id.",
            Code::AccountExists | Code::PortfolioExists => "Choose another, or none.",
            Code::KycRequired => "Wait for the KYC provider's word.",
            Code::Internal => {
                "Ask again with the same Idempotency-Key; report the `X-Request-Id` if it stays."
            }
            Code::Unavailable => "Ask again after `Retry-After`.",
        }
    }
}
