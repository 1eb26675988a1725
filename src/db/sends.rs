//! The SMS budget: every send is one row, written before the provider is called and only while
//! no cap is reached.

use serde::Deserialize;

use super::{flag, Statement};
use crate::rules::limits::CodeRules;
use crate::rules::limits::{
    CODE_WINDOW_LONG, CODE_WINDOW_SHORT, RESETS_PER_PHONE_DAY, RESETS_PER_PHONE_HOUR,
    SENDS_PER_CHALLENGE, SENDS_PER_PHONE_DAY, SENDS_PER_PHONE_HOUR, SENDS_PER_PREFIX_HOUR,
    SEND_WINDOW_LONG, SEND_WINDOW_SHORT,
};
use crate::rules::time::DAY;

pub struct NewSend<'a> {
    pub id: &'a str,
    pub challenge_id: &'a str,
    /// Sending the code of this challenge once more, or of the one it is an alias of.
    pub again: bool,
    /// The number, or the subject of a decoy: it is counted alike, so that it looks alike.
    pub phone: &'a str,
    pub prefix: &'a str,
    pub client_id: &'a str,
    pub daily_budget: u32,
    pub max_tries: u32,
    pub rules: CodeRules,
    pub now: i64,
}

/// One row if the challenge carries its own SMS and can still be answered, its user may log in
/// and is not locked, and every cap has room. Anybody who knows an e-mail can ask for resets, so these
/// leave some of the number's sends to its logins.
const RESERVE: &str = "
INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at)
SELECT ?1, c.id, c.partner_id, ?3, ?4, c.purpose, ?5
FROM challenges c LEFT JOIN users u ON u.id = c.user_id
WHERE c.id = CASE WHEN ?19 THEN (SELECT root_id FROM challenges WHERE id = ?2) ELSE ?2 END
  AND c.root_id = c.id AND c.expires_at > ?5
  AND (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.id) < ?20
  AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.id AND a.is_right = 1)
  AND (c.user_id IS NULL OR (u.disabled_at IS NULL AND u.credential_epoch = c.credential_epoch))
  AND (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id) < ?21
  AND NOT EXISTS (SELECT 1 FROM sends s
                  WHERE s.challenge_id = c.id
                    AND s.at > ?5 - CASE (SELECT COUNT(*) FROM sends t WHERE t.challenge_id = c.id)
                                      WHEN 1 THEN 60000 WHEN 2 THEN 120000 ELSE 300000 END)
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?6) < ?7
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?8) < ?9
  AND (c.purpose <> 'RESET_PASSWORD'
       OR ((SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?6 AND purpose = c.purpose) < ?22
           AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?8 AND purpose = c.purpose) < ?23))
  AND (SELECT COUNT(*) FROM sends WHERE partner_id = c.partner_id AND prefix = ?4 AND at > ?5 - ?6) < ?10
  AND COALESCE((SELECT count FROM client_sends WHERE client_id = ?11 AND day = ?12), 0) < ?13
  AND NOT EXISTS (SELECT COUNT(*) FROM wrong_answers w
                  WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > ?5 - ?14
                  HAVING SUM(w.in_streak) >= ?15 OR SUM(w.at > ?5 - ?16) >= ?17 OR COUNT(*) >= ?18)
ON CONFLICT (id) DO NOTHING";

/// A decoy sends nothing, and costs the client nothing.
const COUNT_CLIENT: &str = "
INSERT INTO client_sends (client_id, day, count)
SELECT ?1, ?2, 1 WHERE changes() > 0 AND ?3
ON CONFLICT (client_id, day) DO UPDATE SET count = count + 1";

/// Why a send was or was not reserved.
#[derive(Deserialize)]
pub struct Reserved {
    #[serde(deserialize_with = "flag")]
    pub reserved: bool,
    #[serde(deserialize_with = "flag")]
    pub locked: bool,
    /// The challenge can still be answered, by a user who may log in.
    #[serde(deserialize_with = "flag")]
    pub open: bool,
    /// Of this challenge, the new one included.
    pub sends: u32,
    pub last_send_at: i64,
    /// When the caps will have room again; 0 where they have.
    pub phone_free_at: i64,
    pub prefix_free_at: i64,
    pub client_free_at: i64,
}

