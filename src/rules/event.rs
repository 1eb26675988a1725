//! What the audit log tells of: events, and how each came out.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::challenge::Purpose;
use crate::rules::identity::UserStatus;
use crate::rules::word::Word;

/// Something that happened, with its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    SignUp,
    /// Another has the number or the e-mail now that nobody had proven.
    SignUpReplaced,
    /// Counted before the password is compared.
    PasswordAttempted,
    /// The same, by whoever is logged in.
    PasswordAskedAgain,
    PasswordChanged,
    RecoveryCodesMade,
    /// The answer to a login's challenge by a recovery code.
    RecoveryAnswered {
        is_right: bool,
    },
    ChallengeIssued(Purpose),
    ChallengeResent(Purpose),
    CodeAnswered {
        purpose: Purpose,
        is_right: bool,
    },
    ResetCompleted,
    EmailVerified,
    EmailChanged,
    PhoneChanged,
    /// By the partner's word.
    EmailGiven,
    PhoneGiven,
    /// By which the session ended.
    RefreshReused,
    SessionEnded,
    /// It ran out, or ended with its client; told when it is purged.
    SessionExpired,
    /// By RFC 7009.
    SessionRevoked,
    AccountOpened,
    PortfolioOpened,
    UserUnlocked,
    UserDisabled,
    UserEnabled,
    UserErased,
    /// All that is held of a user was given to them, or to their partner.
    UserExported,
    KycStatus(UserStatus),
    ClientCreated,
    ClientSecretRotated,
    /// The secrets before it ended at once, with the tokens that they gave.
    ClientSecretRevoked,
    ClientSessionsEnded,
    ClientDeleted,
    PartnerSettingsChanged,
    /// To another home.
    PartnerMoveAsked,
    PartnerMoved,
    PartnerMoveGivenUp,
}

impl Event {
    /// `event` and `outcome` of the row.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        let outcome = match self {
            Event::KycStatus(status) => status.as_str(),
            _ => self.outcome().as_str(),
        };
        (self.name().as_str(), outcome)
    }

    fn name(self) -> EventName {
        match self {
            Event::SignUp | Event::SignUpReplaced => EventName::UserSignUp,
            Event::PasswordAttempted => EventName::LoginPassword,
            Event::PasswordAskedAgain | Event::PasswordChanged => EventName::UserPassword,
            Event::RecoveryCodesMade => EventName::UserRecoveryCodes,
            Event::RecoveryAnswered { .. } => EventName::LoginRecovery,
            Event::ChallengeIssued(purpose) | Event::ChallengeResent(purpose) => challenge(purpose),
            Event::CodeAnswered { purpose, .. } => code(purpose),
            Event::ResetCompleted => EventName::ResetCompleted,
            Event::EmailVerified | Event::EmailChanged | Event::EmailGiven => EventName::UserEmail,
            Event::PhoneChanged | Event::PhoneGiven => EventName::UserPhone,
            Event::RefreshReused => EventName::SessionRefresh,
            Event::SessionEnded | Event::SessionRevoked | Event::SessionExpired => {
                EventName::SessionEnd
            }
            Event::AccountOpened => EventName::AccountOpen,
            Event::PortfolioOpened => EventName::PortfolioOpen,
            Event::UserUnlocked => EventName::UserUnlock,
            Event::UserDisabled => EventName::UserDisable,
            Event::UserEnabled => EventName::UserEnable,
            Event::UserErased => EventName::UserErase,
            Event::UserExported => EventName::UserExport,
            Event::KycStatus(_) => EventName::KycStatus,
            Event::ClientCreated => EventName::ClientCreate,
            Event::ClientSecretRotated | Event::ClientSecretRevoked => EventName::ClientSecret,
            Event::ClientSessionsEnded => EventName::ClientSessions,
            Event::ClientDeleted => EventName::ClientDelete,
            Event::PartnerSettingsChanged => EventName::PartnerSettings,
            Event::PartnerMoveAsked | Event::PartnerMoved | Event::PartnerMoveGivenUp => {
                EventName::PartnerMove
            }
        }
    }

    /// A KYC event's outcome is the status itself.
    fn outcome(self) -> Outcome {
        match self {
            Event::SignUp | Event::ClientCreated | Event::RecoveryCodesMade => Outcome::Created,
            Event::PasswordAttempted | Event::PasswordAskedAgain | Event::PartnerMoveAsked => {
                Outcome::Attempted
            }
            Event::ChallengeIssued(_) => Outcome::Issued,
            Event::ChallengeResent(_) => Outcome::Resent,
            Event::CodeAnswered { is_right: true, .. }
            | Event::RecoveryAnswered { is_right: true } => Outcome::Right,
            Event::CodeAnswered { .. } | Event::RecoveryAnswered { .. } => Outcome::Wrong,
            Event::PasswordChanged
            | Event::ResetCompleted
            | Event::EmailChanged
            | Event::PhoneChanged
            | Event::KycStatus(_)
            | Event::PartnerSettingsChanged
            | Event::PartnerMoved => Outcome::Changed,
            Event::EmailVerified => Outcome::Verified,
            Event::EmailGiven | Event::PhoneGiven => Outcome::Given,
            Event::SignUpReplaced => Outcome::Replaced,
            Event::ClientSecretRotated => Outcome::Rotated,
            Event::RefreshReused => Outcome::Reuse,
            Event::SessionEnded | Event::ClientSessionsEnded | Event::PartnerMoveGivenUp => {
                Outcome::Ended
            }
            Event::SessionExpired => Outcome::Expired,
            Event::SessionRevoked | Event::ClientSecretRevoked => Outcome::Revoked,
            Event::AccountOpened | Event::PortfolioOpened => Outcome::Opened,
            Event::UserUnlocked
            | Event::UserDisabled
            | Event::UserEnabled
            | Event::UserErased
            | Event::UserExported => Outcome::Done,
            Event::ClientDeleted => Outcome::Deleted,
        }
    }
}

