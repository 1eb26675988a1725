//! The SMS budget: every send is one row, written before the provider is called and only while
//! no cap is reached. It stays, with what became of it.

use serde::{Deserialize, Deserializer};

use super::batch::{Batch, Ran};
use super::locked::{answerable, caps, kept, locked};
use super::notices::{claim_values, is_claimed, Claim};
use super::statement::{flag, statements, IfChanged, Param, Sql, Statement};
use crate::rules::challenge::Purpose;
use crate::rules::id::{PartnerId, SendId, StoredChallengeId, WorkId};
use crate::rules::limits::{
    Budget, CodeRules, SendCaps, IN_FLIGHT, RESEND_COOLDOWNS, SENDS_PER_CHALLENGE, SEND_BACKOFF,
    SEND_WINDOW_LONG, SEND_WINDOW_SHORT, TROUBLE_KEPT,
};
use crate::rules::send::{Refusal, SendOutcome};
use crate::rules::time::Time;
use crate::rules::word::Word;

/// The wait after so many sends of a challenge, or messages to a number that nobody knows the end of.
/// Takes [`cooldowns`].
macro_rules! cooldown {
    ($sends:literal) => {
        concat!(
            "CASE ",
            $sends,
            " WHEN 1 THEN :cooldown_1 WHEN 2 THEN :cooldown_2 ELSE :cooldown_3 END"
        )
    };
}

pub(super) use cooldown;

/// When the messages counted under `$key` in the last `$span` will be fewer than `$cap`; 0 where
/// they are.
macro_rules! full_until {
    ($key:literal, $span:literal, $cap:literal, $only:literal) => {
        concat!(
            "COALESCE((SELECT MAX(at) + :",
            $span,
            " FROM (SELECT at, SUM(messages) OVER (ORDER BY at DESC) AS so_far FROM counted_sends
              WHERE partner_id = :partner_id AND ",
            $key,
            " = :",
            $key,
            " AND at > :now - :",
            $span,
            $only,
            ") WHERE so_far >= :",
            $cap,
            "), 0)"
        )
    };
}

/// The messages to the number that count in the last `$span`.
macro_rules! messages_in {
    ($span:literal) => {
        concat!(
            "(SELECT COALESCE(SUM(messages), 0) FROM counted_sends
              WHERE partner_id = :partner_id AND phone = :phone AND at > :now - :",
            $span,
            ")"
        )
    };
}

/// What has been spent of a share of the partner's budget.
macro_rules! spent {
    ($share:literal, $since:literal) => {
        concat!(
            "COALESCE((SELECT count FROM partner_sends
              WHERE partner_id = :partner_id AND share = '",
            $share,
            "' AND starts_at = :",
            $since,
            "), 0)"
        )
    };
}

/// What has been spent, and of which share.
macro_rules! all_spent {
    () => {
        concat!(
            spent!("LOGIN", "today"),
            " + ",
            spent!("RESET", "today"),
            " AS proven_spent,
       ",
            spent!("RESET", "today"),
            " AS resets_spent,
       ",
            spent!("UNPROVEN", "today"),
            " AS unproven_spent,
       ",
            spent!("UNPROVEN_HOUR", "this_hour"),
            " AS unproven_hour_spent"
        )
    };
}

