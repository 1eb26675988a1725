//! The SQL of throttles, cooldowns, caps and locks, run against the rules that it stands for.

use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::Connection;

use super::challenges::{self, Counted as AnswerCounted, NewAnswer, NewChallenge, NewUnlock};
use super::notices::{self, Claim};
use super::sends::{self, Counted, NewSend};
use super::statement::{Param, Statement};
use super::statements_test::migrated;
use super::{throttles, Batch};
use crate::rules::challenge::Purpose;
use crate::rules::id::{Id, PartnerId, SendId, StoredChallengeId, Subject, UserId, WorkId};
use crate::rules::limits::*;
use crate::rules::notice::Notice;
use crate::rules::send::{Refusal, SendOutcome};
use crate::rules::time::{days, hours, millis, minutes, seconds, Time};
use crate::rules::word::Word;

const NOW: Time = Time::from_millis(1_752_157_186_359);
const LIFE: Duration = minutes(5);

/// A migrated database; what is run in it changes rows as D1 would.
pub(super) struct World {
    pub(super) db: Connection,
    drawn: u32,
    caps: SendCaps,
    is_free: bool,
    /// In force.
    rules: CodeRules,
    max_tries: u32,
}

impl World {
    pub(super) fn new() -> World {
        World {
            db: migrated(),
            drawn: 0,
            caps: SendCaps::DEPLOYED,
            is_free: false,
            rules: rules(),
            max_tries: 3,
        }
    }

    fn id<K>(&mut self) -> Id<K> {
        self.drawn += 1;
        Id::given(format!("id_{}", self.drawn))
    }

