//! The extended public keys that custody has, by the ids that stand for them in an export.

use std::collections::BTreeMap;
use std::fs;

use crate::custody::Custody;

pub(crate) struct Keys(BTreeMap<String, Custody>);

impl Keys {
    /// Of the settings of the same names, and of the file that `KEYS` names: a line each, but for empty lines and
    /// those that begin with `#`. What is wrong is said without the key.
    pub(crate) fn read(set: &dyn Fn(&str) -> Option<String>) -> Result<Keys, String> {
        let mut keys = Keys(BTreeMap::new());
        for name in ["CUSTODY_XPUB", "CUSTODY_ENCRYPTION_XPUB"] {
            let list = set(name).unwrap_or_default();
            let list = list.split(',').map(str::trim);
            for (nth, xpub) in list.filter(|xpub| !xpub.is_empty()).enumerate() {
                keys.add(xpub, &format!("{name}, key {}", nth + 1))?;
            }
        }
        if let Some(file) = set("KEYS").filter(|file| !file.is_empty()) {
            let text = fs::read_to_string(&file).map_err(|why| format!("{file}: {why}"))?;
            for (nth, line) in text.lines().map(str::trim).enumerate() {
                if !line.is_empty() && !line.starts_with('#') {
                    keys.add(line, &format!("{file}, line {}", nth + 1))?;
                }
            }
        }
        Ok(keys)
    }

    fn add(&mut self, xpub: &str, place: &str) -> Result<(), String> {
        let key = Custody::parse(xpub).map_err(|why| format!("{place} {why}"))?;
        self.0.insert(key.key_id().to_owned(), key);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Custody> {
        self.0.get(id)
    }

    pub(crate) fn published(&self) -> impl Iterator<Item = &str> {
        let published = self.0.values().filter(|key| key.is_published_test_key());
        published.map(Custody::key_id)
    }
}
