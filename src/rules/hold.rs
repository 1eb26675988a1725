//! The hold: until when the services that move money hold back what takes it away, since how the person
//! proves who they are has changed. It shuts nothing here, and nothing shortens it.

use serde::Deserialize;

use crate::rules::time::Time;

/// As it is stored: a moment, 0 where there never was a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hold(Time);

impl Hold {
    /// Its end, while that is ahead.
    pub(crate) fn ahead_of(self, now: Time) -> Option<Time> {
        Some(self.0).filter(|end| *end > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_ends_at_its_moment() {
        let end = Time::from_millis(5);
        let at = |now| Hold(end).ahead_of(Time::from_millis(now));
        assert_eq!(at(4), Some(end));
        assert_eq!(at(5), None);
        let none: Hold = serde_json::from_str("0").unwrap();
        assert_eq!(none.ahead_of(Time::from_millis(1)), None);
    }
}