    /// The rows that a statement changed.
    fn run<T>(&self, statement: &Statement<T>) -> usize {
        let (sql, values) = statement.numbered();
        let values: Vec<Value> = values.into_iter().map(value).collect();
        let mut prepared = self.db.prepare(&sql).unwrap();
        let given = rusqlite::params_from_iter(values);
        let rows = prepared.query_map(given, |_| Ok(())).unwrap();
        for row in rows {
            row.unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
        self.db.changes().try_into().unwrap()
    }

    pub(super) fn run_all(&self, batch: Batch) -> Vec<usize> {
        let run = |statement: &Statement| match self.reads(statement) {
            true => 0,
            false => self.run(statement),
        };
        batch.into_statements().iter().map(run).collect()
    }

    fn reads(&self, statement: &Statement) -> bool {
        let (sql, _) = statement.numbered();
        self.db.prepare(&sql).unwrap().readonly()
    }

    /// The first row: its columns as numbers.
    pub(super) fn numbers<T>(
        &self,
        statement: &Statement<T>,
        columns: &[&str],
    ) -> Vec<Option<i64>> {
        let (sql, values) = statement.numbered();
        let values: Vec<Value> = values.into_iter().map(value).collect();
        let mut prepared = self.db.prepare(&sql).unwrap();
        prepared
            .query_row(rusqlite::params_from_iter(values), |row| {
                let number = |column: &&str| match row.get::<_, Value>(*column)? {
                    Value::Integer(number) => Ok(Some(number)),
                    // Times and counts: whole, and far below where a double is not.
                    Value::Real(number) => Ok(Some(format!("{number:.0}").parse().unwrap())),
                    _ => Ok(None),
                };
                columns.iter().map(number).collect()
            })
            .unwrap()
    }

    /// How many rows a statement gives.
    pub(super) fn counted<T>(&self, statement: &Statement<T>) -> usize {
        let (sql, values) = statement.numbered();
        let values = values.into_iter().map(value);
        let mut prepared = self.db.prepare(&sql).unwrap();
        let rows = prepared.query_map(rusqlite::params_from_iter(values), |_| Ok(()));
        rows.unwrap().count()
    }

    fn decoy(&mut self, purpose: Purpose, subject: &Subject, now: Time) -> StoredChallengeId {
        let (id, partner): (StoredChallengeId, PartnerId) = (self.id(), Id::given("prt"));
        let mut batch = Batch::new();
        let new = NewChallenge {
            id: &id,
            purpose,
            partner_id: &partner,
            subject,
            user_id: None,
            credential_epoch: None,
            nonce: "n",
            max_tries: self.max_tries,
            rules: self.rules,
            now,
            expires_at: now + LIFE,
            change: None,
        };
        challenges::issue(&mut batch, &new);
        self.run_all(batch);
        id
    }

    /// Whether one more send of this challenge to this number was reserved.
    fn send(&mut self, challenge: &StoredChallengeId, phone: &str, now: Time) -> bool {
        self.send_that(None, challenge, phone, 1_000, now)
    }

    /// A send of which this became.
    fn send_that(
        &mut self,
        outcome: Option<SendOutcome>,
        challenge: &StoredChallengeId,
        phone: &str,
        budget: u32,
        now: Time,
    ) -> bool {
        let (id, work): (SendId, WorkId) = (self.id(), self.id());
        let to = Counted {
            phone: phone.into(),
            prefix: phone[..phone.len() - 3].into(),
            is_real: true,
            is_allowed: true,
            is_free: self.is_free,
        };
        let send = NewSend {
            id: &id,
            work_id: &work,
            challenge_id: challenge,
            again: true,
            to: &to,
            partner_id: &Id::given("prt"),
            caps: self.caps,
            budget: Budget { daily: budget },
            max_tries: self.max_tries,
            rules: self.rules,
            now,
        };
        let mut batch = Batch::new();
        sends::reserve(&mut batch, &send).done();
        self.run_all(batch);
        let reserved = self.numbers(&sends::reserved(&send), &["to_be_sent"]);
        if let Some(outcome) = outcome {
            let refusal = (outcome == SendOutcome::Refused).then_some(Refusal::Invalid);
            let mut batch = Batch::new();
            sends::settle(&mut batch, &send, outcome, refusal, false);
            self.run_all(batch);
        }
        reserved == [Some(1)]
    }

    /// Whether this attempt at the work tells `usr_1` this, and whether by SMS to this number too.
    fn notice(&mut self, notice: Notice, phone: &str, work: &WorkId, now: Time) -> [bool; 2] {
        let (id, attempt): (SendId, WorkId) = (self.id(), self.id());
        let to = Counted {
            phone: phone.into(),
            prefix: phone[..phone.len() - 3].into(),
            is_real: true,
            is_allowed: true,
            is_free: self.is_free,
        };
        let (user, partner) = (Id::given("usr_1"), Id::given("prt"));
        let send = NewSend {
            id: &id,
            work_id: work,
            challenge_id: &Id::given(format!("{work}-{}", notice.as_str())),
            again: false,
            to: &to,
            partner_id: &partner,
            caps: self.caps,
            budget: Budget { daily: 1_000 },
            max_tries: 3,
            rules: rules(),
            now,
        };
        let claim = Claim {
            user_id: &user,
            partner_id: &partner,
            notice,
            work_id: work,
            attempt_id: &attempt,
            now,
        };
        let mut told = [false; 2];
        // Whose answer was lost is run again.
        for _ in 0..2 {
            let mut batch = Batch::new();
            notices::claim(&mut batch, &claim);
            sends::reserve_notice(&mut batch, &send, &claim);
            self.run_all(batch);
            let is_claimed = self.numbers(&notices::claimed(&claim), &["is_claimed"]);
            told = [
                is_claimed == [Some(1)],
                self.counted(&sends::reserved(&send)) == 1,
            ];
        }
        told
    }

    /// How a wrong or right answer to a fresh challenge is counted, and whether codes are locked.
    fn answer(&mut self, subject: &Subject, is_right: bool, now: Time) -> (AnswerCounted, bool) {
        let id = self.decoy(Purpose::Login, subject, now);
        self.answer_to(&id, is_right, now)
    }

    fn answer_to(
        &mut self,
        challenge: &StoredChallengeId,
        is_right: bool,
        now: Time,
    ) -> (AnswerCounted, bool) {
        let work: WorkId = self.id();
        let answer = NewAnswer {
            work_id: &work,
            challenge_id: challenge,
            is_right,
            max_tries: self.max_tries,
            rules: self.rules,
            now,
        };
        let changed = self.run(&challenges::answer(&answer));
        let row = self.numbers(&challenges::answered(&answer), &["locked"]);
        let counted = match (changed, is_right) {
            (0, _) => AnswerCounted::NotAtAll,
            (_, true) => AnswerCounted::AsRight,
            (_, false) => AnswerCounted::AsWrong,
        };
        (counted, row[0] == Some(1))
    }
}

impl World {
    /// The user `usr_1` of `prt`.
    fn with_user() -> World {
        let world = World::new();
        let sql = "
INSERT INTO partners (id, name, created_at) VALUES ('prt', 'p', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
VALUES ('usr_1', 'prt', 'e', 'p', 'h', '[]', 0, 0)";
        world.db.execute_batch(sql).unwrap();
        world
    }

    /// Whether an unlock did something, and when the next can: none where there is nothing to excuse.
    fn unlock(&mut self, now: Time) -> (bool, Option<Time>) {
        let work: WorkId = self.id();
        let caps = serde_json::json!({ Purpose::Login.as_str(): rules().caps.in_365_days });
        let new = NewUnlock {
            work_id: &work,
            user_id: &Id::given("usr_1"),
            partner_id: &Id::given("prt"),
            year_caps: &caps.to_string(),
            now,
        };
        let acted = self.run(&challenges::unlock(&new)) == 1;
        // A batch that is run again changes nothing, and finds its own work.
        assert_eq!(self.run(&challenges::unlock(&new)), 0);
        let state = challenges::unlocked(&new);
        let state = self.numbers(&state, &["unlocked", "due_at", "year_free_at"]);
        assert_eq!(state[0], Some(i64::from(acted)));
        let next = state[2].map(|year| Time::from_millis(year.max(state[1].unwrap_or(0))));
        (acted, next)
    }
}

pub(super) fn value(param: &Param) -> Value {
    match param {
        Param::Text(text) => Value::Text(text.clone()),
        Param::Number(number) => Value::Real(*number),
        Param::Null => Value::Null,
    }
}

/// No two caps alike, so that each is seen to hold by itself.
pub(super) fn rules() -> CodeRules {
    CodeRules {
        digits: 4,
        caps: CodeCaps {
            consecutive: 4,
            in_30_days: 7,
            in_365_days: 12,
        },
    }
}

/// The wait after the nth send of a challenge before the next.
fn resend_cooldown(sends: u32) -> Duration {
    match sends {
        0 => Duration::ZERO,
        1 => RESEND_COOLDOWNS[0],
        2 => RESEND_COOLDOWNS[1],
        _ => RESEND_COOLDOWNS[2],
    }
}

fn subject(name: &str) -> Subject {
    Subject::user(&UserId::given(name))
}

#[test]
fn five_failures_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
    let expected = [
        0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900,
    ];
    let mut world = World::new();
    let (subject, mut now) = (subject("usr_1"), NOW);
    for (nth, wait) in (1..).zip(expected) {
        assert_eq!(wait_after(nth), seconds(wait));
        let work: WorkId = world.id();
        assert_eq!(world.run(&throttles::count(&subject, &work, now)), 1);
        let until = world.numbers(&throttles::read(&subject), &["blocked_until"]);
        let expected = match wait {
            0 => 0,
            _ => (now + seconds(wait)).millis(),
        };
        assert_eq!(until[0], Some(expected), "after {nth} failures");
        if wait > 0 {
            // A millisecond early nothing is counted, and the wait gets no longer.
            let early = now + seconds(wait) - Duration::from_millis(1);
            let work: WorkId = world.id();
            assert_eq!(world.run(&throttles::count(&subject, &work, early)), 0);
        }
        now = now + seconds(wait);
    }
    // Far beyond the last doubling nothing overflows.
    for _ in 0..20 {
        let work: WorkId = world.id();
        assert_eq!(world.run(&throttles::count(&subject, &work, now)), 1);
        now = now + LONGEST_WAIT;
    }
}

#[test]
fn a_failure_count_that_rested_is_forgotten() {
    let mut world = World::new();
    let subject = subject("usr_1");
    for _ in 0..FREE_FAILURES {
        let work: WorkId = world.id();
        world.run(&throttles::count(&subject, &work, NOW));
    }
    let rested = NOW + FAILURES_KEPT;
    for (at, free) in [
        (rested, false),
        (rested + FAILURES_KEPT + LONGEST_WAIT, true),
    ] {
        let work: WorkId = world.id();
        world.run(&throttles::count(&subject, &work, at));
        let until = world.numbers(&throttles::read(&subject), &["blocked_until"]);
        assert_eq!(until[0] == Some(0), free, "{}", at.timestamp());
    }
}

#[test]
fn a_challenge_is_sent_three_times_with_growing_cooldowns() {
    let mut world = World::new();
    let id = world.decoy(Purpose::Login, &subject("usr_1"), NOW);
    let mut now = NOW;
    for sends in 1..=SENDS_PER_CHALLENGE {
        assert!(world.send(&id, "+15555550100", now), "send {sends}");
        let cooled = now + resend_cooldown(sends);
        let early = cooled - Duration::from_millis(1);
        assert!(!world.send(&id, "+15555550100", early), "{sends}");
        now = cooled;
    }
    // Time is left, sends are not.
    assert!(now < NOW + LIFE + resend_cooldown(3));
    assert!(!world.send(&id, "+15555550100", NOW + LIFE - seconds(1)));
}

/// Sends by one fresh challenge each, all to one number, until one is refused.
fn sends_until_refused(world: &mut World, purpose: Purpose, phone: &str, now: Time) -> u32 {
    (0..)
        .find(|nth| {
            let id = world.decoy(
                purpose,
                &subject(&format!("{phone}-{nth}-{}", now.millis())),
                now,
            );
            !world.send(&id, phone, now)
        })
        .unwrap()
}

#[test]
fn a_number_has_its_sends_an_hour_and_a_day() {
    let mut world = World::new();
    let phone = "+15555550100";
    let first = sends_until_refused(&mut world, Purpose::Login, phone, NOW);
    assert_eq!(first, SENDS_PER_PHONE_HOUR);
    let almost = NOW + SEND_WINDOW_SHORT - Duration::from_millis(1);
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, almost),
        0
    );
    let again = NOW + SEND_WINDOW_SHORT;
    let second = sends_until_refused(&mut world, Purpose::Login, phone, again);
    assert_eq!(first + second, SENDS_PER_PHONE_DAY);
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, NOW + hours(3)),
        0
    );
    let next_day = again + SEND_WINDOW_LONG;
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, next_day),
        SENDS_PER_PHONE_HOUR
    );
}

