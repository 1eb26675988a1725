//! Which text can be shown on a line: in a list of portfolios, in a log, beside an amount.

/// Something is seen of it, and it changes nothing around it: no control character, no line break, and no mark
/// that turns the direction of what follows (Unicode TR #9, the "Trojan Source" of UTS #55) or annotates it.
pub(crate) fn is_shown(text: &str) -> bool {
    !text.chars().any(disturbs) && text.chars().any(is_seen)
}

fn disturbs(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let annotates = matches!(c, '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}');
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || turns || annotates
}

/// Not a space, of whichever width, no Braille without a dot, and none of `Default_Ignorable_Code_Point` (Unicode 17,
/// `DerivedCoreProperties.txt`): what joins, parts or varies others and is nothing by itself, and the Hangul fillers.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
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
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "❤\u{fe0f}",
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
            '\u{206a}', '\u{fff9}', '\u{fffb}',
        ] {
            assert!(!is_shown(&format!("a{c}b")), "{c:?}");
        }
        for text in [
            "",
            " ",
            "\u{a0}\u{3000}",
            "\u{200b}",
            "\u{feff} \u{2060}\u{200d}",
            "\u{3164}\u{115f}\u{ffa0}",
            "\u{2800}",
            "\u{fe0f}\u{34f}\u{180e}\u{2062}",
            "\u{e0061}",
        ] {
            assert!(!is_shown(text), "{text:?}");
        }
    }
}
