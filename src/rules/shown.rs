//! Which text can be shown on a line: in a list of portfolios, in a log, beside an amount.

/// Something is seen of it, and it changes nothing around it: no control character, no line break, and no mark
/// that turns the direction of what follows (Unicode TR #9, the "Trojan Source" of UTS #55).
pub(crate) fn is_shown(text: &str) -> bool {
    !text.chars().any(disturbs) && text.chars().any(is_seen)
}

fn disturbs(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || turns
}

/// Not a space, of whichever width, and not what joins or parts letters and is nothing by itself.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_any_script_can_be_shown() {
        for text in [
            "Savings",
            "Für später – 2 %",
            "貯金",
            "חיסכון",
            "مدخرات",
            "می‌خواهم",
            "👩‍👩‍👧",
            " a ",
            "<script>",
            "'",
        ] {
            assert!(is_shown(text), "{text:?}");
        }
    }

    #[test]
    fn what_breaks_or_turns_a_line_or_is_not_seen_cannot() {
        for c in [
            '\0', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}', '\u{9b}', '\u{2028}', '\u{2029}',
            '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}',
        ] {
            assert!(!is_shown(&format!("a{c}b")), "{c:?}");
        }
        for text in [
            "",
            " ",
            "\u{a0}\u{3000}",
            "\u{200b}",
            "\u{feff} \u{2060}\u{200d}",
        ] {
            assert!(!is_shown(text), "{text:?}");
        }
    }
}