/// All that decides whether a code may be sent: of the challenge that carries the SMS, of the number,
/// of its block, of the provider and of the partner's budget. Nothing where this send is reserved:
/// then that it is says all of it, and it need not be asked again.
macro_rules! facts {
    () => {
        concat!("
WITH known AS MATERIALIZED (
SELECT c.id, c.partner_id, c.purpose,
       CASE WHEN NOT c.is_proven THEN 'UNPROVEN' WHEN c.purpose = :reset THEN 'RESET' ELSE 'LOGIN' END AS share,
       ", answerable!(), " AS open,
       EXISTS ", locked!(), " AS locked,
       (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id) AS sends,
       COALESCE((SELECT MAX(s.at) + ", cooldown!("COUNT(*)"), "
                 FROM sends s WHERE s.challenge_id = c.id), 0) AS cooled_at,
       EXISTS (SELECT 1 FROM sends s WHERE s.challenge_id = c.id AND (s.outcome IS NULL OR s.outcome = 'UNCLEAR')) AS is_out,
       EXISTS (SELECT 1 FROM sends s WHERE s.challenge_id = c.id AND s.work_id = :work_id
                                       AND (c.purpose = :reset OR s.outcome IS NULL OR s.outcome = 'UNCLEAR')) AS is_done,
       ", of_number!(), ",
       -- anybody who knows an e-mail can ask for resets, and any user for codes to a number that they call their new
       -- one: they leave the number some sends for its logins, and the block
       CASE WHEN c.purpose NOT IN (:reset, :change_phone) THEN 0 ELSE
       max(", full_until!("phone", "hour", "resets_hour", " AND purpose IN (:reset, :change_phone)"), ",
           ", full_until!("phone", "day", "resets_day", " AND purpose IN (:reset, :change_phone)"), ",
           CASE WHEN c.purpose = :reset THEN 0
                ELSE ", full_until!("prefix", "hour", "changes_of_block", " AND purpose = :change_phone"), " END)
       END AS resets_free_at,
       ", all_spent!(), "
FROM challenge_states c
WHERE c.id = (SELECT root_id FROM challenges WHERE id = :challenge_id)
  AND NOT EXISTS (SELECT 1 FROM sends WHERE id = :send_id) LIMIT 1),
", with_budget!()
        )
    };
}

/// Of a number, its block and the provider, what holds any message back.
macro_rules! of_number {
    () => {
        concat!("(SELECT refusal FROM sends WHERE partner_id = :partner_id AND phone = :phone AND at > :now - :hour
                                    AND outcome = 'REFUSED' ORDER BY at DESC LIMIT 1) AS refusal,
       -- what certainly did not go out only puts the next attempt off; no code waits for a notice
       COALESCE((SELECT MAX(at) + :backoff FROM sends
                 WHERE partner_id = :partner_id AND phone = :phone AND at > :now - :backoff AND outcome = 'NOT_SENT'
                   AND purpose <> 'NOTICE'), 0) AS backed_off_until,
       -- what may have gone out is waited for, longer each time, so that an outage leaves the number sends
       COALESCE((SELECT MAX(at) + ", cooldown!("SUM(messages)"), " FROM sends
                 WHERE partner_id = :partner_id AND phone = :phone AND at > :now - :hour AND outcome = 'UNCLEAR'
                   AND purpose <> 'NOTICE'), 0) AS unclear_until,
       -- and the last one of the hour is not spent on a provider that loses others too and takes nothing
       CASE WHEN (SELECT COALESCE(SUM(messages), 0) FROM sends
                  WHERE partner_id = :partner_id AND phone = :phone AND at > :now - :hour AND outcome = 'UNCLEAR') < :phone_hour - 1 THEN 0
            ELSE COALESCE((SELECT f.at + :trouble
                           FROM (SELECT MAX(at) AS at FROM sends
                                 WHERE outcome = 'UNCLEAR' AND at > :now - :trouble AND partner_id = :partner_id) f
                           WHERE NOT EXISTS (SELECT 1 FROM sends s WHERE s.at > f.at - :backoff AND s.at <= :now - :in_flight
                                                                     AND s.partner_id = :partner_id
                                                                     AND (s.outcome IS NULL OR s.outcome = 'REFUSED'))), 0) END AS spared_until,
       max(", full_until!("phone", "hour", "phone_hour", ""), ",
           ", full_until!("phone", "day", "phone_day", ""), ") AS phone_free_at,
       ", full_until!("prefix", "hour", "prefix_hour", ""), " AS prefix_free_at")
    };
}

/// And what of the partner's budget is left.
macro_rules! with_budget {
    () => {
        "facts AS MATERIALIZED (
SELECT known.*, max(backed_off_until, unclear_until, spared_until) AS failing_until,
       CASE share
         WHEN 'UNPROVEN' THEN max(CASE WHEN unproven_spent >= :unproven_budget THEN :tomorrow ELSE 0 END,
                                  CASE WHEN unproven_hour_spent >= :unproven_hour_budget THEN :next_hour ELSE 0 END)
         WHEN 'RESET' THEN CASE WHEN resets_spent >= :resets_budget OR proven_spent >= :proven_budget THEN :tomorrow ELSE 0 END
         ELSE CASE WHEN proven_spent >= :proven_budget THEN :tomorrow ELSE 0 END END AS budget_free_at
FROM known)"
    };
}