#[test]
fn resets_leave_a_number_some_of_its_sends() {
    let mut world = World::new();
    let phone = "+15555550100";
    let hour = sends_until_refused(&mut world, Purpose::Reset, phone, NOW);
    assert_eq!(hour, RESETS_PER_PHONE_HOUR);
    let logins = sends_until_refused(&mut world, Purpose::Login, phone, NOW);
    assert_eq!(hour + logins, SENDS_PER_PHONE_HOUR);
    let later = NOW + SEND_WINDOW_SHORT;
    let more = sends_until_refused(&mut world, Purpose::Reset, phone, later);
    assert_eq!(hour + more, RESETS_PER_PHONE_DAY);
}

const PHONE: &str = "+15555550100";

#[test]
fn a_notice_is_told_once_a_work_and_within_the_caps_of_its_number() {
    let mut world = World::with_user();
    let resets = sends_until_refused(&mut world, Purpose::Reset, PHONE, NOW);
    assert_eq!(resets, RESETS_PER_PHONE_HOUR);
    let works: Vec<WorkId> = (0..4).map(|_| world.id()).collect();
    let told =
        |world: &mut World, notice, nth: usize| world.notice(notice, PHONE, &works[nth], NOW);
    let changed = Notice::PasswordChanged;
    assert_eq!(told(&mut world, changed, 0), [true, true]);
    let again = told(&mut world, changed, 0);
    assert_eq!(again, [false, false], "taken up again");
    // Another thing of the same work is told, and so is another work.
    assert_eq!(told(&mut world, Notice::NewClient, 0), [true, true]);
    let full = told(&mut world, changed, 1);
    assert_eq!(full, [true, false], "five in the hour");
    let sql = "SELECT (SELECT SUM(count) FROM partner_sends), (SELECT COUNT(*) FROM sends WHERE purpose = 'NOTICE')";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let booked = world.db.query_row(sql, [], row);
    assert_eq!(booked.unwrap(), (5_i64, 2_i64));
}