fn challenge(purpose: Purpose) -> EventName {
    match purpose {
        Purpose::Login => EventName::LoginChallenge,
        Purpose::Reset => EventName::ResetChallenge,
        Purpose::VerifyEmail | Purpose::ChangeEmail => EventName::EmailChallenge,
        Purpose::ChangePhone | Purpose::ChangePhoneOld => EventName::PhoneChallenge,
    }
}

fn code(purpose: Purpose) -> EventName {
    match purpose {
        Purpose::Login => EventName::LoginCode,
        Purpose::Reset => EventName::ResetCode,
        Purpose::VerifyEmail | Purpose::ChangeEmail => EventName::EmailCode,
        Purpose::ChangePhone | Purpose::ChangePhoneOld => EventName::PhoneCode,
    }
}

/// `event`
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub(crate) enum EventName {
    #[strum(serialize = "user.sign_up")]
    UserSignUp,
    #[strum(serialize = "user.password")]
    UserPassword,
    #[strum(serialize = "user.email")]
    UserEmail,
    #[strum(serialize = "user.phone")]
    UserPhone,
    #[strum(serialize = "user.recovery_codes")]
    UserRecoveryCodes,
    #[strum(serialize = "login.password")]
    LoginPassword,
    #[strum(serialize = "login.challenge")]
    LoginChallenge,
    #[strum(serialize = "login.code")]
    LoginCode,
    #[strum(serialize = "login.recovery")]
    LoginRecovery,
    #[strum(serialize = "reset.challenge")]
    ResetChallenge,
    #[strum(serialize = "reset.code")]
    ResetCode,
    #[strum(serialize = "reset.completed")]
    ResetCompleted,
    #[strum(serialize = "email.challenge")]
    EmailChallenge,
    #[strum(serialize = "email.code")]
    EmailCode,
    #[strum(serialize = "phone.challenge")]
    PhoneChallenge,
    #[strum(serialize = "phone.code")]
    PhoneCode,
    #[strum(serialize = "session.refresh")]
    SessionRefresh,
    #[strum(serialize = "session.end")]
    SessionEnd,
    #[strum(serialize = "account.open")]
    AccountOpen,
    #[strum(serialize = "portfolio.open")]
    PortfolioOpen,
    #[strum(serialize = "user.unlock")]
    UserUnlock,
    #[strum(serialize = "user.disable")]
    UserDisable,
    #[strum(serialize = "user.enable")]
    UserEnable,
    #[strum(serialize = "user.erase")]
    UserErase,
    #[strum(serialize = "user.export")]
    UserExport,
    #[strum(serialize = "kyc.status")]
    KycStatus,
    #[strum(serialize = "client.create")]
    ClientCreate,
    #[strum(serialize = "client.secret")]
    ClientSecret,
    #[strum(serialize = "client.sessions")]
    ClientSessions,
    #[strum(serialize = "client.delete")]
    ClientDelete,
    #[strum(serialize = "partner.settings")]
    PartnerSettings,
    #[strum(serialize = "partner.move")]
    PartnerMove,
}

impl Word for EventName {}

/// `outcome`
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Outcome {
    Attempted,
    Changed,
    Created,
    Deleted,
    Done,
    Ended,
    Expired,
    /// By the partner, who had made sure of the person.
    Given,
    Issued,
    Opened,
    Replaced,
    Resent,
    Reuse,
    Revoked,
    Right,
    Rotated,
    Verified,
    Wrong,
}

impl Word for Outcome {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_two_fixed_words() {
        let right = Event::CodeAnswered {
            purpose: Purpose::Login,
            is_right: true,
        };
        assert_eq!(right.words(), ("login.code", "right"));
        let verified = Event::KycStatus(UserStatus::Verified);
        assert_eq!(verified.words(), ("kyc.status", "VERIFIED"));
    }

    #[test]
    fn every_name_is_lower_case_with_a_point() {
        for name in EventName::VARIANTS {
            let name = name.as_str();
            let plain = |b: u8| b.is_ascii_lowercase() || b == b'_' || b == b'.';
            assert!(name.contains('.') && name.bytes().all(plain), "{name}");
        }
    }
}
