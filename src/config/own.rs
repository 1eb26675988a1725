//! What a partner has set of its own: texts as they would stand in the environment, read by what reads
//! those, so that a value that will not do there will not do here, for the same reason in the same words.

use std::collections::BTreeMap;
use std::fmt;

use crate::rules::own::{Own, KYC_SECRETS, OWN, SENDER};
use crate::settings::{Reader, Settings};

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