/// Whoever changes a password all day fills neither the mailbox of its owner, nor what the phone gets in codes.
#[test]
fn of_many_notices_the_first_are_told_and_codes_keep_their_sends() {
    let mut world = World::with_user();
    let flood = |world: &mut World, now| {
        let mut told = [0; 2];
        for _ in 0..50 {
            let work: WorkId = world.id();
            let [claimed, by_sms] = world.notice(Notice::PasswordChanged, PHONE, &work, now);
            told[0] += u32::from(claimed);
            told[1] += u32::from(by_sms);
        }
        told
    };
    let first = flood(&mut world, NOW);
    assert_eq!(first, [NOTICES_OF_A_KIND, NOTICES_PER_PHONE_HOUR]);
    let resets = sends_until_refused(&mut world, Purpose::Reset, PHONE, NOW);
    assert_eq!(resets, RESETS_PER_PHONE_HOUR);
    // Another kind is told, and has its own.
    let work: WorkId = world.id();
    let other = world.notice(Notice::PhoneChanged, PHONE, &work, NOW);
    assert_eq!(other, [true, false]);
    // A millisecond before the day is over, and after it.
    let day = NOW + NOTICES_COUNTED;
    assert_eq!(flood(&mut world, day - Duration::from_millis(1))[0], 0);
    assert_eq!(flood(&mut world, day)[0], NOTICES_OF_A_KIND);
    let sql = "SELECT COUNT(*) FROM notices WHERE notice = 'PASSWORD_CHANGED'";
    let kept: u32 = world.db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, NOTICES_OF_A_KIND, "older ones go");
}

/// Where a code waits for the provider, it has not waited for what was told.
#[test]
fn no_code_waits_for_a_notice_that_did_not_go_out_or_may_not_have() {
    for outcome in ["NOT_SENT", "UNCLEAR"] {
        let mut world = World::with_user();
        let work: WorkId = world.id();
        let told = world.notice(Notice::PasswordChanged, PHONE, &work, NOW);
        assert_eq!(told, [true, true]);
        let sql = "UPDATE sends SET outcome = ?1 WHERE purpose = 'NOTICE'";
        assert_eq!(world.db.execute(sql, [outcome]).unwrap(), 1);
        let id = world.decoy(Purpose::Login, &subject(PHONE), NOW);
        assert!(world.send(&id, PHONE, NOW), "{outcome}");
    }
}

