//! The tools to read a setting with: what each must be is said in `config`.

use std::time::Duration;

/// The raw settings, whatever they come from.
pub(crate) trait Settings {
    /// `None` when it is not set.
    fn get(&self, name: &str) -> Option<String>;
}

/// A setting that will not do: its name and why, never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingError {
    pub(crate) name: String,
    pub(crate) why: String,
}

/// Takes settings one by one and remembers each refusal.
pub(crate) struct Reader<'a> {
    settings: &'a dyn Settings,
    errors: Vec<SettingError>,
    production: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(settings: &'a dyn Settings) -> Reader<'a> {
        Reader {
            settings,
            errors: Vec::new(),
            production: true,
        }
    }

    /// What was read, or all that is wrong with it, not only the first.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<SettingError>> {
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(self.errors),
        }
    }

    /// From here on the rules of another environment than production hold.
    pub(crate) fn leave_production(&mut self) {
        self.production = false;
    }

    /// As it is set, be it empty.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        self.settings.get(name)
    }

    pub(crate) fn required(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            return self.refuse(name, "is not set");
        }
        value
    }

    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.settings.get(name).filter(|value| !value.is_empty())
    }

    /// Comma-separated values, spaces around them dropped.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(String::from)
            .collect()
    }

    pub(crate) fn number(
        &mut self,
        name: &str,
        default: Option<u32>,
        min: u32,
        max: u32,
    ) -> Option<u32> {
        let Some(text) = self.optional(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if (min..=max).contains(&number) => Some(number),
            _ => self.refuse(name, format!("must be a whole number from {min} to {max}")),
        }
    }

    /// A span in whole seconds.
    pub(crate) fn seconds(
        &mut self,
        name: &str,
        default: u32,
        min: u32,
        max: u32,
    ) -> Option<Duration> {
        let seconds = self.number(name, Some(default), min, max)?;
        Some(Duration::from_secs(seconds.into()))
    }

    pub(crate) fn in_production(&self) -> bool {
        self.production
    }

    /// https; in local also http to this machine.
    pub(crate) fn is_safe_url(&self, text: &str) -> bool {
        let Ok(url) = url::Url::parse(text) else {
            return false;
        };
        let plain = url.username().is_empty() && url.password().is_none();
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        plain
            && match url.scheme() {
                "https" => !(self.production && loopback),
                "http" => !self.production && loopback,
                _ => false,
            }
    }

    pub(crate) fn refuse<T>(&mut self, name: &str, why: impl Into<String>) -> Option<T> {
        self.errors.push(SettingError {
            name: name.into(),
            why: why.into(),
        });
        None
    }
}
