//! The numbers that hold an attacker back, and why they are what they are.

use crate::rules::time::{DAY, HOUR, MINUTE, SECOND};

/// Wrong codes a user may give for one purpose before codes are locked. A code of 4 or 5
/// digits has so few values that ten guesses must be all there ever are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeCaps {
    /// In a row, over all challenges; a right answer starts the count again.
    pub consecutive: u32,
    /// In 30 and in 365 days; a right answer changes nothing.
    pub in_30_days: u32,
    pub in_365_days: u32,
}

impl CodeCaps {
    /// `lock_after` (OTP_LOCK_AFTER) replaces the consecutive cap where it is set.
    pub fn for_digits(digits: u32, lock_after: Option<u32>) -> CodeCaps {
        let (cap, year) = if digits <= 5 { (10, 20) } else { (30, 100) };
        CodeCaps {
            consecutive: lock_after.unwrap_or(cap),
            in_30_days: cap,
            in_365_days: year,
        }
    }

    /// Whether these counts of wrong codes lock the user.
    pub fn locked(&self, consecutive: u32, in_30_days: u32, in_365_days: u32) -> bool {
        consecutive >= self.consecutive
            || in_30_days >= self.in_30_days
            || in_365_days >= self.in_365_days
    }
}

/// What a code of one purpose looks like and how often it may be wrong.
#[derive(Clone, Copy, Debug)]
pub struct CodeRules {
    pub digits: u32,
    pub caps: CodeCaps,
}

pub const CODE_WINDOW_SHORT: i64 = 30 * DAY;
pub const CODE_WINDOW_LONG: i64 = 365 * DAY;

pub const SENDS_PER_PHONE_HOUR: u32 = 5;
pub const SENDS_PER_PHONE_DAY: u32 = 10;
/// Of these, what resets may use: whoever only knows an e-mail cannot keep its owner from the
/// code of a login.
pub const RESETS_PER_PHONE_HOUR: u32 = 3;
pub const RESETS_PER_PHONE_DAY: u32 = 6;
pub const SENDS_PER_PREFIX_HOUR: u32 = 10;
/// Sends of one challenge, the first included.
pub const SENDS_PER_CHALLENGE: u32 = 3;

/// The wait after the nth send of a challenge before the next.
pub fn resend_cooldown(sends: u32) -> i64 {
    match sends {
        0 => 0,
        1 => MINUTE,
        2 => 2 * MINUTE,
        _ => 5 * MINUTE,
    }
}

/// Password failures that cost no wait; the nth after them waits 2^(n-5) s, 900 s at most.
/// `db::throttles` computes the same in SQL, where it must be exact.
pub const FREE_FAILURES: u32 = 5;
pub const LONGEST_WAIT: i64 = 900 * SECOND;

/// The wait after `failures` failures in a row.
pub fn backoff(failures: u32) -> i64 {
    match failures.checked_sub(FREE_FAILURES) {
        None | Some(0) => 0,
        Some(n) => LONGEST_WAIT.min(SECOND << n.min(20)),
    }
}

/// A failure count this old is forgotten.
pub const FAILURES_KEPT: i64 = DAY;

pub const REFRESH_ABSOLUTE: i64 = 30 * DAY;
pub const REFRESH_IDLE: i64 = 14 * DAY;
/// How long the immediate parent of a refresh token still gets the same successor.
pub const REFRESH_GRACE: i64 = 10 * SECOND;
/// How long the edge may believe a session record without asking D1.
pub const SESSION_STALENESS: i64 = MINUTE;
/// How far a webhook's timestamp may be off (Standard Webhooks, "Replay attacks").
pub const WEBHOOK_TOLERANCE: i64 = 5 * MINUTE;
/// Both secrets of a client live this long after a rotation.
pub const SECRET_OVERLAP: i64 = DAY;
pub const IDEMPOTENCY_KEPT: i64 = DAY;
/// A reset asked for again within this time sends no second SMS.
pub const MINUTE_BETWEEN_RESETS: i64 = MINUTE;
pub const SEND_WINDOW_SHORT: i64 = HOUR;
pub const SEND_WINDOW_LONG: i64 = DAY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (0..18).map(|n| backoff(n) / SECOND).collect();
        assert_eq!(
            seconds,
            [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
        );
        assert_eq!(backoff(u32::MAX), LONGEST_WAIT);
    }

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

    #[test]
    fn each_cap_locks_by_itself() {
        let caps = CodeCaps::for_digits(4, None);
        assert!(!caps.locked(9, 9, 19));
        assert!(caps.locked(10, 0, 0) && caps.locked(0, 10, 0) && caps.locked(0, 0, 20));
    }
}