#[test]
fn a_number_gets_three_notices_a_day_of_whatever_kind() {
    let mut world = World::with_user();
    let mut by_sms = 0;
    let kinds = [Notice::RecoveryUsed, Notice::PhoneChanged];
    for (kind, hour) in kinds.into_iter().cycle().zip(0..20) {
        let work: WorkId = world.id();
        let [_, sent] = world.notice(kind, PHONE, &work, NOW + hours(hour));
        by_sms += u32::from(sent);
    }
    assert_eq!(by_sms, NOTICES_PER_PHONE_DAY);
}

/// Of a number that nobody has proven it is of what is for such; one that its user has left was the user's.
#[test]
fn a_notice_is_counted_in_the_share_of_its_number_and_costs_nothing_of_a_test_number() {
    let shares = |world: &World| {
        let sql = "SELECT share FROM partner_sends WHERE count > 0 ORDER BY share";
        let mut rows = world.db.prepare(sql).unwrap();
        let shares = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        shares.map(Result::unwrap).collect::<Vec<_>>()
    };
    for (phone, proven, is_free, share) in [
        (PHONE, false, false, vec!["UNPROVEN", "UNPROVEN_HOUR"]),
        (PHONE, true, false, vec!["LOGIN"]),
        ("+15555550199", false, false, vec!["LOGIN"]),
        (PHONE, true, true, vec![]),
    ] {
        let mut world = World::with_user();
        world.is_free = is_free;
        let sql = "UPDATE users SET phone = ?1, phone_verified_at = CASE WHEN ?2 THEN 0 END";
        world.db.execute(sql, (PHONE, proven)).unwrap();
        let work: WorkId = world.id();
        let told = world.notice(Notice::PhoneChanged, phone, &work, NOW);
        assert_eq!(told, [true, true]);
        assert_eq!(shares(&world), share, "{phone} {proven} {is_free}");
    }
    // Of nobody there is nothing to tell.
    let mut world = World::new();
    let work: WorkId = world.id();
    let told = world.notice(Notice::PhoneChanged, PHONE, &work, NOW);
    assert_eq!(told, [false, false]);
}

#[test]
fn a_block_of_numbers_has_its_sends_an_hour() {
    let mut world = World::new();
    let sent = (0..20)
        .filter(|nth| {
            let phone = format!("+155555501{nth:02}");
            let id = world.decoy(Purpose::Login, &subject(&phone), NOW);
            world.send(&id, &phone, NOW)
        })
        .count();
    assert_eq!(sent, SENDS_PER_PREFIX_HOUR as usize);
}

/// Whoever tests meets the caps of a number, and no other.
#[test]
fn a_test_number_has_the_caps_of_a_number_and_takes_nothing_from_a_block_or_a_budget() {
    let mut world = World::new();
    world.is_free = true;
    world.caps = SendCaps::DEPLOYED.without_block();
    let mut sent = |from: u32, outcome| {
        let send = |nth: &u32| {
            let phone = format!("+15550100{nth:03}");
            let id = world.decoy(Purpose::Login, &subject(&phone), NOW);
            world.send_that(outcome, &id, &phone, u32::MAX, NOW)
        };
        (from..from + 20).filter(send).count()
    };
    assert_eq!(sent(100, None), 20);
    assert_eq!(sent(200, Some(SendOutcome::NotSent)), 20);
    let booked = "SELECT MAX(count), MIN(count) FROM partner_sends";
    let booked = world
        .db
        .query_row(booked, [], |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(booked.unwrap(), (0_i64, 0_i64));
    let phone = "+15550100999";
    let sent = sends_until_refused(&mut world, Purpose::Login, phone, NOW);
    assert_eq!(sent, SENDS_PER_PHONE_HOUR);
}

#[test]
fn a_partner_has_its_budget_until_midnight() {
    let mut world = World::new();
    // Decoys count as proven: of 4 messages a day, 3 are for proven numbers.
    let mut send = |nth: u32, now| {
        let phone = format!("+1555{nth:07}");
        let id = world.decoy(Purpose::Login, &subject(&phone), now);
        world.send_that(None, &id, &phone, 4, now)
    };
    let sent = (0..5).filter(|nth| send(nth * 1_000, NOW)).count();
    assert_eq!(sent, 3);
    let midnight = NOW.next_day();
    assert!(!send(90_000, midnight - Duration::from_millis(1)));
    assert!(send(91_000, midnight));
}

#[test]
fn resets_leave_half_of_the_proven_budget_to_logins() {
    let mut world = World::new();
    let mut send = |purpose, nth: u32| {
        let phone = format!("+1555{nth:07}");
        let id = world.decoy(purpose, &subject(&phone), NOW);
        world.send_that(None, &id, &phone, 10, NOW)
    };
    let mut sent = |purpose, from: u32| {
        (from..from + 12)
            .filter(|nth| send(purpose, nth * 1_000))
            .count()
    };
    assert_eq!(sent(Purpose::Reset, 100), 4);
    assert_eq!(sent(Purpose::Login, 200), 4);
    assert_eq!(sent(Purpose::Reset, 300), 0);
}

#[test]
fn what_certainly_did_not_go_out_puts_the_next_off_for_a_minute_and_counts_for_nothing() {
    let mut world = World::new();
    let phone = "+15555550100";
    let fails = Some(SendOutcome::NotSent);
    for nth in 0..30 {
        let now = NOW + SEND_BACKOFF * nth;
        let id = world.decoy(Purpose::Login, &subject(&format!("usr_{nth}")), now);
        assert!(world.send_that(fails, &id, phone, 2, now), "{nth}");
        let id = world.decoy(Purpose::Login, &subject(&format!("again_{nth}")), now);
        let early = now + SEND_BACKOFF - Duration::from_millis(1);
        assert!(!world.send(&id, phone, early), "{nth}");
    }
    let well = NOW + SEND_BACKOFF * 30;
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, well),
        SENDS_PER_PHONE_HOUR
    );
}

