//! The words of the message, and that they fit one SMS.

use std::time::Duration;

use crate::rules::language::{Language, Locale};

/// What every language says in its own words. `{app}`, `{code}` and `{minutes}` are filled in.
pub(crate) const DEFAULT: &str = "Your {app} code is {code}. It expires in {minutes} minutes.";

/// How the message is written.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// None: each in their language.
    pub(crate) text: Option<String>,
    pub(crate) app: String,
    /// Adds the last line `@domain #code`, which iOS and WebOTP bind the code to a site by.
    pub(crate) bound_domain: Option<String>,
    /// Android's SMS Retriever finds its app by these eleven characters.
    pub(crate) android_hash: Option<String>,
}

/// Septets in one SMS (3GPP TS 23.040 §9.2.3.16).
const SEGMENT: usize = 160;

impl Template {
    /// In settings' words.
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(DEFAULT)
    }

    /// The message for a code that can be answered for so long. Where that of a language would not fit one SMS, it is
    /// the English one, which does.
    pub(crate) fn render(&self, locale: Locale, code: &str, left: Duration) -> String {
        let Some(text) = &self.text else {
            let own = self.said(locale.language(), code, left);
            return match septets(&own) {
                Some(length) if length <= SEGMENT => own,
                _ => self.said(Locale::En.language(), code, left),
            };
        };
        self.with_lines(filled(text, &self.app, code, left), code)
    }

    /// That for the code by which a number is given up, which says so whatever the partner's text is.
    pub(crate) fn render_giving_up(&self, locale: Locale, code: &str, left: Duration) -> String {
        let own = locale.language().giving_up(&self.app, code, left);
        match septets(&own) {
            Some(length) if length <= SEGMENT => own,
            _ => Locale::En.language().giving_up(&self.app, code, left),
        }
    }

    fn said(&self, language: &Language, code: &str, left: Duration) -> String {
        self.with_lines(language.code(&self.app, code, left), code)
    }

    fn with_lines(&self, mut text: String, code: &str) -> String {
        if let Some(hash) = &self.android_hash {
            text = format!("{text}\n{hash}");
        }
        if let Some(domain) = &self.bound_domain {
            text = format!("{text}\n\n@{domain} #{code}");
        }
        text
    }

    /// Whether the message fits one segment with a code of so many digits, however much of its life
    /// is left. The error is a sentence for the operator.
    pub(crate) fn check(&self, digits: u32, life: Duration) -> Result<(), String> {
        if self.text().matches("{code}").count() != 1 {
            return Err("must contain {code} exactly once".into());
        }
        if self.app.contains(['{', '}']) {
            return Err("takes an SMS_APP_NAME without braces".into());
        }
        let code = "0".repeat(digits as usize);
        let rendered = self.render(Locale::En, &code, life);
        if rendered.contains(['{', '}']) {
            return Err("may hold {app}, {code} and {minutes}, and no other brace".into());
        }
        if rendered.chars().any(|c| c.is_control() && c != '\n') {
            return Err("has a control character".into());
        }
        let longest = [life, Duration::ZERO]
            .map(|left| septets(&self.render(Locale::En, &code, left)))
            .into_iter()
            .try_fold(0, |longest, length| Some(longest.max(length?)));
        match longest {
            Some(length) if length <= SEGMENT => Ok(()),
            Some(length) => Err(format!(
                "gives a message of {length} septets; one SMS holds {SEGMENT}"
            )),
            None => Err("has characters outside the GSM 7-bit alphabet".into()),
        }
    }
}

/// A text of somebody's own, for a code that can be answered for so long: whole minutes, never more than are
/// left. Other languages have their own plural, so only English loses its last letter.
fn filled(text: &str, app: &str, code: &str, left: Duration) -> String {
    let (phrase, bare) = match left.as_secs() / 60 {
        0 => ("less than 1 minute".to_owned(), "<1".to_owned()),
        1 => ("1 minute".to_owned(), "1".to_owned()),
        minutes => (format!("{minutes} minutes"), minutes.to_string()),
    };
    text.replace("{minutes} minutes", &phrase)
        .replace("{minutes}", &bare)
        .replace("{app}", app)
        .replace("{code}", code)
}

