//! Time: one kind of moment, and spans of the standard library. Nothing outside this file turns
//! seconds into milliseconds.

use std::ops::{Add, Sub};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970, UTC. As JSON it is that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Time(i64);

pub(crate) const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub(crate) const fn minutes(n: u64) -> Duration {
    seconds(n * 60)
}

pub(crate) const fn hours(n: u64) -> Duration {
    minutes(n * 60)
}

pub(crate) const fn days(n: u64) -> Duration {
    hours(n * 24)
}

/// A span in milliseconds; one too long to be counted is the longest there is.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Time {
    pub(crate) const fn from_millis(millis: i64) -> Time {
        Time(millis)
    }

    pub(crate) const fn millis(self) -> i64 {
        self.0
    }

    pub(crate) const fn from_unix_seconds(seconds: i64) -> Time {
        Time(seconds.saturating_mul(1000))
    }

    /// Whole seconds since 1970 (RFC 7519, "NumericDate").
    pub(crate) const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whole hours since 1970, UTC.
    pub(crate) const fn hour(self) -> i64 {
        self.unix_seconds().div_euclid(3_600)
    }

    /// Whole days since 1970, UTC.
    pub(crate) const fn day(self) -> i64 {
        self.unix_seconds().div_euclid(86_400)
    }

    /// The beginning of the next day, UTC.
    pub(crate) const fn next_day(self) -> Time {
        Time::from_unix_seconds((self.day() + 1) * 86_400)
    }

    /// The beginning of this day, UTC.
    pub(crate) const fn this_day(self) -> Time {
        Time::from_unix_seconds(self.day() * 86_400)
    }

    /// The beginning of this hour, UTC.
    pub(crate) const fn this_hour(self) -> Time {
        Time::from_unix_seconds(self.unix_seconds().div_euclid(3_600) * 3_600)
    }

    pub(crate) fn next_hour(self) -> Time {
        self.this_hour() + hours(1)
    }

    /// From `earlier` to here; nothing where `earlier` is later.
    pub(crate) fn since(self, earlier: Time) -> Duration {
        let millis = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// Whether `other` is at most so far from here, before or after.
    pub(crate) fn is_within(self, span: Duration, other: Time) -> bool {
        self.since(other) <= span && other.since(self) <= span
    }

    /// `2025-07-10T14:19:46.359Z`
    pub(crate) fn timestamp(self) -> String {
        let time =
            DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
        time.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// Its day of UTC, `2025-07-10`.
    pub(crate) fn date(self) -> String {
        let mut date = self.timestamp();
        date.truncate("2025-07-10".len());
        date
    }

    /// The beginning of a day of UTC that is written so.
    pub(crate) fn of_date(text: &str) -> Option<Time> {
        let begins = Time::parse(&format!("{text}T00:00:00Z"))?;
        (begins.date() == text).then_some(begins)
    }

    /// An RFC 3339 time.
    pub(crate) fn parse(text: &str) -> Option<Time> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Time(time.timestamp_millis()))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, span: Duration) -> Time {
        Time(self.0.saturating_add(millis(span)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;

    fn sub(self, span: Duration) -> Time {
        Time(self.0.saturating_sub(millis(span)))
    }
}

/// A moment as whole seconds in JSON: `#[serde(with = "unix_seconds")]`.
pub(crate) mod unix_seconds {
    use super::Time;
    use serde::{Deserialize, Deserializer, Serializer};

    // serde gives it a reference.
    pub(crate) fn serialize<S: Serializer>(time: &Time, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(time.unix_seconds())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        i64::deserialize(from).map(Time::from_unix_seconds)
    }
}

/// The same of what lasts until a moment, if there is one, rounded up: it is not over any sooner.
pub(crate) mod unix_seconds_of_end {
    use super::Time;
    use serde::{Deserialize, Deserializer, Serializer};

    // serde gives it a reference.
    pub(crate) fn serialize<S: Serializer>(end: &Option<Time>, to: S) -> Result<S::Ok, S::Error> {
        match end {
            Some(end) => {
                to.serialize_i64(end.0.div_euclid(1000) + i64::from(end.0.rem_euclid(1000) > 0))
            }
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Time>, D::Error> {
        let end = Option::<i64>::deserialize(from)?;
        Ok(end.map(Time::from_unix_seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_has_milliseconds_and_a_z() {
        let time = Time::from_millis(1_752_157_186_359);
        assert_eq!(time.timestamp(), "2025-07-10T14:19:46.359Z");
        assert_eq!(Time::parse("2025-07-10T16:19:46.359+02:00"), Some(time));
        assert_eq!(Time::parse("yesterday"), None);
    }

    #[test]
    fn a_day_is_a_day_of_utc() {
        let last = Time::parse("1970-01-02T23:59:59.999Z").unwrap();
        assert_eq!(last.day(), 1);
        assert_eq!(last.next_day().timestamp(), "1970-01-03T00:00:00.000Z");
        assert_eq!(last.this_day().timestamp(), "1970-01-02T00:00:00.000Z");
        assert_eq!(last.this_hour().timestamp(), "1970-01-02T23:00:00.000Z");
        assert_eq!(last.next_hour(), last.next_day());
    }

    #[test]
    fn a_day_is_written_as_a_date_and_read_as_its_beginning() {
        let day = Time::of_date("2024-02-29").unwrap();
        assert_eq!(day.timestamp(), "2024-02-29T00:00:00.000Z");
        assert_eq!(
            (day + days(1) - Duration::from_millis(1)).date(),
            "2024-02-29"
        );
        for text in [
            "",
            "2025-02-29",
            "2025-7-1",
            "2025-07-10T00:00:00Z",
            "20250710",
            "+025-07-10",
        ] {
            assert_eq!(Time::of_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_is_never_negative_and_no_sum_overflows() {
        let (early, late) = (Time::from_millis(10), Time::from_millis(2_010));
        assert_eq!(late.since(early), seconds(2));
        assert_eq!(early.since(late), Duration::ZERO);
        assert!(early.is_within(seconds(2), late) && late.is_within(seconds(2), early));
        assert!(!early.is_within(Duration::from_millis(1_999), late));
        let ends = [Time::from_millis(i64::MAX), Time::from_millis(i64::MIN)];
        assert!(!ends[0].is_within(days(365), ends[1]));
        assert_eq!(ends[0] + days(1), ends[0]);
        assert_eq!(ends[1] - days(1), ends[1]);
    }
}
