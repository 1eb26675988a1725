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
/// And what notices may use: whoever changes something again and again leaves the codes most of them.
pub(crate) const NOTICES_PER_PHONE_HOUR: u32 = 2;
pub(crate) const NOTICES_PER_PHONE_DAY: u32 = 3;
pub(crate) const SENDS_PER_PREFIX_HOUR: u32 = 10;
pub(crate) const SEND_WINDOW_SHORT: Duration = hours(1);
pub(crate) const SEND_WINDOW_LONG: Duration = days(1);
/// Sends of one challenge, the first included.
pub(crate) const SENDS_PER_CHALLENGE: u32 = 3;

/// Notices of one kind that a user gets within the span: who is told five times a day that the password was changed
/// knows it, and more would fill a mailbox.
pub(crate) const NOTICES_OF_A_KIND: u32 = 5;
pub(crate) const NOTICES_COUNTED: Duration = days(1);

/// The waits after the first, the second and every further send of a challenge; and of a number, after
/// sends that may or may not have been taken.
pub(crate) const RESEND_COOLDOWNS: [Duration; 3] = [minutes(1), minutes(2), minutes(5)];

/// A send that no provider took puts the next to its number off for so long.
pub(crate) const SEND_BACKOFF: Duration = minutes(1);
/// A provider that failed, and has taken nothing since, is in trouble for so long: a number whose other
/// sends of the hour it may have lost keeps its last one until it is well.
pub(crate) const TROUBLE_KEPT: Duration = minutes(5);
/// A provider's answer is there by then, so a send without a failure was taken.
pub(crate) const IN_FLIGHT: Duration = seconds(10);

/// How many messages a number gets, how many of them for resets and for notices, and how many its block of a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SendCaps {
    pub(crate) phone_hour: u32,
    pub(crate) phone_day: u32,
    pub(crate) resets_hour: u32,
    pub(crate) resets_day: u32,
    pub(crate) notices_hour: u32,
    pub(crate) notices_day: u32,
    pub(crate) prefix_hour: u32,
}

impl SendCaps {
    pub(crate) const DEPLOYED: SendCaps = SendCaps {
        phone_hour: SENDS_PER_PHONE_HOUR,
        phone_day: SENDS_PER_PHONE_DAY,
        resets_hour: RESETS_PER_PHONE_HOUR,
        resets_day: RESETS_PER_PHONE_DAY,
        notices_hour: NOTICES_PER_PHONE_HOUR,
        notices_day: NOTICES_PER_PHONE_DAY,
        prefix_hour: SENDS_PER_PREFIX_HOUR,
    };

    /// Each of them so often (SMS_CAPS_FACTOR): where nobody is sent to, nobody is annoyed, and whoever
    /// develops logs in as one customer all day.
    pub(crate) fn times(self, factor: u32) -> SendCaps {
        SendCaps {
            phone_hour: self.phone_hour * factor,
            phone_day: self.phone_day * factor,
            resets_hour: self.resets_hour * factor,
            resets_day: self.resets_day * factor,
            notices_hour: self.notices_hour * factor,
            notices_day: self.notices_day * factor,
            prefix_hour: self.prefix_hour * factor,
        }
    }

    /// Of a block's messages, those that go to numbers which a user calls their new one.
    pub(crate) fn changes_of_block(self) -> u32 {
        self.prefix_hour / 2
    }

    /// Of a test number: its neighbours are test numbers too, and a run of tests is all of them.
    pub(crate) fn without_block(self) -> SendCaps {
        SendCaps {
            prefix_hour: u32::MAX,
            ..self
        }
    }
}

/// How long a message that nobody was sent is kept for whoever tests.
pub(crate) const OUTBOX_KEPT: Duration = minutes(10);

/// The SMS of a partner a day, in shares: whoever signs up made-up numbers or asks for resets leaves
/// proven customers the codes of their logins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) daily: u32,
}

impl Budget {
    /// Of what costs nothing.
    pub(crate) const ENDLESS: Budget = Budget { daily: u32::MAX };

    /// A fifth goes to numbers that nobody has proven, and a 24th of that an hour.
    pub(crate) fn unproven(self) -> u32 {
        (self.daily / 5).max(1).min(self.daily)
    }

