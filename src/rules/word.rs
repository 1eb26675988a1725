//! Words: the fixed texts of the wire and the database. Each list stands once, as an enum; from
//! it come parsing, printing, the database's checks and the document.

use strum::VariantArray;

/// An enum whose members are words.
pub(crate) trait Word: VariantArray + Into<&'static str> + Copy {
    fn as_str(self) -> &'static str {
        self.into()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut all = Self::VARIANTS.iter().copied();
        all.find(|word| word.as_str() == text)
    }

    fn all() -> impl Iterator<Item = &'static str> {
        Self::VARIANTS.iter().map(|word| word.as_str())
    }

    /// `A, B or C`
    fn any_of() -> String {
        any_of(&Self::all().collect::<Vec<&str>>())
    }
}

/// `A, B or C`
pub(crate) fn any_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}