/// The same of a notice, which no challenge carries: one that this attempt has claimed. A number that its user has left
/// was the user's.
macro_rules! notice_facts {
    () => {
        concat!("
WITH known AS MATERIALIZED (
SELECT u.partner_id, 0 AS locked,
       CASE WHEN u.phone_verified_at IS NULL AND COALESCE(u.claimed_phone, u.phone) = :phone THEN 'UNPROVEN' ELSE 'LOGIN' END AS share,
       ", of_number!(), ",
       max(", full_until!("phone", "hour", "notices_hour", " AND purpose = 'NOTICE'"), ",
           ", full_until!("phone", "day", "notices_day", " AND purpose = 'NOTICE'"), ") AS notices_free_at,
       ", all_spent!(), "
FROM users u
WHERE u.id = :user_id AND u.partner_id = :partner_id AND ", is_claimed!(), "
  AND NOT EXISTS (SELECT 1 FROM sends WHERE id = :send_id) LIMIT 1),
", with_budget!())
    };
}

/// Whether an SMS may go out; `$caps` beside those of every one.
macro_rules! room {
    ($($caps:literal)?) => {
        concat!(
            "(:is_real AND :is_allowed AND NOT locked AND refusal IS NULL
          AND max(failing_until, phone_free_at, prefix_free_at, ", $($caps,)? "budget_free_at) <= :now)"
        )
    };
}