#[test]
fn what_may_have_gone_out_counts_and_is_waited_for_longer_each_time() {
    let mut world = World::new();
    let phone = "+15555550100";
    let mut now = NOW;
    for nth in 1..=4 {
        let id = world.decoy(Purpose::Login, &subject(&format!("usr_{nth}")), now);
        assert!(
            world.send_that(Some(SendOutcome::Unclear), &id, phone, 1_000, now),
            "{nth}"
        );
        let id = world.decoy(Purpose::Login, &subject(&format!("again_{nth}")), now);
        let next = now + resend_cooldown(nth);
        assert!(
            !world.send(&id, phone, next - Duration::from_millis(1)),
            "{nth}"
        );
        now = next;
    }
    // The fifth is the last of the hour, whatever becomes of it.
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, now),
        1
    );
    let free = NOW + SEND_WINDOW_SHORT;
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, free),
        1
    );
}

/// Four sends to this number that may have gone out; when the fifth may be tried.
fn in_an_outage(world: &mut World, phone: &str) -> Time {
    let mut now = NOW;
    for nth in 1..SENDS_PER_PHONE_HOUR {
        let id = world.decoy(Purpose::Login, &subject(&format!("usr_{nth}")), now);
        assert!(world.send_that(Some(SendOutcome::Unclear), &id, phone, 1_000, now));
        now = now + resend_cooldown(nth);
    }
    now
}

#[test]
fn the_last_send_of_a_number_is_not_spent_on_a_provider_in_trouble() {
    let mut world = World::new();
    let (phone, other) = ("+15555550100", "+16666660100");
    let next = in_an_outage(&mut world, phone);
    let mut attempt = |outcome, phone: &str, now| {
        let id = world.decoy(
            Purpose::Login,
            &subject(&format!("usr_{}", world.drawn)),
            now,
        );
        world.send_that(outcome, &id, phone, 1_000, now)
    };
    // Others are still lost. One that certainly is not sent says nothing: it may be their number.
    assert!(attempt(Some(SendOutcome::Unclear), other, next));
    let later = next + minutes(2);
    assert!(!attempt(None, phone, later));
    // Somebody gets through: a provider that took it, once its answer must be there, is well.
    assert!(attempt(None, other, later));
    assert!(!attempt(
        None,
        phone,
        later + IN_FLIGHT - Duration::from_millis(1)
    ));
    assert!(attempt(None, phone, later + IN_FLIGHT));
}

#[test]
fn trouble_that_nobody_has_met_for_five_minutes_is_over() {
    let mut world = World::new();
    let (phone, other) = ("+15555550100", "+16666660100");
    let next = in_an_outage(&mut world, phone);
    let id = world.decoy(Purpose::Login, &subject("other"), next);
    world.send_that(Some(SendOutcome::Unclear), &id, other, 1_000, next);
    let over = next + TROUBLE_KEPT;
    let id = world.decoy(Purpose::Login, &subject("last"), next + minutes(4));
    assert!(!world.send(&id, phone, over - Duration::from_millis(1)));
    assert!(world.send(&id, phone, over));
}

#[test]
fn a_second_message_that_did_not_go_out_counts_for_nothing() {
    let mut world = World::new();
    let phone = "+15555550100";
    let id = world.decoy(Purpose::Login, &subject("usr_1"), NOW);
    let (send_id, work): (SendId, WorkId) = (world.id(), world.id());
    let to = Counted {
        phone: phone.into(),
        prefix: phone[..9].into(),
        is_real: true,
        is_allowed: true,
        is_free: false,
    };
    let send = NewSend {
        id: &send_id,
        work_id: &work,
        challenge_id: &id,
        again: false,
        to: &to,
        partner_id: &Id::given("prt"),
        caps: SendCaps::DEPLOYED,
        budget: Budget { daily: 1_000 },
        max_tries: 3,
        rules: rules(),
        now: NOW,
    };
    let counted = |world: &World| {
        let messages = "SELECT messages FROM sends";
        let booked = "SELECT SUM(count) FROM partner_sends";
        [messages, booked].map(|sql| {
            world
                .db
                .query_row(sql, [], |row| row.get::<_, i64>(0))
                .unwrap()
        })
    };
    let run = |world: &World, act: &dyn Fn(&mut Batch)| {
        let mut batch = Batch::new();
        act(&mut batch);
        world.run_all(batch);
    };
    run(&world, &|batch| sends::reserve(batch, &send).done());
    run(&world, &|batch| {
        sends::send_twice(batch, &send);
    });
    assert_eq!(counted(&world), [2, 2]);
    let unclear = SendOutcome::Unclear;
    run(&world, &|batch| {
        sends::settle(batch, &send, unclear, None, true);
    });
    assert_eq!(counted(&world), [1, 1]);
}

