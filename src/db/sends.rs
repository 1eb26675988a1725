//! The SMS budget: every send is one row, written before the provider is called and only while
//! no cap is reached.

use serde::Deserialize;

use super::batch::{Batch, Ran};
use super::locked::{caps, locked};
use super::statement::{flag, statements, IfChanged, Sql, Statement};
use crate::rules::challenge::Purpose;
use crate::rules::id::{ChallengeId, ClientId, SendId};
use crate::rules::limits::{
    CodeRules, RESEND_COOLDOWNS, RESETS_PER_PHONE_DAY, RESETS_PER_PHONE_HOUR, SENDS_PER_CHALLENGE,
    SENDS_PER_PHONE_DAY, SENDS_PER_PHONE_HOUR, SENDS_PER_PREFIX_HOUR, SEND_WINDOW_LONG,
    SEND_WINDOW_SHORT,
};
use crate::rules::time::Time;

statements! {
    /// One row if the challenge carries its own SMS and can still be answered, its user may log in
    /// and is not locked, and every cap has room. Anybody who knows an e-mail can ask for resets, so
    /// these leave some of the number's sends to its logins.
    RESERVE = concat!("
INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at)
SELECT :send_id, c.id, c.partner_id, :phone, :prefix, c.purpose, :now
FROM challenge_states c
WHERE c.id = CASE WHEN :again THEN (SELECT root_id FROM challenges WHERE id = :challenge_id) ELSE :challenge_id END
  AND c.root_id = c.id AND c.expires_at > :now
  AND c.tries < :max_tries AND NOT c.is_answered AND c.is_as_issued
  AND (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id) < :per_challenge
  AND NOT EXISTS (SELECT 1 FROM sends s
                  WHERE s.challenge_id = c.id
                    AND s.at > :now - CASE (SELECT COUNT(*) FROM sends t WHERE t.challenge_id = c.id)
                                        WHEN 1 THEN :cooldown_1 WHEN 2 THEN :cooldown_2 ELSE :cooldown_3 END)
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :hour) < :phone_hour
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :day) < :phone_day
  AND (c.purpose <> :reset
       OR ((SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :hour AND purpose = c.purpose) < :resets_hour
           AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :day AND purpose = c.purpose) < :resets_day))
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND prefix = :prefix AND at > :now - :hour) < :prefix_hour
  AND COALESCE((SELECT count FROM client_sends WHERE client_id = :client_id AND day = :today), 0) < :daily_budget
  AND NOT EXISTS ", locked!(), "
ON CONFLICT (id) DO NOTHING");

    /// A decoy sends nothing, and costs the client nothing.
    COUNT_CLIENT = "
INSERT INTO client_sends (client_id, day, count)
SELECT :client_id, :today, 1 WHERE changes() > 0 AND :is_real
ON CONFLICT (client_id, day) DO UPDATE SET count = count + 1";

    RESERVED = concat!("
SELECT EXISTS (SELECT 1 FROM sends WHERE id = :send_id) AS reserved,
       EXISTS ", locked!(), " AS locked,
       c.expires_at > :now AND c.tries < :max_tries AND NOT c.is_answered AND c.is_as_issued AS open,
       (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id) AS sends,
       COALESCE((SELECT MAX(at) FROM sends s WHERE s.challenge_id = c.id), 0) AS last_send_at,
       max(COALESCE((SELECT at + :hour FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :hour ORDER BY at DESC LIMIT 1 OFFSET :phone_hour - 1), 0),
           COALESCE((SELECT at + :day FROM sends WHERE partner_id = c.partner_id AND phone = :phone AND at > :now - :day ORDER BY at DESC LIMIT 1 OFFSET :phone_day - 1), 0)) AS phone_free_at,
       COALESCE((SELECT at + :hour FROM sends WHERE partner_id = c.partner_id AND prefix = :prefix AND at > :now - :hour ORDER BY at DESC LIMIT 1 OFFSET :prefix_hour - 1), 0) AS prefix_free_at,
       COALESCE((SELECT :tomorrow FROM client_sends WHERE client_id = :client_id AND day = :today AND count >= :daily_budget), 0) AS client_free_at
FROM challenge_states c
WHERE c.id = (SELECT root_id FROM challenges WHERE id = :challenge_id) LIMIT 1");

    GIVE_BACK = "DELETE FROM sends WHERE id = :send_id";

    GIVE_BACK_CLIENT = "
UPDATE client_sends SET count = count - 1
WHERE client_id = :client_id AND day = :today AND changes() > 0 AND :is_real";
}