statements! {
    /// One row if the challenge carries its own SMS, can still be answered and has cooled down, this
    /// work has not sent it yet, and every cap has room. A reset's is written without room too, and
    /// nothing is sent: what the caller is told of a reset hangs on its challenge alone, never on
    /// whether there is a number behind it.
    RESERVE = concat!(facts!(), "
INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, share, at, work_id, outcome)
SELECT :send_id, id, partner_id, :phone, :prefix, purpose, share, :now, :work_id,
       CASE WHEN ", room!("resets_free_at, "), " THEN NULL ELSE 'WITHHELD' END
FROM facts
WHERE (:again OR id = :challenge_id) AND open AND NOT is_done
  AND sends < :per_challenge AND cooled_at <= :now
  AND (purpose = :reset OR ", room!("resets_free_at, "), ")
ON CONFLICT (id) DO NOTHING");

    /// A notice by SMS, where there is room for one. It takes nothing of what resets may send.
    RESERVE_NOTICE = concat!(notice_facts!(), "
INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, share, at, work_id)
SELECT :send_id, :challenge_id, partner_id, :phone, :prefix, 'NOTICE', share, :now, :work_id
FROM facts WHERE ", room!("notices_free_at, "), "
ON CONFLICT (id) DO NOTHING");

    /// What is withheld, or goes to a test number, costs nothing, and the same writes.
    BOOK = "
INSERT INTO partner_sends (partner_id, share, starts_at, count)
SELECT partner_id, share, :today, outcome IS NULL AND :costs FROM sends WHERE id = :send_id AND changes() > 0
UNION ALL
SELECT partner_id, 'UNPROVEN_HOUR', :this_hour, outcome IS NULL AND :costs FROM sends
WHERE id = :send_id AND share = 'UNPROVEN' AND changes() > 0
ON CONFLICT (partner_id, share, starts_at) DO UPDATE SET count = count + excluded.count";

    RESERVED = concat!(facts!(), "
SELECT 0 AS reserved, 0 AS to_be_sent,
       share = 'UNPROVEN' AS is_unproven, locked, open, is_out, is_done, refusal, sends, cooled_at, failing_until,
       max(phone_free_at, prefix_free_at, resets_free_at, budget_free_at) AS caps_free_at,
       proven_spent, resets_spent, unproven_spent, unproven_hour_spent
FROM facts
UNION ALL
SELECT 1, outcome IS NULL, share = 'UNPROVEN', 0, 1, outcome IS NULL, 1, NULL, 0, 0, 0, 0, ", all_spent!(), "
FROM sends WHERE id = :send_id");

    /// The fallback's message, after one that the first provider may have taken.
    SEND_TWICE = concat!("
UPDATE sends SET messages = 2
WHERE id = :send_id AND messages = 1 AND outcome IS NULL
  AND ", messages_in!("hour"), " < :phone_hour AND ", messages_in!("day"), " < :phone_day
  AND (SELECT COALESCE(SUM(messages), 0) FROM counted_sends
       WHERE partner_id = :partner_id AND prefix = :prefix AND at > :now - :hour) < :prefix_hour");

    MESSAGES = "SELECT messages FROM sends WHERE id = :send_id";

    SETTLE = "
UPDATE sends SET outcome = :outcome, refusal = :refusal, messages = CASE WHEN :is_one THEN 1 ELSE messages END
WHERE id = :send_id AND outcome IS NULL";

    /// What no provider took costs the partner nothing.
    UNBOOK = "
UPDATE partner_sends SET count = count - :costs
WHERE partner_id = :partner_id
  AND ((starts_at = :today AND share = (SELECT share FROM sends WHERE id = :send_id AND outcome IS NULL))
       OR (starts_at = :this_hour AND share = 'UNPROVEN_HOUR'
           AND (SELECT share FROM sends WHERE id = :send_id AND outcome IS NULL) = 'UNPROVEN'))";

    FORGET = "DELETE FROM sends WHERE id = :send_id";
}

pub(crate) struct NewSend<'a> {
    /// Of this attempt: a request that is taken up again is an attempt of its own.
    pub(crate) id: &'a SendId,
    pub(crate) work_id: &'a WorkId,
    pub(crate) challenge_id: &'a StoredChallengeId,
    /// Sending the code of this challenge once more, or of the one it is an alias of.
    pub(crate) again: bool,
    pub(crate) to: &'a Counted,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) caps: SendCaps,
    pub(crate) budget: Budget,
    pub(crate) max_tries: u32,
    pub(crate) rules: CodeRules,
    pub(crate) now: Time,
}

/// What a send is counted under: the number and its block, or, for a decoy, its subject, so that
/// the two look alike.
#[derive(Clone)]
pub(crate) struct Counted {
    pub(crate) phone: String,
    pub(crate) prefix: String,
    /// There is a number.
    pub(crate) is_real: bool,
    /// Its country may be sent to.
    pub(crate) is_allowed: bool,
    /// It costs the partner nothing: nobody is sent to, or it is a mail.
    pub(crate) is_free: bool,
}

/// That a send was reserved: then the challenge is open and nothing holds the send back. Or why it was not.
#[derive(Deserialize)]
pub(crate) struct Reserved {
    #[serde(deserialize_with = "flag")]
    pub(crate) reserved: bool,
    /// Reserved, and not withheld.
    #[serde(deserialize_with = "flag")]
    pub(crate) to_be_sent: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) is_unproven: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) locked: bool,
    /// The challenge can still be answered, by a user who may log in.
    #[serde(deserialize_with = "flag")]
    pub(crate) open: bool,
    /// Its code is on its way, or may be.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_out: bool,
    /// And this work sent it.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_done: bool,
    /// The number could not receive, within the hour.
    #[serde(deserialize_with = "refusal")]
    pub(crate) refusal: Option<Refusal>,
    /// Of this challenge, where this one was not reserved.
    pub(crate) sends: u32,
    pub(crate) cooled_at: Time,
    /// When the provider may be asked again after what it did to this number; 0 where it may.
    pub(crate) failing_until: Time,
    /// When the caps will have room again; 0 where they have.
    pub(crate) caps_free_at: Time,
    pub(crate) proven_spent: u32,
    pub(crate) resets_spent: u32,
    pub(crate) unproven_spent: u32,
    pub(crate) unproven_hour_spent: u32,
}

fn refusal<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Refusal>, D::Error> {
    let unknown = || serde::de::Error::custom("a refusal that is not known");
    Option::<String>::deserialize(reader)?
        .map(|word| Refusal::parse(&word).ok_or_else(unknown))
        .transpose()
}

/// Reserves, and books it for the partner. How it went is asked with [`reserved`].
pub(crate) fn reserve<'a>(batch: &'a mut Batch, send: &NewSend<'_>) -> Ran<'a, ()> {
    batch
        .run::<()>(about_send(RESERVE, send))
        .then(IfChanged(about_send(BOOK, send)))
}

/// The same of a notice, if it was claimed. How it went is asked with [`reserved`], which has no row where it was not
/// reserved.
pub(crate) fn reserve_notice(batch: &mut Batch, send: &NewSend<'_>, claim: &Claim<'_>) {
    let given = send_values(send).chain(claim_values(claim));
    batch
        .run::<()>(Statement::new(RESERVE_NOTICE, given))
        .then(IfChanged(about_send(BOOK, send)))
        .done();
}

