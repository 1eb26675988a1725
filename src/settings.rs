//! The tools to read a setting with: what each must be is said in `config`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The raw settings, whatever they come from.
pub(crate) trait Settings {
    /// `None` when it is not set.
    fn get(&self, name: &str) -> Option<String>;

    /// Of all that are set, ours or not.
    fn names(&self) -> Vec<String>;
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
    /// Every name that was asked for: what else is set, and looks like one of these, is a slip.
    asked: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(settings: &'a dyn Settings) -> Reader<'a> {
        Reader {
            settings,
            errors: Vec::new(),
            production: true,
            asked: BTreeSet::new(),
        }
    }

    /// The same under the rules of production, or of a laptop.
    pub(crate) fn under(settings: &'a dyn Settings, is_local: bool) -> Reader<'a> {
        Reader {
            production: !is_local,
            ..Reader::new(settings)
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
    pub(crate) fn given(&mut self, name: &str) -> Option<String> {
        self.asked.insert(name.into());
        self.settings.get(name)
    }

    pub(crate) fn required(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            return self.refuse(name, "is not set");
        }
        value
    }

    /// Without the white space around it, which a paste brings along; nothing but that is nothing.
    pub(crate) fn optional(&mut self, name: &str) -> Option<String> {
        let value = self.given(name)?.trim().to_owned();
        Some(value).filter(|value| !value.is_empty())
    }

    /// Comma-separated values, spaces around them dropped. Commas alone are no list.
    pub(crate) fn list(&mut self, name: &str) -> Option<Vec<String>> {
        let Some(text) = self.optional(name) else {
            return Some(Vec::new());
        };
        let items = text.split(',').map(str::trim);
        let items: Vec<String> = items
            .filter(|item| !item.is_empty())
            .map(String::from)
            .collect();
        if items.is_empty() {
            return self.refuse(name, "is a list without anything in it");
        }
        Some(items)
    }

    /// The same, with one value at least.
    pub(crate) fn required_list(&mut self, name: &str) -> Option<Vec<String>> {
        self.required(name)?;
        self.list(name)
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
        // Digits alone: the standard library takes a sign before them too.
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && (min..=max).contains(&number) => Some(number),
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

    #[cfg(test)]
    pub(crate) fn asked(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(String::as_str)
    }

    pub(crate) fn in_production(&self) -> bool {
        self.production
    }

    /// https to a host that the internet has; in local https to any and http to this machine. No
    /// credentials, and no fragment, which would never be sent.
    pub(crate) fn is_safe_url(&self, text: &str) -> bool {
        self.safe_url(text).is_some()
    }

    /// The same without a query: paths are put behind it.
    fn is_base_url(&self, text: &str) -> bool {
        self.safe_url(text).is_some_and(|url| url.query().is_none())
    }

    /// The same, written as a browser writes an origin: lower case, no path, no final slash, and
    /// no port where it is the scheme's own.
    pub(crate) fn is_origin(&self, text: &str) -> bool {
        let url = self.safe_url(text);
        url.is_some_and(|url| url.origin().ascii_serialization() == text)
    }

    /// Of a provider's API, without a slash at the end.
    pub(crate) fn api_base(&mut self, name: &str, default: &str) -> Option<String> {
        let base = self.optional(name).unwrap_or_else(|| default.into());
        match self.is_base_url(&base) {
            true => Some(base.trim_end_matches('/').into()),
            false => self.refuse(name, "must be a public https URL without a query"),
        }
    }

    fn safe_url(&self, text: &str) -> Option<url::Url> {
        // The parser drops some of it, wherever it stands.
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let url = url::Url::parse(text).ok()?;
        let plain =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host_str()?;
        let in_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if address(host).is_none() && !host.bytes().all(in_name) {
            return None;
        }
        let reachable = match url.scheme() {
            "https" => !self.production || is_public_host(host),
            "http" => !self.production && is_loopback(host),
            _ => false,
        };
        (plain && reachable).then_some(url)
    }

    /// Refuses what is set and is no setting, but looks like one: it would be ignored in silence.
    /// `known` are those that need not have been asked for.
    pub(crate) fn refuse_slips(&mut self, known: &[&str]) {
        let mut ours = self.asked.clone();
        ours.extend(known.iter().copied().map(String::from));
        for name in self.settings.names() {
            if ours.contains(&name) {
                continue;
            }
            if let Some(meant) = ours.iter().find(|known| is_slip(&name, known)) {
                self.errors.push(SettingError {
                    why: format!("is no setting; {meant} is"),
                    name,
                });
            } else if ours.iter().any(|known| is_of_family(&name, known)) {
                self.errors.push(SettingError {
                    why: "is no setting".into(),
                    name,
                });
            }
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

/// Whether both begin alike, up to the first `_`: `SMS_TEXT` is of the family of `SMS_PROVIDER`.
fn is_of_family(name: &str, known: &str) -> bool {
    let family = |name| str::split_once(name, '_').map(|(family, _)| family);
    family(name).is_some() && family(name) == family(known)
}

/// Two slips of the finger, in a short name one; and whatever the case.
fn is_slip(name: &str, known: &str) -> bool {
    let most = (known.len() / 4).min(2);
    strsim::osa_distance(&name.to_ascii_uppercase(), known) <= most
}

/// Whether a host, as it stands in a URL, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    match address(host) {
        Some(address) => address.is_loopback(),
        None => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Whether a host is this machine or an address of its own network. No other name is: whose it is, and where it leads
/// to by the next request, somebody else decides.
pub(crate) fn is_near(host: &str) -> bool {
    match address(host) {
        Some(IpAddr::V4(address)) => is_near_v4(address),
        Some(IpAddr::V6(address)) => is_near_v6(address),
        None => is_loopback(host),
    }
}

/// Whether a host is one that the internet has: no private address, no name without a dot, and
/// none that is reserved (RFC 6761, 6762, 8375, 9476).
pub(crate) fn is_public_host(host: &str) -> bool {
    match address(host) {
        Some(IpAddr::V4(address)) => is_public_v4(address),
        Some(IpAddr::V6(address)) => is_public_v6(address),
        None => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            let top = name.rsplit_once('.').map(|(_, top)| top);
            let reserved = [
                "localhost",
                "test",
                "example",
                "invalid",
                "local",
                "internal",
                "onion",
                "alt",
            ];
            top.is_some_and(|top| !reserved.contains(&top)) && !name.ends_with(".home.arpa")
        }
    }
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // RFC 6598: what carriers share.
    let shared = first == 100 && (64..128).contains(&second);
    address.is_private() || address.is_loopback() || address.is_link_local() || shared
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    match address.to_ipv4_mapped() {
        Some(mapped) => is_near_v4(mapped),
        None => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let first = address.octets()[0];
    !(is_near_v4(address)
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        || first >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.to_ipv4_mapped() {
        Some(mapped) => is_public_v4(mapped),
        // RFC 4291 §2.4: 2000::/3 is all that is given out.
        None => address.segments()[0] & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_host_is_one_that_the_internet_has() {
        for host in [
            "id.example.com",
            "ID.EXAMPLE.COM",
            "example.com.",
            "localhost.example.com",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
        ] {
            assert!(is_public_host(host), "{host}");
            assert!(!is_loopback(host), "{host}");
        }
        for host in [
            "",
            "gatehouse",
            "localhost",
            "app.localhost",
            "a.test",
            "a.local",
            "a.internal",
            "router.home.arpa",
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.5",
            "169.254.169.254",
            "100.64.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
        ] {
            assert!(!is_public_host(host), "{host}");
        }
        for host in [
            "localhost",
            "app.localhost",
            "127.0.0.1",
            "127.8.8.8",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
    }

    #[test]
    fn near_are_this_machine_and_the_addresses_of_its_network_and_no_other_name() {
        for host in [
            "localhost",
            "app.localhost",
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.5",
            "169.254.0.1",
            "100.64.0.1",
            "[::1]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_near(host), "{host}");
            assert!(!is_public_host(host), "{host}");
        }
        for host in [
            "",
            "ai",
            "dk.",
            "com.",
            "evil_com",
            "gatehouse",
            "localhost.",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "a.test",
            "a.local",
            "a.internal",
            "router.home.arpa",
            "id.example.com",
            "0.0.0.0",
            "1.1.1.1",
            "192.0.2.1",
            "172.32.0.1",
            "[::]",
            "[2606:4700::1111]",
            "[::ffff:1.1.1.1]",
        ] {
            assert!(!is_near(host), "{host}");
        }
    }

    #[test]
    fn a_slip_is_near_and_in_any_case() {
        for (name, known) in [
            ("OTP_LENGHT", "OTP_LENGTH"),
            ("otp_length", "OTP_LENGTH"),
            ("OTP-LENGTH", "OTP_LENGTH"),
            ("ISUER", "ISSUER"),
            ("KYC_WEBHOK_SECRETS", "KYC_WEBHOOK_SECRET"),
        ] {
            assert!(is_slip(name, known), "{name}");
        }
        for (name, known) in [
            ("USER", "ISSUER"),
            ("PATH", "SMS_TEXT"),
            ("HOMES", "ISSUER"),
        ] {
            assert!(!is_slip(name, known), "{name}");
        }
    }
}