pub(crate) struct NewSend<'a> {
    pub(crate) id: &'a SendId,
    pub(crate) challenge_id: &'a ChallengeId,
    /// Sending the code of this challenge once more, or of the one it is an alias of.
    pub(crate) again: bool,
    pub(crate) to: &'a Counted,
    pub(crate) client_id: &'a ClientId,
    pub(crate) daily_budget: u32,
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
    /// An SMS goes out for it.
    pub(crate) is_real: bool,
}

/// Why a send was or was not reserved.
#[derive(Deserialize)]
pub(crate) struct Reserved {
    #[serde(deserialize_with = "flag")]
    pub(crate) reserved: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) locked: bool,
    /// The challenge can still be answered, by a user who may log in.
    #[serde(deserialize_with = "flag")]
    pub(crate) open: bool,
    /// Of this challenge, the new one included.
    pub(crate) sends: u32,
    pub(crate) last_send_at: Time,
    /// When the caps will have room again; 0 where they have.
    pub(crate) phone_free_at: Time,
    pub(crate) prefix_free_at: Time,
    pub(crate) client_free_at: Time,
}

/// Reserves, and counts for the client. How it went is asked with [`reserved`].
pub(crate) fn reserve<'a>(batch: &'a mut Batch, send: &NewSend<'_>) -> Ran<'a, ()> {
    batch
        .run::<()>(about_send(RESERVE, send))
        .then(IfChanged(about_send(COUNT_CLIENT, send)))
}

/// No row when the challenge is unknown.
pub(crate) fn reserved(send: &NewSend<'_>) -> Statement<Reserved> {
    about_send(RESERVED, send)
}

fn about_send<T>(sql: Sql, send: &NewSend<'_>) -> Statement<T> {
    let given = [
        ("send_id", send.id.into()),
        ("challenge_id", send.challenge_id.into()),
        ("again", send.again.into()),
        ("phone", send.to.phone.as_str().into()),
        ("prefix", send.to.prefix.as_str().into()),
        ("is_real", send.to.is_real.into()),
        ("client_id", send.client_id.into()),
        ("now", send.now.into()),
        ("today", send.now.day().into()),
        ("tomorrow", send.now.next_day().into()),
        ("hour", SEND_WINDOW_SHORT.into()),
        ("day", SEND_WINDOW_LONG.into()),
        ("phone_hour", SENDS_PER_PHONE_HOUR.into()),
        ("phone_day", SENDS_PER_PHONE_DAY.into()),
        ("resets_hour", RESETS_PER_PHONE_HOUR.into()),
        ("resets_day", RESETS_PER_PHONE_DAY.into()),
        ("prefix_hour", SENDS_PER_PREFIX_HOUR.into()),
        ("per_challenge", SENDS_PER_CHALLENGE.into()),
        ("cooldown_1", RESEND_COOLDOWNS[0].into()),
        ("cooldown_2", RESEND_COOLDOWNS[1].into()),
        ("cooldown_3", RESEND_COOLDOWNS[2].into()),
        ("daily_budget", send.daily_budget.into()),
        ("max_tries", send.max_tries.into()),
        ("reset", Purpose::Reset.into()),
    ];
    Statement::new(sql, given.into_iter().chain(caps(send.rules.caps)))
}

/// For a send that no provider can have taken.
pub(crate) fn give_back(
    batch: &mut Batch,
    id: &SendId,
    client_id: &ClientId,
    is_real: bool,
    reserved_at: Time,
) {
    let about = |sql| {
        let given = [
            ("send_id", id.into()),
            ("client_id", client_id.into()),
            ("today", reserved_at.day().into()),
            ("is_real", is_real.into()),
        ];
        Statement::new(sql, given)
    };
    batch
        .run(about(GIVE_BACK))
        .then(IfChanged(about(GIVE_BACK_CLIENT)))
        .done();
}
