//! Where a partner lives: one of the databases. The directory is one of them.

/// The binding of the directory, which is the first home.
pub(crate) const DIRECTORY: &str = "DB";

/// What the names of all others begin with.
const PREFIX: &str = "HOME_";

/// A database, and how often the partner has moved until it lived there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    /// Its binding.
    pub(crate) name: String,
    pub(crate) epoch: i64,
}

impl Home {
    pub(crate) fn is_directory(&self) -> bool {
        self.name == DIRECTORY
    }
}

/// All there are.
#[derive(Debug, Default)]
pub(crate) struct Homes(Vec<String>);

impl Homes {
    /// `beside`: those beside the directory. The error is why it will not do.
    pub(crate) fn parse(beside: Vec<String>) -> Result<Homes, &'static str> {
        if !beside.iter().all(|name| is_name(name)) {
            return Err("must be bindings of databases: HOME_ and then capitals, digits and _, separated by commas");
        }
        let is_twice = |(nth, name): (usize, &String)| beside[..nth].contains(name);
        if beside.iter().enumerate().any(is_twice) {
            return Err("names a home twice");
        }
        Ok(Homes(beside))
    }

    /// The directory first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(DIRECTORY).chain(self.0.iter().map(String::as_str))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }
}

/// Whether a home beside the directory may be called so.
pub(crate) fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or_default();
    let is_part = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    (1..=32).contains(&rest.len()) && rest.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_beside_the_directory_has_a_name_of_its_own() {
        for name in ["HOME_EU", "HOME_US_2", "HOME_0"] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "DB", "HOME_", "HOME", "HOME_eu", "HOME-EU", "XHOME_EU", "HOME_É",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn the_directory_is_the_first_home() {
        let homes = |names: &[&str]| Homes::parse(names.iter().map(ToString::to_string).collect());
        let two = homes(&["HOME_EU", "HOME_US"]).unwrap();
        assert_eq!(
            two.names().collect::<Vec<_>>(),
            ["DB", "HOME_EU", "HOME_US"]
        );
        assert!(two.has("DB") && two.has("HOME_US") && !two.has("HOME_AP"));
        assert!(homes(&["HOME_EU", "HOME_EU"]).is_err());
        assert!(homes(&["DB"]).is_err());
        assert!(Homes::default().has("DB"));
    }
}
