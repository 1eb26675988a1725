//! What the KYC provider says of a user.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::partners::Partner;
use super::statement::{flag, statements, IfChanged, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::id::{AuditId, PartnerId, RequestId, UserId, WorkId};
use crate::rules::identity::{KycKind, UserStatus};
use crate::rules::limits::KYC_IDS_PER_USER;
use crate::rules::time::Time;
use crate::rules::word::Word;

/// This request took the event: a retry of its batch finds that it did, a replay that it did not. About somebody who
/// was erased it is taken too, and says nothing any more.
macro_rules! taken {
    () => {
        "EXISTS (SELECT 1 FROM webhook_events WHERE id = :event_id AND taken_by = :work_id)
  AND NOT EXISTS (SELECT 1 FROM users e WHERE e.id = :user_id AND e.erased_at IS NOT NULL)"
    };
}

/// A user of the partner that the signature speaks for: with the service's secret, of one that has none of its own
/// (`:signed_by` 0); with a partner's own, of that one, while those settings stand.
macro_rules! spoken_for {
    () => {
        "u.id = :user_id AND u.partner_id = :partner_id
  AND :signed_by = COALESCE((SELECT version FROM partner_settings s
                             WHERE s.partner_id = u.partner_id AND s.kyc_secrets > 0), 0)"
    };
}

/// A detail is what the latest event that says it says; of two of one time, the greater text.
macro_rules! detail {
    ($name:literal) => {
        concat!(
            "
UPDATE users SET ",
            $name,
            " = :",
            $name,
            ", ",
            $name,
            "_at = :at
WHERE id = :user_id AND :",
            $name,
            " IS NOT NULL AND (",
            $name,
            "_at, COALESCE(",
            $name,
            ", '')) < (:at, :",
            $name,
            ")
  AND ",
            taken!()
        )
    };
}

statements! {
    /// Whose user it is, and which settings of that partner an event has to be signed under: 0 for the service's.
    OF_USER = "
SELECT u.partner_id, p.home, p.epoch, p.state = 'here' AS is_here, COALESCE(s.version, 0) AS version
FROM users u JOIN partners p ON p.id = u.partner_id AND p.state <> 'gone'
LEFT JOIN partner_settings s ON s.partner_id = u.partner_id AND s.kyc_secrets > 0
WHERE u.id = :user_id LIMIT 1";

    TAKE = concat!("
INSERT INTO webhook_events (id, at, taken_by, partner_id)
SELECT :event_id, :now, :work_id, u.partner_id FROM users u WHERE ", spoken_for!(), "
ON CONFLICT (id) DO NOTHING");

    /// The whole order of events: by time, and of one time by the weight of their words. It knows
    /// nothing of which came first, so that any order of arrival ends alike.
    APPLY = concat!("
UPDATE users SET status = :status, status_at = :at
WHERE id = :user_id
  AND (status_at < :at OR (status_at = :at AND status IN (SELECT value FROM json_each(:outweighed))))
  AND ", taken!());

    /// The partner is the user's.
    RECORD = "
INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
SELECT :audit_id, :now, partner_id, id, :event, :outcome, :request_id FROM users
WHERE id = :user_id AND changes() > 0
ON CONFLICT (partner_id, id) DO NOTHING";

    NAME = detail!("name");

    SURNAME = detail!("surname");

    ADDRESS = detail!("address");

    ADD_KYC_ID = concat!("
INSERT INTO user_kyc (user_id, kind, id)
SELECT id, :kyc, :kyc_id FROM users WHERE id = :user_id AND :kyc_id IS NOT NULL AND ", taken!(), "
  AND (SELECT COUNT(*) FROM user_kyc k WHERE k.user_id = :user_id AND k.kind = :kyc) < :most
ON CONFLICT DO NOTHING");

    ADD_DOCUMENTS = concat!("
INSERT INTO user_kyc (user_id, kind, id)
SELECT u.id, :document, d.value FROM users u JOIN json_each(:document_ids) d
WHERE u.id = :user_id AND ", taken!(), "
  AND NOT EXISTS (SELECT 1 FROM user_kyc k WHERE k.user_id = u.id AND k.kind = :document AND k.id = d.value)
ORDER BY d.key
LIMIT MAX(0, :most - (SELECT COUNT(*) FROM user_kyc k WHERE k.user_id = :user_id AND k.kind = :document))
ON CONFLICT DO NOTHING");

    /// What this request applied, in whichever run of its batch, it has recorded.
    CURRENT = concat!("
SELECT u.status, EXISTS (SELECT 1 FROM audit WHERE partner_id = u.partner_id AND id = :audit_id) AS applied,
       (SELECT COUNT(*) FROM user_kyc k WHERE k.user_id = u.id AND k.kind = :document) >= :most AS is_full
FROM users u WHERE ", spoken_for!(), " LIMIT 1");
}

pub(crate) struct KycEvent<'a> {
    /// The webhook's id: the same id again changes nothing.
    pub(crate) id: &'a str,
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    /// The version that [`of_user`] gives.
    pub(crate) signed_by: i64,
    pub(crate) kyc_id: Option<&'a str>,
    /// JSON array
    pub(crate) document_ids: &'a str,
    pub(crate) status: UserStatus,
    /// When it happened there, at most `now`.
    pub(crate) at: Time,
    pub(crate) name: Option<&'a str>,
    pub(crate) surname: Option<&'a str>,
    /// JSON object
    pub(crate) address: Option<&'a str>,
    pub(crate) now: Time,
    pub(crate) work_id: &'a WorkId,
    pub(crate) audit_id: &'a AuditId,
    pub(crate) request_id: &'a RequestId,
}

/// Whose a user is, and the version of that partner's settings where it has KYC secrets of its own; else 0.
pub(crate) fn of_user(user_id: &UserId) -> Statement<Partner> {
    Statement::new(OF_USER, [("user_id", user_id.into())])
}

/// Takes the event if it is new, applies and records its status if that is the latest, and keeps
/// the details and ids that it brings.
pub(crate) fn apply(batch: &mut Batch, event: &KycEvent<'_>) -> Slot<Current> {
    batch.run::<()>(about(TAKE, event)).done();
    batch
        .run::<()>(about(APPLY, event))
        .then(IfChanged(about(RECORD, event)))
        .done();
    for sql in [NAME, SURNAME, ADDRESS, ADD_KYC_ID, ADD_DOCUMENTS] {
        batch.run::<()>(about(sql, event)).done();
    }
    batch.read(about(CURRENT, event))
}

/// The user's status, after the event. No row when there is no such user.
#[derive(Deserialize)]
pub(crate) struct Current {
    pub(crate) status: UserStatus,
    /// Whether this event made it so.
    #[serde(deserialize_with = "flag")]
    pub(crate) applied: bool,
    /// It has all the documents that one may have.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_full: bool,
}

fn about<T>(sql: Sql, event: &KycEvent<'_>) -> Statement<T> {
    let (name, outcome) = Event::KycStatus(event.status).words();
    let outweighed: Vec<&str> = event.status.outweighed().map(Word::as_str).collect();
    Statement::new(
        sql,
        [
            ("event_id", event.id.into()),
            ("user_id", event.user_id.into()),
            ("partner_id", event.partner_id.into()),
            ("signed_by", event.signed_by.into()),
            ("kyc_id", event.kyc_id.into()),
            ("document_ids", event.document_ids.into()),
            ("status", event.status.into()),
            (
                "outweighed",
                serde_json::json!(outweighed).to_string().into(),
            ),
            ("at", event.at.into()),
            ("name", event.name.into()),
            ("surname", event.surname.into()),
            ("address", event.address.into()),
            ("now", event.now.into()),
            ("kyc", KycKind::Kyc.into()),
            ("document", KycKind::Document.into()),
            ("most", KYC_IDS_PER_USER.into()),
            ("work_id", event.work_id.into()),
            ("audit_id", event.audit_id.into()),
            ("event", name.into()),
            ("outcome", outcome.into()),
            ("request_id", event.request_id.into()),
        ],
    )
}
