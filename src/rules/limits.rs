//! The numbers that hold an attacker back, and why they are what they are.

use std::time::Duration;

use crate::rules::time::{days, hours, minutes, seconds};

/// Wrong codes a user may give for one purpose before codes are locked. A code of 4 or 5
/// digits has so few values that ten guesses must be all there ever are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeCaps {
    /// In a row, over all challenges; a right answer starts the count again.
    pub(crate) consecutive: u32,
    /// In 30 and in 365 days; a right answer changes nothing.
    pub in_30_days: u32,
    pub in_365_days: u32,
}

impl CodeCaps {
    /// `lock_after` (OTP_LOCK_AFTER) replaces the consecutive cap where it is set.
    pub(crate) fn for_digits(digits: u32, lock_after: Option<u32>) -> CodeCaps {
        let (cap, year) = if digits <= 5 { (10, 20) } else { (30, 100) };
        CodeCaps {
            consecutive: lock_after.unwrap_or(cap),
            in_30_days: cap,
            in_365_days: year,
        }
    }
}

/// What a code of one purpose looks like and how often it may be wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeRules {
    pub(crate) digits: u32,
    pub(crate) caps: CodeCaps,
}

/// How far back the rolling counts of wrong codes look.
pub(crate) const CODE_WINDOW_SHORT: Duration = days(30);
pub(crate) const CODE_WINDOW_LONG: Duration = days(365);

/// A partner's unlock forgives what counts in a row and in 30 days, and only so often: what
/// counts in the year is then all that its caller can be lent to an attacker for.
pub(crate) const BETWEEN_UNLOCKS: Duration = days(30);

pub(crate) const SENDS_PER_PHONE_HOUR: u32 = 5;
pub(crate) const SENDS_PER_PHONE_DAY: u32 = 10;
/// Of these, what resets may use: whoever only knows an e-mail cannot keep its owner from the
/// code of a login.
pub(crate) const RESETS_PER_PHONE_HOUR: u32 = 3;
pub(crate) const RESETS_PER_PHONE_DAY: u32 = 6;
pub(crate) const SENDS_PER_PREFIX_HOUR: u32 = 10;
pub(crate) const SEND_WINDOW_SHORT: Duration = hours(1);
pub(crate) const SEND_WINDOW_LONG: Duration = days(1);
/// Sends of one challenge, the first included.
pub(crate) const SENDS_PER_CHALLENGE: u32 = 3;

/// The waits after the first, the second and every further send of a challenge.
pub(crate) const RESEND_COOLDOWNS: [Duration; 3] = [minutes(1), minutes(2), minutes(5)];

/// The wait after the nth send of a challenge before the next.
pub(crate) fn resend_cooldown(sends: u32) -> Duration {
    match sends {
        0 => Duration::ZERO,
        1 => RESEND_COOLDOWNS[0],
        2 => RESEND_COOLDOWNS[1],
        _ => RESEND_COOLDOWNS[2],
    }
}

/// Password failures that cost no wait; the nth failure waits 2^(n-5) s, 900 s at most.
pub(crate) const FREE_FAILURES: u32 = 5;
pub(crate) const LONGEST_WAIT: Duration = seconds(900);
/// What doubles.
pub(crate) const WAIT_UNIT: Duration = seconds(1);
/// Doubling stops here: a number shifted further would be none.
pub(crate) const MOST_DOUBLINGS: u32 = 20;

/// The wait after so many failures in a row.
pub(crate) fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None | Some(0) => Duration::ZERO,
        Some(n) => LONGEST_WAIT.min(WAIT_UNIT * (1 << n.min(MOST_DOUBLINGS))),
    }
}

/// A failure count this old is forgotten.
pub(crate) const FAILURES_KEPT: Duration = days(1);

pub(crate) const REFRESH_ABSOLUTE: Duration = days(30);
pub(crate) const REFRESH_IDLE: Duration = days(14);
/// How long the immediate parent of a refresh token still gets the same successor.
pub(crate) const REFRESH_GRACE: Duration = seconds(10);
/// How long the edge may believe a session record without asking D1.
pub(crate) const SESSION_STALENESS: Duration = minutes(1);
/// How far a webhook's timestamp may be off (Standard Webhooks, "Replay attacks").
pub(crate) const WEBHOOK_TOLERANCE: Duration = minutes(5);
/// Both secrets of a client live this long after a rotation.
pub(crate) const SECRET_OVERLAP: Duration = days(1);
/// No client's token lives longer, whatever the setting.
pub(crate) const LONGEST_CLIENT_TOKEN: Duration = days(1);
pub(crate) const IDEMPOTENCY_KEPT: Duration = days(1);
/// A reset asked for again within this time sends no second SMS.
pub(crate) const BETWEEN_RESETS: Duration = minutes(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_codes_have_the_tight_caps() {
        assert_eq!(
            CodeCaps::for_digits(4, None),
            CodeCaps {
                consecutive: 10,
                in_30_days: 10,
                in_365_days: 20
            }
        );
        assert_eq!(CodeCaps::for_digits(5, Some(3)).consecutive, 3);
        assert_eq!(
            CodeCaps::for_digits(6, None),
            CodeCaps {
                consecutive: 30,
                in_30_days: 30,
                in_365_days: 100
            }
        );
    }
}