const RESERVED: &str = "
SELECT EXISTS (SELECT 1 FROM sends WHERE id = ?1) AS reserved,
       EXISTS (SELECT COUNT(*) FROM wrong_answers w
               WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > ?5 - ?14
               HAVING SUM(w.in_streak) >= ?15 OR SUM(w.at > ?5 - ?16) >= ?17 OR COUNT(*) >= ?18) AS locked,
       c.expires_at > ?5
         AND (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.id) < ?20
         AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.id AND a.is_right = 1)
         AND (c.user_id IS NULL OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id
               AND u.disabled_at IS NULL AND u.credential_epoch = c.credential_epoch)) AS open,
       (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id) AS sends,
       COALESCE((SELECT MAX(at) FROM sends s WHERE s.challenge_id = c.id), 0) AS last_send_at,
       max(COALESCE((SELECT at + ?6 FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?6 ORDER BY at DESC LIMIT 1 OFFSET ?7 - 1), 0),
           COALESCE((SELECT at + ?8 FROM sends WHERE partner_id = c.partner_id AND phone = ?3 AND at > ?5 - ?8 ORDER BY at DESC LIMIT 1 OFFSET ?9 - 1), 0)) AS phone_free_at,
       COALESCE((SELECT at + ?6 FROM sends WHERE partner_id = c.partner_id AND prefix = ?4 AND at > ?5 - ?6 ORDER BY at DESC LIMIT 1 OFFSET ?10 - 1), 0) AS prefix_free_at,
       COALESCE((SELECT (?12 + 1) * 86400000 FROM client_sends WHERE client_id = ?11 AND day = ?12 AND count >= ?13), 0) AS client_free_at
FROM challenges c
WHERE c.id = (SELECT root_id FROM challenges WHERE id = ?2) AND ?19 IS NOT NULL AND ?21 IS NOT NULL
  AND ?22 IS NOT NULL AND ?23 IS NOT NULL LIMIT 1";

/// Reserves, counts for the client, and says how it went (`Reserved`; no row when the challenge
/// is unknown).
pub fn reserve(send: &NewSend<'_>) -> [Statement; 3] {
    let day = send.now.div_euclid(DAY);
    let caps = send.rules.caps;
    let params = || {
        [
            send.id.into(),
            send.challenge_id.into(),
            send.phone.into(),
            send.prefix.into(),
            send.now.into(),
            SEND_WINDOW_SHORT.into(),
            SENDS_PER_PHONE_HOUR.into(),
            SEND_WINDOW_LONG.into(),
            SENDS_PER_PHONE_DAY.into(),
            SENDS_PER_PREFIX_HOUR.into(),
            send.client_id.into(),
            day.into(),
            send.daily_budget.into(),
            CODE_WINDOW_LONG.into(),
            caps.consecutive.into(),
            CODE_WINDOW_SHORT.into(),
            caps.in_30_days.into(),
            caps.in_365_days.into(),
            send.again.into(),
            send.max_tries.into(),
            SENDS_PER_CHALLENGE.into(),
            RESETS_PER_PHONE_HOUR.into(),
            RESETS_PER_PHONE_DAY.into(),
        ]
    };
    let real = send.phone.starts_with('+');
    [
        Statement::new(RESERVE, params()),
        Statement::new(
            COUNT_CLIENT,
            [send.client_id.into(), day.into(), real.into()],
        ),
        Statement::new(RESERVED, params()),
    ]
}

const GIVE_BACK: &str = "DELETE FROM sends WHERE id = ?1";

const GIVE_BACK_CLIENT: &str = "
UPDATE client_sends SET count = count - 1 WHERE client_id = ?1 AND day = ?2 AND changes() > 0 AND ?3";

/// For a send that no provider can have taken.
pub fn give_back(id: &str, client_id: &str, counted: bool, reserved_at: i64) -> [Statement; 2] {
    [
        Statement::new(GIVE_BACK, [id.into()]),
        Statement::new(
            GIVE_BACK_CLIENT,
            [
                client_id.into(),
                reserved_at.div_euclid(DAY).into(),
                counted.into(),
            ],
        ),
    ]
}
