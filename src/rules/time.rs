//! Time on the wire. Inside, a time is milliseconds since 1970, UTC.

use chrono::{DateTime, SecondsFormat, Utc};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// `2025-07-10T14:19:46.359Z`
pub fn timestamp(millis: i64) -> String {
    let time =
        DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An RFC 3339 time, in milliseconds.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_has_milliseconds_and_a_z() {
        assert_eq!(timestamp(1_752_157_186_359), "2025-07-10T14:19:46.359Z");
        assert_eq!(
            parse_timestamp("2025-07-10T16:19:46.359+02:00"),
            Some(1_752_157_186_359)
        );
        assert_eq!(parse_timestamp("yesterday"), None);
    }
}