/// The length in the GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2),
/// or `None` when a character is in neither.
fn septets(text: &str) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENDED: &str = "^{}\\[~]|€";
    text.chars().try_fold(0, |length, c| match c {
        c if BASIC.contains(c) => Some(length + 1),
        c if EXTENDED.contains(c) => Some(length + 2),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::notice::Notice;
    use strum::VariantArray;

    const LIFE: Duration = Duration::from_secs(300);

    fn template() -> Template {
        Template {
            text: None,
            app: "Gatehouse".into(),
            bound_domain: None,
            android_hash: None,
        }
    }

    #[test]
    fn the_default_text_says_app_code_and_minutes() {
        assert_eq!(
            template().render(Locale::En, "0042", LIFE),
            "Your Gatehouse code is 0042. It expires in 5 minutes."
        );
        // It is what a setting that says the same gives.
        let set = Template {
            text: Some(DEFAULT.into()),
            ..template()
        };
        for left in [0, 60, 119, 120, 300].map(Duration::from_secs) {
            let own = set.render(Locale::Fr, "0042", left);
            assert_eq!(template().render(Locale::En, "0042", left), own);
        }
        assert_eq!(template().check(10, LIFE), Ok(()));
    }

    /// A letter of another alphabet would make two messages of one.
    #[test]
    fn a_notice_fits_one_sms_in_every_language() {
        for locale in Locale::VARIANTS {
            for notice in Notice::VARIANTS {
                let text = locale.language().sms(*notice, "Example Bank");
                let length = septets(&text);
                assert!(length.is_some_and(|n| n <= SEGMENT), "{length:?}: {text}");
            }
        }
    }

    /// A service whose name was short enough for English goes on after it has learnt other languages.
    #[test]
    fn a_language_that_does_not_fit_one_sms_gives_way_to_english() {
        let of_length = |length| Template {
            app: "x".repeat(length),
            ..template()
        };
        let said = |locale: Locale, length| {
            let template = of_length(length);
            template.check(4, LIFE).unwrap();
            let text = template.render(locale, "0042", Duration::ZERO);
            assert!(septets(&text).is_some_and(|length| length <= SEGMENT));
            text
        };
        for locale in Locale::VARIANTS {
            let own = said(*locale, 10);
            let is_own = own
                == locale
                    .language()
                    .code(&"x".repeat(10), "0042", Duration::ZERO);
            assert!(is_own, "{own}");
        }
        assert!(said(Locale::Fr, 106).starts_with("Your xx"));
    }

    #[test]
    fn no_more_minutes_are_promised_than_are_left() {
        let german = Template {
            text: Some("Code {code}, noch {minutes} Min.".into()),
            ..template()
        };
        for (millis, english, minutes) in [
            (299_999, "in 4 minutes.", "noch 4 Min."),
            (120_000, "in 2 minutes.", "noch 2 Min."),
            (119_999, "in 1 minute.", "noch 1 Min."),
            (60_000, "in 1 minute.", "noch 1 Min."),
            (59_999, "in less than 1 minute.", "noch <1 Min."),
        ] {
            let left = Duration::from_millis(millis);
            let text = template().render(Locale::En, "0042", left);
            assert!(text.ends_with(english), "{text}");
            let text = german.render(Locale::De, "0042", left);
            assert!(text.ends_with(minutes), "{text}");
        }
    }

    #[test]
    fn the_bound_domain_is_the_last_line() {
        let bound = Template {
            bound_domain: Some("example.com".into()),
            android_hash: Some("FA+9qCX9VSu".into()),
            ..template()
        };
        let text = bound.render(Locale::En, "0042", LIFE);
        assert_eq!(text.lines().last(), Some("@example.com #0042"));
        assert!(text.contains("\nFA+9qCX9VSu\n"));
    }

    #[test]
    fn a_hundred_and_sixty_septets_fit_and_one_more_does_not() {
        let of_length = |n: usize| Template {
            text: Some(format!("{}{{code}}", "x".repeat(n - 4))),
            ..template()
        };
        assert!(of_length(160).check(4, LIFE).is_ok());
        assert!(of_length(161).check(4, LIFE).is_err());
        // The last minute has the longest words.
        let fits_at_first = Template {
            text: Some(format!(
                "{}{{code}} in {{minutes}} minutes",
                "x".repeat(138)
            )),
            ..template()
        };
        assert!(fits_at_first.check(4, LIFE).is_err());
        assert_eq!(septets("€^"), Some(4));
        assert_eq!(septets("ç"), None);
    }
}