#[test]
fn no_challenge_is_issued_for_somebody_who_is_gone() {
    let mut world = World::new();
    let (id, partner): (StoredChallengeId, PartnerId) = (world.id(), Id::given("prt"));
    let gone = UserId::given("usr_gone");
    let new = NewChallenge {
        id: &id,
        purpose: Purpose::Login,
        partner_id: &partner,
        subject: &Subject::user(&gone),
        user_id: Some(&gone),
        credential_epoch: Some(0),
        nonce: "n",
        max_tries: 3,
        rules: rules(),
        now: NOW,
        expires_at: NOW + LIFE,
        change: None,
    };
    let mut batch = Batch::new();
    challenges::issue(&mut batch, &new);
    assert_eq!(world.run_all(batch)[0], 0);
}

#[test]
fn a_number_that_cannot_receive_is_not_asked_about_for_an_hour() {
    let mut world = World::new();
    let phone = "+15555550100";
    let id = world.decoy(Purpose::Login, &subject("usr_1"), NOW);
    assert!(world.send_that(Some(SendOutcome::Refused), &id, phone, 1_000, NOW));
    let free = NOW + SEND_WINDOW_SHORT;
    let early = free - Duration::from_millis(1);
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, early),
        0
    );
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, free),
        SENDS_PER_PHONE_HOUR
    );
    // It counts for the day.
    let later = free + SEND_WINDOW_SHORT;
    assert_eq!(
        sends_until_refused(&mut world, Purpose::Login, phone, later),
        SENDS_PER_PHONE_DAY - SENDS_PER_PHONE_HOUR - 1
    );
}

/// Whatever is set in the meantime: a short code meets the caps of a short code, and what is left of the wide ones
/// is left to long codes.
#[test]
fn guesses_at_short_codes_stay_few_however_long_the_codes_are_by_now() {
    let of_digits = |digits| CodeRules {
        digits,
        caps: CodeCaps::for_digits(digits, None),
    };
    let (short, long) = (of_digits(4), of_digits(10));
    let mut world = World::new();
    world.rules = short;
    let subject = subject("usr_1");
    let old = world.decoy(Purpose::Login, &subject, NOW);
    let other = world.decoy(Purpose::Login, &subject, NOW);
    for _ in 1..short.caps.consecutive {
        let wrong = world.answer(&subject, false, NOW);
        assert_eq!(wrong, (AnswerCounted::AsWrong, false));
    }
    world.rules = long;
    let tenth = world.answer_to(&old, false, NOW);
    assert_eq!(tenth, (AnswerCounted::AsWrong, true));
    for is_right in [false, true] {
        let refused = world.answer_to(&other, is_right, NOW);
        assert_eq!(refused, (AnswerCounted::NotAtAll, true));
    }
    for nth in short.caps.consecutive + 1..=long.caps.consecutive {
        let wrong = world.answer(&subject, false, NOW);
        let locks = nth == long.caps.consecutive;
        assert_eq!(wrong, (AnswerCounted::AsWrong, locks), "{nth}");
    }
    // What was guessed at long codes counts for short ones too: a month later the year has no room.
    let later = NOW + CODE_WINDOW_SHORT;
    world.rules = short;
    let refused = world.answer(&subject, true, later);
    assert_eq!(refused, (AnswerCounted::NotAtAll, true));
    // And one that was issued long is tried under what is tighter by now.
    world.rules = long;
    let issued_long = world.decoy(Purpose::Login, &subject, later);
    world.rules = short;
    let refused = world.answer_to(&issued_long, true, later);
    assert_eq!(refused, (AnswerCounted::NotAtAll, true));
}

#[test]
fn a_challenge_never_takes_more_answers_than_when_it_was_issued() {
    let mut world = World::new();
    let tries = |world: &mut World, issued, now_in_force| {
        world.max_tries = issued;
        let subject = subject(&format!("usr_{issued}_{now_in_force}"));
        let id = world.decoy(Purpose::Login, &subject, NOW);
        world.max_tries = now_in_force;
        let counted = |_: &u32| world.answer_to(&id, false, NOW).0 == AnswerCounted::AsWrong;
        (0..6).take_while(counted).count()
    };
    assert_eq!(tries(&mut world, 1, 5), 1);
    assert_eq!(tries(&mut world, 3, 3), 3);
    assert_eq!(tries(&mut world, 5, 2), 2);
}

