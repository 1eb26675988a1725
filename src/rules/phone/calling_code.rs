//! The calling code of a number (ITU-T E.164, list of assigned codes): no code begins another, so the first
//! digits say how long it is.

/// Of two digits; 1 and 7 stand alone, and all others have three.
const OF_TWO: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// `digits`: of a number, without its `+`.
pub(super) fn of(digits: &str) -> &str {
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if OF_TWO.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    };
    &digits[..length]
}

#[cfg(test)]
mod tests {
    use phonenumber::metadata::DATABASE;

    use super::*;

    #[test]
    fn every_calling_code_that_there_is_is_found() {
        let codes = (1..1000_u16).filter(|code| DATABASE.by_code(code).is_some());
        let codes: Vec<String> = codes.map(|code| code.to_string()).collect();
        assert!(codes.len() > 200, "{codes:?}");
        for code in codes {
            assert_eq!(of(&format!("{code}5550100")), code);
        }
    }
}
