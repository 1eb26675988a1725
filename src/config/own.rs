//! What a partner has set of its own: texts as they would stand in the environment, read by what reads
//! those, so that a value that will not do there will not do here, for the same reason in the same words.

use std::fmt;

use serde_json::Value;

use crate::rules::own::{Own, EMAIL_SENDER, KYC_SECRETS, OWN, SENDER};
use crate::settings::{Reader, Settings};

/// The service's own texts of these, but for secrets and for what it has no setting for.
pub(crate) struct Given(Vec<(&'static str, String)>);

impl Given {
    pub(super) fn read(reader: &mut Reader<'_>) -> Given {
        let is_services = |own: &&Own| ![SENDER, EMAIL_SENDER].contains(&own.setting);
        let read = OWN.iter().filter(|own| !own.is_secret).filter(is_services);
        let texts = read.filter_map(|own| Some((own.setting, reader.given(own.setting)?)));
        Given(texts.collect())
    }

    /// As it is set, be it empty.
    fn given(&self, setting: &str) -> Option<&str> {
        let mut all = self.0.iter();
        all.find_map(|(name, text)| (*name == setting).then_some(text.as_str()))
    }

    pub(crate) fn get(&self, setting: &str) -> Option<&str> {
        let text = self.given(setting)?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// They are shown by what was read from them.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

/// Each a text.
pub(crate) type Texts = serde_json::Map<String, Value>;

/// What a partner has set, by member; secrets apart.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct PartnerSettings {
    pub(crate) plain: Texts,
    /// What the operator has set of those that stand within it.
    pub(crate) given: Texts,
    pub(crate) secret: Texts,
}

impl PartnerSettings {
    /// Sets a value, or with none takes it away.
    pub(crate) fn set(&mut self, own: &Own, text: Option<String>, by_operator: bool) {
        let values = match own {
            own if own.is_secret => &mut self.secret,
            own if own.is_bounded && by_operator => &mut self.given,
            _ => &mut self.plain,
        };
        match text {
            Some(text) => values.insert(own.member.into(), text.into()),
            None => values.shift_remove(own.member),
        };
    }

    pub(crate) fn has(&self, member: &str) -> bool {
        self.text(member).is_some()
    }

    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        let value = self.plain.get(member).or_else(|| self.secret.get(member));
        value.and_then(Value::as_str)
    }

    pub(crate) fn kyc_secrets(&self) -> u32 {
        let list = self.text(KYC_SECRETS).map(|list| list.split(','));
        let count = list.map_or(0, Iterator::count);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// The partner's value where it has set one, else what the operator gave it, else the service's.
pub(super) struct Overlay<'a> {
    pub(super) own: &'a PartnerSettings,
    pub(super) given: &'a Given,
}

impl Overlay<'_> {
    /// Whether the partner has set it.
    pub(super) fn has(&self, setting: &str) -> bool {
        self.of_partner(setting).is_some()
    }

    fn of_partner(&self, setting: &str) -> Option<&str> {
        self.own.text(member(setting)?)
    }

    fn of_operator(&self, setting: &str) -> Option<&str> {
        self.own.given.get(member(setting)?)?.as_str()
    }
}

impl Settings for Overlay<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let own = self.of_partner(name).or_else(|| self.of_operator(name));
        own.or_else(|| self.given.given(name)).map(String::from)
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

fn member(setting: &str) -> Option<&'static str> {
    let own = OWN.iter().find(|own| own.setting == setting)?;
    Some(own.member)
}
