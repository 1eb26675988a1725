//! What a partner has set of its own: texts as they would stand in the environment, read by what reads
//! those, so that a value that will not do there will not do here, for the same reason in the same words.

use std::collections::BTreeMap;
use std::fmt;

use crate::settings::{Reader, Settings};

/// What a setting's value is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    List,
}

/// A setting that a partner may have of its own.
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
}

const fn own(member: &'static str, setting: &'static str, kind: Kind) -> Own {
    Own {
        member,
        setting,
        kind,
        is_secret: false,
        is_operators: false,
    }
}

pub(crate) const OWN: [Own; 16] = [
    own("smsAppName", "SMS_APP_NAME", Kind::Text),
    own("smsText", "SMS_TEXT", Kind::Text),
    // The service's is a setting of its provider.
    own("smsSender", SENDER, Kind::Text),
    own("smsBoundDomain", "SMS_BOUND_DOMAIN", Kind::Text),
    own("smsAndroidHash", "SMS_ANDROID_HASH", Kind::Text),
    own("smsAllowedPrefixes", CALLING_CODES, Kind::List),
    own("smsDailyBudget", BUDGET, Kind::Number),
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

pub(super) const SENDER: &str = "SMS_SENDER";
const CALLING_CODES: &str = "SMS_ALLOWED_PREFIXES";
const BUDGET: &str = "SMS_DAILY_BUDGET";
const KYC_SECRETS: &str = "kycWebhookSecrets";

/// The service's own texts of these, but for secrets and for what it has no setting for.
pub(crate) struct Given(BTreeMap<&'static str, String>);

impl Given {
    pub(super) fn read(reader: &mut Reader<'_>) -> Given {
        let read = OWN
            .iter()
            .filter(|own| !own.is_secret && own.setting != SENDER);
        let texts = read.filter_map(|own| Some((own.setting, reader.given(own.setting)?)));
        Given(texts.collect())
    }

    pub(crate) fn get(&self, setting: &str) -> Option<&str> {
        let text = self.0.get(setting)?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// They are shown by what was read from them.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

/// What a partner has set, by member; secrets apart.
#[derive(Clone, Default)]
pub(crate) struct PartnerSettings {
    pub(crate) plain: BTreeMap<String, String>,
    pub(crate) secret: BTreeMap<String, String>,
}

impl PartnerSettings {
    /// Sets a value, or with none leaves it to the service's.
    pub(crate) fn set(&mut self, own: &Own, text: Option<String>) {
        let values = match own.is_secret {
            true => &mut self.secret,
            false => &mut self.plain,
        };
        match text {
            Some(text) => values.insert(own.member.into(), text),
            None => values.remove(own.member),
        };
    }

    pub(crate) fn has(&self, member: &str) -> bool {
        self.plain.contains_key(member) || self.secret.contains_key(member)
    }

    pub(crate) fn kyc_secrets(&self) -> u32 {
        let list = self.secret.get(KYC_SECRETS).map(|list| list.split(','));
        let count = list.map_or(0, Iterator::count);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// The partner's value where it has set one, else the service's.
pub(super) struct Overlay<'a> {
    pub(super) own: &'a PartnerSettings,
    pub(super) given: &'a Given,
}

impl Overlay<'_> {
    /// Whether the partner has set it.
    pub(super) fn has(&self, setting: &str) -> bool {
        self.of_partner(setting).is_some()
    }

    fn of_partner(&self, setting: &str) -> Option<&String> {
        let own = OWN.iter().find(|own| own.setting == setting)?;
        let (plain, secret) = (&self.own.plain, &self.own.secret);
        plain.get(own.member).or_else(|| secret.get(own.member))
    }
}

impl Settings for Overlay<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let own = self.of_partner(name).cloned();
        own.or_else(|| self.given.0.get(name).cloned())
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
