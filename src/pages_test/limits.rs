//! `docs/reference/limits.md` has every number of `rules/limits.rs`, as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use super::read;
use crate::rules::limits::*;

#[test]
fn the_page_of_limits_has_the_numbers_of_the_code() {
    let page = read("docs/reference/limits.md");
    let told = rows(&page);
    let numbers = numbers();
    for (name, number) in &numbers {
        assert_eq!(told.get(name.as_str()), Some(&number.as_str()), "{name}");
    }
    assert_eq!(told.len(), numbers.len(), "{told:?}");
    let code = read("src/rules/limits.rs");
    let constants = code.lines().filter_map(|line| {
        let named = line.strip_prefix("pub(crate) const ")?;
        named.split_once(':').map(|(name, _)| name)
    });
    // Of `wait_after`, whose outcome is told.
    let inside = ["WAIT_UNIT", "MOST_DOUBLINGS"];
    let constants: Vec<&str> = constants.filter(|name| !inside.contains(name)).collect();
    assert!(constants.len() > 30, "{constants:?}");
    for name in constants {
        assert!(numbers.contains_key(name), "{name} is not on the page");
    }
}

/// By the name in the last column, which is in backticks and may have more words after it, the number.
fn rows(page: &str) -> BTreeMap<String, &str> {
    let rows = page.lines().filter(|line| line.ends_with(" |"));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let name = cells.last()?.strip_prefix('`')?;
        Some((name.replacen('`', "", 1), cells[1]))
    })
    .collect()
}

macro_rules! named {
    ($($name:ident)*) => { [$((stringify!($name).to_owned(), $name.shown())),*] };
}

fn numbers() -> BTreeMap<String, String> {
    let mut numbers = BTreeMap::from(named! {
        CODE_WINDOW_SHORT CODE_WINDOW_LONG BETWEEN_UNLOCKS LONGEST_CHALLENGE STAGINGS_PER_CHALLENGE
        SENDS_PER_PHONE_HOUR SENDS_PER_PHONE_DAY RESETS_PER_PHONE_HOUR RESETS_PER_PHONE_DAY SENDS_PER_PREFIX_HOUR
        SEND_WINDOW_SHORT SEND_WINDOW_LONG SENDS_PER_CHALLENGE RESEND_COOLDOWNS SEND_BACKOFF TROUBLE_KEPT IN_FLIGHT
        NOTICES_PER_PHONE_HOUR NOTICES_PER_PHONE_DAY NOTICES_OF_A_KIND NOTICES_COUNTED
        FREE_FAILURES LONGEST_WAIT FAILURES_KEPT CLAIM_LIFE HOLDS_KEPT
        FRESH_LOGIN RECOVERY_CODES WRONG_RECOVERY_CODES RECOVERY_WINDOW HOLD_AFTER_CHANGE HOLD_AFTER_RECOVERY
        RESET_SETTLES CHANGES_A_DAY CHANGES_WINDOW
        REFRESH_ABSOLUTE REFRESH_IDLE REFRESH_GRACE LONGEST_CLIENT_TOKEN SECRET_OVERLAP ENDED_LATELY ENDED_AT_ONCE
        ACCOUNTS_PER_USER KYC_IDS_PER_USER PORTFOLIOS_LISTED PORTFOLIOS_LISTED_OF_USER EXPORTED EXPORTED_AUDIT
        IDEMPOTENCY_KEPT KEYED_REQUESTS_A_DAY WEBHOOK_TOLERANCE OUTBOX_KEPT
        CHANGES_OF_SETTINGS CHANGES_COUNTED
        AUDIT_IN_DATABASE AUDIT_KEPT ARCHIVED_TOGETHER OBJECTS_A_PAGE LOOKED_THROUGH
    });
    for digits in [4, 6] {
        let caps = CodeCaps::for_digits(digits, None);
        let of = |cap: &str| format!("CodeCaps::{cap} of {digits}");
        numbers.insert(of("consecutive"), caps.consecutive.shown());
        numbers.insert(of("in_30_days"), caps.in_30_days.shown());
        numbers.insert(of("in_365_days"), caps.in_365_days.shown());
    }
    let budget = Budget { daily: 10_000 };
    for (name, share) in [
        ("proven", budget.proven()),
        ("resets", budget.resets()),
        ("unproven", budget.unproven()),
        ("unproven_hour", budget.unproven_hour()),
    ] {
        numbers.insert(format!("Budget::{name}"), share.shown());
    }
    let waits = (FREE_FAILURES + 1..=FREE_FAILURES + 10).map(wait_after);
    let waits: Vec<String> = waits.map(|wait| wait.as_secs().to_string()).collect();
    numbers.insert("wait_after".into(), format!("{} seconds", waits.join(", ")));
    let kib = KEPT_ANSWER_BYTES / 1024;
    numbers.insert("KEPT_ANSWER_BYTES".into(), format!("{kib} KiB"));
    let mib = KEPT_BYTES_A_DAY / 1024 / 1024;
    numbers.insert("KEPT_BYTES_A_DAY".into(), format!("{mib} MiB"));
    numbers
}

/// As the page writes it.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for u32 {
    fn shown(&self) -> String {
        match self / 1000 {
            0 => self.to_string(),
            thousands => format!("{thousands},{:03}", self % 1000),
        }
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        let units = [
            (86_400, "day"),
            (3_600, "hour"),
            (60, "minute"),
            (1, "second"),
        ];
        let whole = units
            .iter()
            .find(|(unit, _)| self.as_secs().is_multiple_of(*unit));
        let (unit, word) = whole.expect("whole seconds");
        match self.as_secs() / unit {
            1 => format!("1 {word}"),
            many => format!("{many} {word}s"),
        }
    }
}

impl<const N: usize> Shown for [Duration; N] {
    fn shown(&self) -> String {
        self.iter().map(Shown::shown).collect::<Vec<_>>().join(", ")
    }
}