/// No row when the challenge is unknown.
pub(crate) fn reserved(send: &NewSend<'_>) -> Statement<Reserved> {
    about_send(RESERVED, send)
}

#[derive(Deserialize)]
pub(crate) struct Messages {
    pub(crate) messages: u32,
}

/// Reserves a second message of this send, if the caps of its number and block have room for it.
pub(crate) fn send_twice(batch: &mut Batch, send: &NewSend<'_>) -> super::batch::Slot<Messages> {
    batch
        .run::<()>(about_send(SEND_TWICE, send))
        .then(IfChanged(about_send(BOOK, send)))
        .done();
    batch.read(about_send(MESSAGES, send))
}

/// What became of a send that was not simply taken. `is_one`: the second message that was reserved
/// for it certainly did not go out.
pub(crate) fn settle(
    batch: &mut Batch,
    send: &NewSend<'_>,
    outcome: SendOutcome,
    refusal: Option<Refusal>,
    is_one: bool,
) {
    if is_one || outcome == SendOutcome::NotSent {
        batch.run::<()>(about_send(UNBOOK, send)).done();
    }
    let given = [
        ("send_id", send.id.into()),
        ("outcome", outcome.into()),
        ("refusal", refusal.into()),
        ("is_one", is_one.into()),
    ];
    batch.run::<()>(Statement::new(SETTLE, given)).done();
}

/// Nobody was asked and nobody was told of it: as if it had not been.
pub(crate) fn forget(batch: &mut Batch, send: &NewSend<'_>) {
    for sql in [UNBOOK, FORGET] {
        batch.run::<()>(about_send(sql, send)).done();
    }
}

fn about_send<T>(sql: Sql, send: &NewSend<'_>) -> Statement<T> {
    Statement::new(sql, send_values(send))
}

fn send_values(send: &NewSend<'_>) -> impl Iterator<Item = (&'static str, Param)> {
    let given = [
        ("send_id", send.id.into()),
        ("work_id", send.work_id.into()),
        ("challenge_id", send.challenge_id.into()),
        ("partner_id", send.partner_id.into()),
        ("again", send.again.into()),
        ("phone", send.to.phone.as_str().into()),
        ("prefix", send.to.prefix.as_str().into()),
        ("is_real", send.to.is_real.into()),
        ("is_allowed", send.to.is_allowed.into()),
        ("now", send.now.into()),
        ("today", send.now.this_day().into()),
        ("tomorrow", send.now.next_day().into()),
        ("this_hour", send.now.this_hour().into()),
        ("next_hour", send.now.next_hour().into()),
        ("hour", SEND_WINDOW_SHORT.into()),
        ("day", SEND_WINDOW_LONG.into()),
        ("costs", (!send.to.is_free).into()),
        ("phone_hour", send.caps.phone_hour.into()),
        ("phone_day", send.caps.phone_day.into()),
        ("resets_hour", send.caps.resets_hour.into()),
        ("resets_day", send.caps.resets_day.into()),
        ("notices_hour", send.caps.notices_hour.into()),
        ("notices_day", send.caps.notices_day.into()),
        ("prefix_hour", send.caps.prefix_hour.into()),
        ("per_challenge", SENDS_PER_CHALLENGE.into()),
        ("backoff", SEND_BACKOFF.into()),
        ("trouble", TROUBLE_KEPT.into()),
        ("in_flight", IN_FLIGHT.into()),
        ("proven_budget", send.budget.proven().into()),
        ("resets_budget", send.budget.resets().into()),
        ("unproven_budget", send.budget.unproven().into()),
        ("unproven_hour_budget", send.budget.unproven_hour().into()),
        ("max_tries", send.max_tries.into()),
        ("reset", Purpose::Reset.into()),
        ("change_phone", Purpose::ChangePhone.into()),
        ("changes_of_block", send.caps.changes_of_block().into()),
    ];
    let given = given.into_iter().chain(cooldowns());
    given.chain(caps(send.rules.caps))
}

/// The waits after the first, the second and every further send of a challenge.
pub(super) fn cooldowns() -> [(&'static str, Param); 3] {
    [
        ("cooldown_1", RESEND_COOLDOWNS[0].into()),
        ("cooldown_2", RESEND_COOLDOWNS[1].into()),
        ("cooldown_3", RESEND_COOLDOWNS[2].into()),
    ]
}