    pub(crate) fn unproven_hour(self) -> u32 {
        self.unproven().div_ceil(24)
    }

    pub(crate) fn proven(self) -> u32 {
        self.daily - self.unproven()
    }

    /// Of what is for proven numbers, half at most.
    pub(crate) fn resets(self) -> u32 {
        self.proven() / 2
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
/// New passwords that are hashed for one reset.
pub(crate) const STAGINGS_PER_CHALLENGE: u32 = 5;

/// A sign-up that lost its number to a later one can still log in and prove it for this long after
/// it was made: nobody can hurry an owner out.
pub(crate) const CLAIM_LIFE: Duration = minutes(10);
/// How long it is remembered that an e-mail or a number has had its hold.
pub(crate) const HOLDS_KEPT: Duration = days(365);

/// What takes money away is held back for so long after a reset, and after another e-mail or number: whoever has the
/// phone and the e-mail, and not the password, has got in by then.
pub(crate) const HOLD_AFTER_CHANGE: Duration = hours(24);

/// And after a login by a recovery code: whoever found the paper has the password too.
pub(crate) const HOLD_AFTER_RECOVERY: Duration = hours(72);

/// After a reset, how a person logs in stays as it is for so long: whoever has the phone alone has a password by then,
/// and shall not have the number, the e-mail and the recovery codes too before its owner is heard.
pub(crate) const RESET_SETTLES: Duration = hours(24);

/// Codes of one purpose that a user may ask for in a day, where each may go to another address.
pub(crate) const CHANGES_A_DAY: u32 = 10;
pub(crate) const CHANGES_WINDOW: Duration = days(1);

/// Recovery codes that a user has at most.
pub(crate) const RECOVERY_CODES: u32 = 10;
/// Wrong recovery codes of a user that are compared within the window. Ten codes of 50 bits are found by one guess in
/// 2^46.7: by ten a day, all year, with a chance of one in 30 thousand million.
pub(crate) const WRONG_RECOVERY_CODES: u32 = 10;
pub(crate) const RECOVERY_WINDOW: Duration = days(1);

/// A failure count this old is forgotten.
pub(crate) const FAILURES_KEPT: Duration = days(1);

/// What changes how a person logs in takes a session that was opened so lately.
pub(crate) const FRESH_LOGIN: Duration = minutes(5);

pub(crate) const REFRESH_ABSOLUTE: Duration = days(30);
pub(crate) const REFRESH_IDLE: Duration = days(14);
/// How long the immediate parent of a refresh token still gets the same successor.
pub(crate) const REFRESH_GRACE: Duration = seconds(10);
/// The records in KV of sessions that ended so lately are deleted again, in case a delete was lost; and at
/// most so many of them at once, the latest.
pub(crate) const ENDED_LATELY: Duration = minutes(15);
pub(crate) const ENDED_AT_ONCE: u32 = 5_000;
/// How far a webhook's timestamp may be off (Standard Webhooks, "Replay attacks").
pub(crate) const WEBHOOK_TOLERANCE: Duration = minutes(5);
/// Both secrets of a client live this long after a rotation.
pub(crate) const SECRET_OVERLAP: Duration = days(1);
/// No client's token lives longer, whatever the setting, nor any user's.
pub(crate) const LONGEST_CLIENT_TOKEN: Duration = days(1);
pub(crate) const IDEMPOTENCY_KEPT: Duration = days(1);
/// No challenge lives longer.
pub(crate) const LONGEST_CHALLENGE: Duration = minutes(10);
/// Every one of them stands in the user object, and each costs a derivation once.
pub(crate) const ACCOUNTS_PER_USER: u32 = 100;
/// Ids of checks that the KYC provider may name, and as many of documents: each stands in the user object.
pub(crate) const KYC_IDS_PER_USER: u32 = 200;
/// Portfolios that an account object lists.
pub(crate) const PORTFOLIOS_LISTED: u32 = 50;
/// And a user object, over all its accounts: with more than ten, each lists its part of them, five or more.
/// A name has up to 400 bytes, D1 answers up to 2 MB: the largest user is half a megabyte.
pub(crate) const PORTFOLIOS_LISTED_OF_USER: u32 = 500;

/// Sessions, and codes that were sent, in the export of a person: the newest. Both are purged within weeks.
pub(crate) const EXPORTED: u32 = 50;
/// Rows of the audit log in one answer of an export, which goes on with a cursor.
pub(crate) const EXPORTED_AUDIT: u32 = 500;

/// Audit rows stay in the database for so long, and then lie in the archive until they are as old as the second. The
/// database can be taken back by a third of the first.
pub(crate) const AUDIT_IN_DATABASE: Duration = days(90);
pub(crate) const AUDIT_KEPT: Duration = days(730);
/// Of an object of the archive: two seconds of work for the database, and three megabytes for who reads one of it.
pub(crate) const ARCHIVED_TOGETHER: u32 = 10_000;
/// Objects of it that one answer is made of; and entries that one looks through for what happened to one user.
pub(crate) const OBJECTS_A_PAGE: u32 = 20;
pub(crate) const LOOKED_THROUGH: u32 = 20_000;

/// How many portfolios each account of a user object lists.
pub(crate) fn portfolios_listed(accounts: usize) -> u32 {
    let accounts = u32::try_from(accounts).unwrap_or(u32::MAX).max(1);
    (PORTFOLIOS_LISTED_OF_USER / accounts).min(PORTFOLIOS_LISTED)
}
/// A larger answer is not kept for a key: asking again finds the work by its ids. Only an account
/// with many portfolios has one.
pub(crate) const KEPT_ANSWER_BYTES: usize = 8 * 1024;
/// Of a partner and day of UTC: new requests with a key, of some 400 bytes each, and bytes of kept
/// answers. With a full day on each side of midnight that is an eighth of the 10 GB of a database.
/// A login and its code take two requests and 3 KB.
pub(crate) const KEYED_REQUESTS_A_DAY: u32 = 250_000;
pub(crate) const KEPT_BYTES_A_DAY: u32 = 512 * 1024 * 1024;
/// Of a partner's settings, by its own clients, and what they are counted in. Each is a dozen statements, in the
/// database that all partners share; the operator's are not counted.
pub(crate) const CHANGES_OF_SETTINGS: u32 = 30;
pub(crate) const CHANGES_COUNTED: Duration = minutes(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_a_budget_are_never_more_than_all_of_it() {
        let shares = |daily| {
            let budget = Budget { daily };
            let hour = budget.unproven_hour();
            (budget.proven(), budget.resets(), budget.unproven(), hour)
        };
        assert_eq!(shares(10_000), (8_000, 4_000, 2_000, 84));
        assert_eq!(shares(3), (2, 1, 1, 1));
        assert_eq!(shares(1), (0, 0, 1, 1));
        assert_eq!(shares(0), (0, 0, 0, 0));
        for daily in 0..500 {
            let (proven, _, unproven, _) = shares(daily);
            assert_eq!(proven + unproven, daily);
        }
    }

    #[test]
    fn where_nobody_is_sent_to_each_cap_is_so_often_what_it_is_where_somebody_is() {
        let caps = SendCaps::DEPLOYED;
        assert_eq!(
            [
                caps.phone_hour,
                caps.phone_day,
                caps.resets_hour,
                caps.resets_day,
                caps.notices_hour,
                caps.notices_day,
                caps.prefix_hour
            ],
            [5, 10, 3, 6, 2, 3, 10]
        );
        assert_eq!(caps.changes_of_block(), 5);
        assert_eq!(caps.times(1), caps);
        let many = caps.times(100);
        assert_eq!((many.phone_day, many.prefix_hour), (1_000, 1_000));
        let alone = caps.without_block();
        assert_eq!(alone.phone_hour, caps.phone_hour);
        assert!(alone.prefix_hour > 1_000_000);
    }

    #[test]
    fn a_user_object_lists_so_many_portfolios_in_all() {
        let listed = [0, 1, 10, 11, 60, 100].map(portfolios_listed);
        assert_eq!(listed, [50, 50, 50, 45, 8, 5]);
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
}
