//! What a partner may set of its own: its name on the wire, and among the service's settings.

/// Items of a list, and characters of one, or of a text.
pub(crate) const ITEMS_OF_A_SETTING: usize = 50;
pub(crate) const CHARACTERS_OF_A_SETTING: usize = 300;

/// What a setting's value is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    List,
}

/// A setting that a partner may have of its own.
#[derive(Clone, Copy)]
pub(crate) struct Own {
    /// On the wire, and where it is stored.
    pub(crate) member: &'static str,
    /// Among the service's.
    pub(crate) setting: &'static str,
    pub(crate) kind: Kind,
    /// Nobody is shown it.
    pub(crate) is_secret: bool,
    /// The operator alone sets it.
    pub(crate) is_operators: bool,
    /// The operator's is kept apart, and the partner's own stands within it.
    pub(crate) is_bounded: bool,
}

const fn own(member: &'static str, setting: &'static str, kind: Kind) -> Own {
    Own {
        member,
        setting,
        kind,
        is_secret: false,
        is_operators: false,
        is_bounded: false,
    }
}

const fn bounded(own: Own) -> Own {
    Own {
        is_bounded: true,
        ..own
    }
}

pub(crate) const OWN: [Own; 17] = [
    own("smsAppName", "SMS_APP_NAME", Kind::Text),
    own("smsText", "SMS_TEXT", Kind::Text),
    // The service's is a setting of its provider.
    own("smsSender", SENDER, Kind::Text),
    own(EMAIL_SENDER_MEMBER, EMAIL_SENDER, Kind::Text),
    own("smsBoundDomain", "SMS_BOUND_DOMAIN", Kind::Text),
    own("smsAndroidHash", "SMS_ANDROID_HASH", Kind::Text),
    bounded(own(CALLING_CODES, "SMS_ALLOWED_PREFIXES", Kind::List)),
    bounded(own(BUDGET, "SMS_DAILY_BUDGET", Kind::Number)),
    own("otpLength", "OTP_LENGTH", Kind::Number),
    own("resetOtpLength", "RESET_OTP_LENGTH", Kind::Number),
    own("otpTtlSeconds", "OTP_TTL_SECONDS", Kind::Number),
    own("otpMaxTries", "OTP_MAX_TRIES", Kind::Number),
    own("otpLockAfter", "OTP_LOCK_AFTER", Kind::Number),
    own("corsOrigins", "CORS_ORIGINS", Kind::List),
    Own {
        is_secret: true,
        ..own(KYC_SECRETS, "KYC_WEBHOOK_SECRET", Kind::List)
    },
    Own {
        is_secret: true,
        is_operators: true,
        ..own("custodyXpub", "CUSTODY_XPUB", Kind::List)
    },
    Own {
        is_secret: true,
        is_operators: true,
        ..own(
            "custodyEncryptionXpub",
            "CUSTODY_ENCRYPTION_XPUB",
            Kind::List,
        )
    },
];

pub(crate) const SENDER: &str = "SMS_SENDER";
/// The service's is `EMAIL_FROM`, a setting of mail.
pub(crate) const EMAIL_SENDER: &str = "EMAIL_SENDER";
pub(crate) const EMAIL_SENDER_MEMBER: &str = "emailSender";
pub(crate) const CALLING_CODES: &str = "smsAllowedPrefixes";
pub(crate) const BUDGET: &str = "smsDailyBudget";
pub(crate) const KYC_SECRETS: &str = "kycWebhookSecrets";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_once_in_the_list_and_secrets_are_lists() {
        for own in &OWN {
            let is_same = |other: &&Own| other.member == own.member || other.setting == own.setting;
            assert_eq!(OWN.iter().filter(is_same).count(), 1, "{}", own.member);
            assert!(!own.is_secret || own.kind == Kind::List);
        }
    }
}
