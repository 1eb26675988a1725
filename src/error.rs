//! Every way a request can fail: one fact, one status, one code, one sentence.

pub(crate) mod code;

use std::fmt;

use serde::Serialize;

use self::code::Code;
use crate::rules::limits::{
    ACCOUNTS_PER_USER, AUDIT_IN_DATABASE, CHANGES_OF_SETTINGS, FRESH_LOGIN,
};
use crate::rules::time::Time;

/// A failure of a `/v1` call. `code`, `status` and `message` are the error table of the
/// API; a cause inside is for the log and never reaches the caller.
#[derive(Debug)]
pub(crate) enum Error {
    MalformedJson(&'static str),
    InvalidField {
        field: String,
        rule: String,
    },
    UnsupportedMediaType,
    EncodedBody,
    BodyTooLarge,
    UnknownPath,
    MethodNotAllowed(String),
    RequestInProgress,
    IdempotencyMismatch,
    TooManyRequests,
    HttpsRequired,
    /// The day's requests with an Idempotency-Key.
    KeysUsedUp(RetryAfter),
    /// Of a partner's settings, by its own clients.
    ChangesUsedUp(RetryAfter),
    /// Other changes of the same settings were taken first, again and again.
    ChangeOvertaken,
    TokenMissing,
    TokenInvalid,
    InsufficientScope(&'static str),
    /// The session is too old for what is asked.
    ReauthenticationRequired,
    /// What a reset leaves as it is for a while.
    ResetTooRecent(RetryAfter),
    /// What nothing undoes, while the hold stands.
    HoldStands(RetryAfter),
    UserExists,
    WeakPassword {
        field: &'static str,
        rule: String,
    },
    RoleNotAllowed,
    InvalidCredentials,
    /// Of whoever is logged in.
    WrongPassword,
    TooManyFailures(RetryAfter),
    WrongCode {
        tries_left: u32,
    },
    ChallengeGone,
    OtpLocked,
    /// An unlock that would forgive what it may not, until then.
    UnlockTooSoon(RetryAfter),
    ResendTooSoon(RetryAfter),
    SmsUnavailable(RetryAfter),
    SmsRefused(&'static str),
    EmailUnavailable(RetryAfter),
    EmailRefused(&'static str),
    RefreshInvalid,
    UserNotFound,
    AccountNotFound,
    AccountExists,
    PortfolioExists,
    KycRequired,
    OwnerDisabled,
    TooManyAccounts,
    ClientNotFound,
    PartnerNotFound,
    PartnerMoving,
    /// The day is in the audit log's window, or on its way out of it.
    NotArchivedYet,
    /// The archive has nothing of the day.
    NothingArchived,
    /// The day is over in the archive too.
    ArchivedNoMore,
    /// Our fault. The cause is logged, once, with the request id.
    Internal(String),
    /// Storage did not answer; nothing was changed. The cause is logged.
    Unavailable(String),
}

/// What a program needs of a failure: the `data` of its answer, where there is any.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Facts<'a> {
    /// The member, parameter or header that will not do; of a nested one its path, `data.userId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tries_left: Option<u32>,
    /// Seconds, as in the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after: Option<u64>,
    /// The one that the call needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<&'a str>,
}

/// Seconds to wait, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryAfter(pub u64);

impl RetryAfter {
    /// The time from `now` to `then`, rounded up to whole seconds.
    pub(crate) fn until(then: Time, now: Time) -> RetryAfter {
        let wait = then.since(now).as_millis().max(1).div_ceil(1000);
        RetryAfter(wait.try_into().unwrap_or(u64::MAX))
    }
}

impl Error {
    pub(crate) fn invalid(field: &str, rule: impl fmt::Display) -> Error {
        Error::InvalidField {
            field: field.into(),
            rule: rule.to_string(),
        }
    }

    /// A failure of a part that ought not to fail.
    pub(crate) fn internal(cause: impl fmt::Display) -> Error {
        Error::Internal(cause.to_string())
    }

    pub(crate) fn code(&self) -> Code {
        match self {
            Error::MalformedJson(_) => Code::MalformedJson,
            Error::InvalidField { .. } => Code::InvalidField,
            Error::UnsupportedMediaType | Error::EncodedBody => Code::UnsupportedMediaType,
            Error::BodyTooLarge => Code::BodyTooLarge,
            Error::UnknownPath => Code::UnknownPath,
            Error::MethodNotAllowed(_) => Code::MethodNotAllowed,
            Error::RequestInProgress => Code::RequestInProgress,
            Error::IdempotencyMismatch => Code::IdempotencyMismatch,
            Error::TooManyRequests
            | Error::KeysUsedUp(_)
            | Error::ChangesUsedUp(_)
            | Error::ChangeOvertaken => Code::TooManyRequests,
            Error::HttpsRequired => Code::HttpsRequired,
            Error::TokenMissing => Code::TokenMissing,
            Error::TokenInvalid => Code::TokenInvalid,
            Error::InsufficientScope(_) => Code::InsufficientScope,
            Error::ReauthenticationRequired => Code::ReauthenticationRequired,
            Error::ResetTooRecent(_) | Error::HoldStands(_) => Code::ChangedTooRecently,
            Error::UserExists => Code::UserExists,
            Error::WeakPassword { .. } => Code::WeakPassword,
            Error::RoleNotAllowed => Code::RoleNotAllowed,
            Error::InvalidCredentials | Error::WrongPassword => Code::InvalidCredentials,
            Error::TooManyFailures(_) => Code::TooManyFailures,
            Error::WrongCode { .. } => Code::WrongCode,
            Error::ChallengeGone => Code::ChallengeGone,
            Error::OtpLocked | Error::UnlockTooSoon(_) => Code::OtpLocked,
            Error::ResendTooSoon(_) => Code::ResendTooSoon,
            Error::SmsUnavailable(_) => Code::SmsUnavailable,
            Error::SmsRefused(_) => Code::SmsRefused,
            Error::EmailUnavailable(_) => Code::EmailUnavailable,
            Error::EmailRefused(_) => Code::EmailRefused,
            Error::RefreshInvalid => Code::RefreshInvalid,
            Error::UserNotFound => Code::UserNotFound,
            Error::AccountNotFound => Code::AccountNotFound,
            Error::AccountExists => Code::AccountExists,
            Error::PortfolioExists => Code::PortfolioExists,
            Error::KycRequired => Code::KycRequired,
            Error::OwnerDisabled => Code::OwnerDisabled,
            Error::TooManyAccounts => Code::TooManyAccounts,
            Error::ClientNotFound => Code::ClientNotFound,
            Error::PartnerNotFound => Code::PartnerNotFound,
            Error::PartnerMoving => Code::PartnerMoving,
            Error::NotArchivedYet | Error::NothingArchived | Error::ArchivedNoMore => {
                Code::NotArchived
            }
            Error::Internal(_) => Code::Internal,
            Error::Unavailable(_) => Code::Unavailable,
        }
    }

    /// The sentence the caller sees.
    pub(crate) fn message(&self) -> String {
        match self {
            Error::MalformedJson(why) => format!("The body must be a JSON object: {why}."),
            Error::InvalidField { field, rule } => format!("{field} {rule}."),
            Error::UnsupportedMediaType => "Send the body as Content-Type: application/json.".into(),
            Error::EncodedBody => {
                "Send the body as it is, without Content-Encoding: none is taken but identity.".into()
            }
            Error::BodyTooLarge => "The body is over 16 KiB.".into(),
            Error::UnknownPath => "There is nothing at this path.".into(),
            Error::MethodNotAllowed(allow) => format!("This path takes {allow}."),
            Error::RequestInProgress => {
                "A request with this Idempotency-Key is being worked on; ask again shortly.".into()
            }
            Error::IdempotencyMismatch => {
                "This Idempotency-Key was used with another body; use a new key.".into()
            }
            Error::TooManyRequests => "Too many requests; slow down.".into(),
            Error::KeysUsedUp(wait) => format!(
                "The day's requests with an Idempotency-Key are used up; ask again in {} s, or without one.",
                wait.0
            ),
            Error::ChangesUsedUp(wait) => format!(
                "A partner changes its settings {CHANGES_OF_SETTINGS} times a minute at most; try again in {} s.",
                wait.0
            ),
            Error::ChangeOvertaken => {
                "Other changes were faster; read the settings and try again.".into()
            }
            Error::HttpsRequired => {
                "Ask by https. What was sent was readable on its way: replace a secret or a token that was in it.".into()
            }
            Error::TokenMissing => "Send a bearer token in the Authorization header.".into(),
            Error::TokenInvalid => "The bearer token is not valid; it may have expired or been revoked.".into(),
            Error::InsufficientScope(scope) => format!("This call needs a token with scope {scope}."),
            Error::ReauthenticationRequired => format!(
                "This call needs a session that was opened within the last {} minutes; log in again.",
                FRESH_LOGIN.as_secs() / 60
            ),
            Error::ResetTooRecent(wait) => format!(
                "The password was reset within a day: the number, the e-mail and the recovery codes stay as they are for another {} s. The partner, who makes sure of the person, can change them.",
                wait.0
            ),
            Error::HoldStands(wait) => format!(
                "How the person logs in has changed lately: nobody erases themselves for another {} s. The partner, who makes sure of the person, can.",
                wait.0
            ),
            Error::UserExists => "The e-mail or the phone number is already in use.".into(),
            Error::WeakPassword { field, rule } => format!("{field} {rule}."),
            Error::RoleNotAllowed => "roles holds a role that this client may not give.".into(),
            Error::InvalidCredentials => "The username or the password is wrong.".into(),
            Error::WrongPassword => "The password is wrong.".into(),
            Error::TooManyFailures(wait) => {
                format!("Too many failed attempts; try again in {} s.", wait.0)
            }
            Error::WrongCode { tries_left: 1 } => "The code is wrong; one try is left.".into(),
            Error::WrongCode { tries_left } => format!("The code is wrong; {tries_left} tries are left."),
            Error::ChallengeGone => {
                "This challenge is over: expired, used or out of tries. Start a new one.".into()
            }
            Error::OtpLocked => {
                "Too many wrong codes: codes are locked for this user. Recover the password, or ask the partner to unlock.".into()
            }
            Error::UnlockTooSoon(wait) => format!(
                "A user is unlocked once in 30 days, and never from what counts in the year; try again in {} s, or let the person recover the password.",
                wait.0
            ),
            Error::ResendTooSoon(wait) => format!("No further code yet; try again in {} s.", wait.0),
            Error::SmsUnavailable(wait) => {
                format!("The SMS could not be sent; try again in {} s.", wait.0)
            }
            Error::SmsRefused(why) => format!("The phone number cannot receive the SMS: {why}."),
            Error::EmailUnavailable(wait) => {
                format!("The mail could not be sent; try again in {} s.", wait.0)
            }
            Error::EmailRefused(why) => format!("The address cannot receive the mail: {why}."),
            Error::RefreshInvalid => "The refresh token is not valid; log in again.".into(),
            Error::UserNotFound => "There is no such user.".into(),
            Error::AccountNotFound => "There is no such account.".into(),
            Error::AccountExists => "accountId is already in use.".into(),
            Error::PortfolioExists => "portfolioId is already in use with other content.".into(),
            Error::KycRequired => "The owner's identity is not verified.".into(),
            Error::OwnerDisabled => "The owner is disabled.".into(),
            Error::TooManyAccounts => {
                format!("The user has {ACCOUNTS_PER_USER} accounts, and no more are made.")
            }
            Error::ClientNotFound => "There is no such client.".into(),
            Error::PartnerNotFound => "There is no such partner.".into(),
            Error::PartnerMoving => "The partner has a move that is not over: GET /v1/partner/{partnerId}/move says how far it is. One that is moving can be given up with DELETE; what is decided is over within a minute or two.".into(),
            Error::NotArchivedYet => format!(
                "This day is not in the archive yet: that is filled after {} days. GET /v1/audit has what happened.",
                AUDIT_IN_DATABASE.as_secs() / 86_400
            ),
            Error::NothingArchived => "There is nothing of this day: nothing happened.".into(),
            Error::ArchivedNoMore => {
                "There is nothing of this day any more: it is more than two years ago.".into()
            }
            Error::Internal(_) => "Something went wrong on our side.".into(),
            Error::Unavailable(_) => "The service is not available right now; try again shortly.".into(),
        }
    }

    /// What of the sentence a program needs.
    pub(crate) fn facts(&self) -> Option<Facts<'_>> {
        let mut facts = Facts {
            retry_after: self.retry_after().map(|wait| wait.0),
            ..Facts::default()
        };
        match self {
            Error::InvalidField { field, .. } => facts.field = Some(field),
            Error::WeakPassword { field, .. } => facts.field = Some(field),
            Error::RoleNotAllowed => facts.field = Some("roles"),
            Error::WrongCode { tries_left } => facts.tries_left = Some(*tries_left),
            Error::InsufficientScope(scope) => facts.scope = Some(scope),
            _ => {}
        }
        (facts != Facts::default()).then_some(facts)
    }

    pub(crate) fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Error::TooManyFailures(wait)
            | Error::UnlockTooSoon(wait)
            | Error::ResendTooSoon(wait)
            | Error::SmsUnavailable(wait)
            | Error::EmailUnavailable(wait)
            | Error::ResetTooRecent(wait)
            | Error::HoldStands(wait)
            | Error::KeysUsedUp(wait)
            | Error::ChangesUsedUp(wait) => Some(*wait),
            Error::ChangeOvertaken | Error::RequestInProgress | Error::Unavailable(_) => {
                Some(RetryAfter(1))
            }
            Error::TooManyRequests => Some(RetryAfter(60)),
            _ => None,
        }
    }

    /// What the log needs and the caller must not see.
    pub(crate) fn cause(&self) -> Option<&str> {
        match self {
            Error::Internal(cause) | Error::Unavailable(cause) => Some(cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_whole_seconds_rounded_up_and_never_nothing() {
        let until = |then, now| RetryAfter::until(Time::from_millis(then), Time::from_millis(now));
        assert_eq!(until(1_500, 0), RetryAfter(2));
        assert_eq!(until(2_000, 0), RetryAfter(2));
        assert_eq!(until(5, 10), RetryAfter(1));
    }

    #[test]
    fn a_cause_is_never_in_the_message() {
        let cause = "D1_ERROR: UNIQUE constraint failed: users.email";
        for error in [
            Error::Internal(cause.into()),
            Error::Unavailable(cause.into()),
        ] {
            assert!(!error.message().contains("users"), "{}", error.message());
        }
    }
}