#[test]
fn wrong_codes_in_a_row_lock_and_a_right_one_ends_the_row() {
    let caps = rules().caps;
    let mut world = World::new();
    let subject = subject("usr_1");
    for nth in 1..caps.consecutive {
        assert_eq!(
            world.answer(&subject, false, NOW),
            (AnswerCounted::AsWrong, false),
            "{nth}"
        );
    }
    let locks = world.answer(&subject, false, NOW);
    assert_eq!(locks, (AnswerCounted::AsWrong, true));
    let refused = world.answer(&subject, true, NOW);
    assert_eq!(refused, (AnswerCounted::NotAtAll, true));
}

#[test]
fn the_rolling_counts_lock_whatever_right_codes_come_between() {
    let caps = rules().caps;
    for (cap, spread, window) in [
        (caps.in_30_days, days(1), CODE_WINDOW_SHORT),
        (caps.in_365_days, days(12), CODE_WINDOW_LONG),
    ] {
        let mut world = World::new();
        let subject = subject("usr_1");
        let mut now = NOW;
        for nth in 1..=cap {
            now = NOW + spread * (nth - 1);
            let wrong = world.answer(&subject, false, now);
            assert_eq!(
                wrong,
                (AnswerCounted::AsWrong, nth == cap),
                "{nth} of {cap}"
            );
            if nth < cap {
                let right = world.answer(&subject, true, now + seconds(1));
                assert_eq!(right, (AnswerCounted::AsRight, false), "{nth} of {cap}");
            }
        }
        // The first of them leaves the window, and the lock with it.
        let free = NOW + window;
        assert!(free > now);
        let early = free - Duration::from_millis(1);
        assert!(world.answer(&subject, true, early).1);
        let right = world.answer(&subject, true, free);
        assert_eq!(right, (AnswerCounted::AsRight, false), "{}", millis(window));
    }
}

#[test]
fn an_unlock_excuses_the_row_and_the_month_once_in_30_days_and_never_the_year() {
    let caps = rules().caps;
    let mut world = World::with_user();
    let subject = subject("usr_1");
    assert_eq!(
        world.unlock(NOW),
        (false, None),
        "there is nothing to excuse"
    );
    let guess = |world: &mut World, from: Time| {
        for nth in 1..=caps.consecutive {
            let at = from + Duration::from_millis(nth.into());
            let wrong = world.answer(&subject, false, at);
            let locks = nth == caps.consecutive;
            assert_eq!(
                wrong,
                (AnswerCounted::AsWrong, locks),
                "{nth} from {}",
                at.timestamp()
            );
        }
    };
    // Four, and four more within the month, of which seven would lock.
    guess(&mut world, NOW);
    let first = NOW + seconds(1);
    assert_eq!(world.unlock(first), (true, None));
    assert_eq!(world.unlock(first + seconds(1)), (false, None));
    guess(&mut world, NOW + seconds(2));
    let second = first + BETWEEN_UNLOCKS;
    let early = second - Duration::from_millis(1);
    assert_eq!(world.unlock(early), (false, Some(second)));
    assert!(world.answer(&subject, true, early).1, "it stays locked");
    assert_eq!(world.unlock(second), (true, None));
    // Twelve are the year's, and no unlock gives one of them back.
    guess(&mut world, second + seconds(1));
    let free = NOW + Duration::from_millis(1) + CODE_WINDOW_LONG;
    let third = second + BETWEEN_UNLOCKS;
    assert_eq!(world.unlock(third), (false, Some(free)));
    let early = free - Duration::from_millis(1);
    assert_eq!(world.unlock(early), (false, Some(free)));
    assert_eq!(world.unlock(free), (true, None));
    assert_eq!(
        world.answer(&subject, true, free),
        (AnswerCounted::AsRight, false)
    );
}

#[test]
fn an_unlock_is_of_a_partners_own_user_and_no_right_code_takes_it_back() {
    let mut world = World::with_user();
    let subject = subject("usr_1");
    world.answer(&subject, false, NOW);
    let work: WorkId = world.id();
    let new = NewUnlock {
        work_id: &work,
        user_id: &Id::given("usr_1"),
        partner_id: &Id::given("another"),
        year_caps: r#"{"SMS_MFA":12}"#,
        now: NOW,
    };
    assert_eq!(world.run(&challenges::unlock(&new)), 0);
    // What a right code ended in a row still counts in the month, and may be excused.
    world.answer(&subject, true, NOW + seconds(1));
    assert_eq!(world.unlock(NOW + seconds(2)), (true, None));
}
