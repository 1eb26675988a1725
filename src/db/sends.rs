//! The SMS budget: every send is one row, written before the provider is called and only while
//! no cap is reached.

use serde::Deserialize;

use super::{flag, Statement};
use crate::config::CodeRules;
use crate::limits::{
    CODE_WINDOW_LONG, CODE_WINDOW_SHORT, SENDS_PER_PHONE_DAY, SENDS_PER_PHONE_HOUR,
    SENDS_PER_PREFIX_HOUR, SEND_WINDOW_LONG, SEND_WINDOW_SHORT,
};
use crate::phone::Phone;
use crate::time::DAY;

pub struct NewSend<'a> {
    pub id: &'a str,
    pub challenge_id: &'a str,
    pub phone: &'a Phone,
    pub client_id: &'a str,
    pub daily_budget: u32,
    pub rules: CodeRules,
    pub now: i64,
}

/// One row if the challenge carries its own SMS, its user may log in and is not locked, and
/// every cap has room.
const RESERVE: &str = "
INSERT INTO sends (id, challenge_id, phone, prefix, at)
SELECT ?1, c.id, ?3, ?4, ?5
FROM challenges c JOIN users u ON u.id = c.user_id
WHERE c.id = ?2 AND c.root_id = c.id AND u.disabled_at IS NULL AND u.credential_epoch = c.credential_epoch
  AND (SELECT COUNT(*) FROM sends WHERE phone = ?3 AND at > ?5 - ?6) < ?7
  AND (SELECT COUNT(*) FROM sends WHERE phone = ?3 AND at > ?5 - ?8) < ?9
  AND (SELECT COUNT(*) FROM sends WHERE prefix = ?4 AND at > ?5 - ?6) < ?10
  AND COALESCE((SELECT count FROM client_sends WHERE client_id = ?11 AND day = ?12), 0) < ?13
  AND NOT EXISTS (SELECT COUNT(*) FROM wrong_answers w
                  WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > ?5 - ?14
                  HAVING SUM(w.in_streak) >= ?15 OR SUM(w.at > ?5 - ?16) >= ?17 OR COUNT(*) >= ?18)
ON CONFLICT (id) DO NOTHING";

const COUNT_CLIENT: &str = "
INSERT INTO client_sends (client_id, day, count)
SELECT ?1, ?2, 1 WHERE changes() > 0
ON CONFLICT (client_id, day) DO UPDATE SET count = count + 1";

/// Why a send was or was not reserved.
#[derive(Deserialize)]
pub struct Reserved {
    #[serde(deserialize_with = "flag")]
    pub reserved: bool,
    #[serde(deserialize_with = "flag")]
    pub locked: bool,
    #[serde(deserialize_with = "flag")]
    pub user_live: bool,
    /// When the caps will have room again; 0 where they have.
    pub phone_free_at: i64,
    pub prefix_free_at: i64,
    pub client_free_at: i64,
}

const RESERVED: &str = "
SELECT EXISTS (SELECT 1 FROM sends WHERE id = ?1) AS reserved,
       EXISTS (SELECT COUNT(*) FROM wrong_answers w JOIN challenges c ON c.subject = w.subject AND c.purpose = w.purpose
               WHERE c.id = ?2 AND w.at > ?5 - ?14
               HAVING SUM(w.in_streak) >= ?15 OR SUM(w.at > ?5 - ?16) >= ?17 OR COUNT(*) >= ?18) AS locked,
       EXISTS (SELECT 1 FROM challenges c JOIN users u ON u.id = c.user_id
               WHERE c.id = ?2 AND u.disabled_at IS NULL AND u.credential_epoch = c.credential_epoch) AS user_live,
       max(COALESCE((SELECT at + ?6 FROM sends WHERE phone = ?3 AND at > ?5 - ?6 ORDER BY at DESC LIMIT 1 OFFSET ?7 - 1), 0),
           COALESCE((SELECT at + ?8 FROM sends WHERE phone = ?3 AND at > ?5 - ?8 ORDER BY at DESC LIMIT 1 OFFSET ?9 - 1), 0)) AS phone_free_at,
       COALESCE((SELECT at + ?6 FROM sends WHERE prefix = ?4 AND at > ?5 - ?6 ORDER BY at DESC LIMIT 1 OFFSET ?10 - 1), 0) AS prefix_free_at,
       COALESCE((SELECT (?12 + 1) * 86400000 FROM client_sends WHERE client_id = ?11 AND day = ?12 AND count >= ?13), 0) AS client_free_at";

/// Reserves, counts for the client, and says how it went (`Reserved`).
pub fn reserve(send: &NewSend<'_>) -> [Statement; 3] {
    let day = send.now.div_euclid(DAY);
    let caps = send.rules.caps;
    let params = || {
        [
            send.id.into(),
            send.challenge_id.into(),
            send.phone.as_str().into(),
            send.phone.prefix().into(),
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
        ]
    };
    [
        Statement::new(RESERVE, params()),
        Statement::new(COUNT_CLIENT, [send.client_id.into(), day.into()]),
        Statement::new(RESERVED, params()),
    ]
}

const GIVE_BACK: &str = "DELETE FROM sends WHERE id = ?1";

const GIVE_BACK_CLIENT: &str = "
UPDATE client_sends SET count = count - 1 WHERE client_id = ?1 AND day = ?2 AND changes() > 0";

/// For a send that no provider can have taken.
pub fn give_back(id: &str, client_id: &str, reserved_at: i64) -> [Statement; 2] {
    [
        Statement::new(GIVE_BACK, [id.into()]),
        Statement::new(
            GIVE_BACK_CLIENT,
            [client_id.into(), reserved_at.div_euclid(DAY).into()],
        ),
    ]
}
