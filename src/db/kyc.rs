//! What the KYC provider says of a user.

use serde::Deserialize;

use super::batch::Batch;
use super::statement::{flag, statements, IfChanged, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::id::{AuditId, RequestId, UserId};
use crate::rules::identity::{KycKind, UserStatus};
use crate::rules::time::Time;

statements! {
    TAKE = "
INSERT INTO webhook_events (id, at)
SELECT :event_id, :now WHERE EXISTS (SELECT 1 FROM users WHERE id = :user_id)
ON CONFLICT (id) DO NOTHING";

    APPLY = "
UPDATE users SET status = :status, status_at = :at, name = COALESCE(:name, name),
                 surname = COALESCE(:surname, surname), address = COALESCE(:address, address)
WHERE id = :user_id AND status_at <= :at AND changes() > 0";

    /// The partner is the user's.
    RECORD = "
INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
SELECT :audit_id, :now, partner_id, id, :event, :outcome, :request_id FROM users
WHERE id = :user_id AND changes() > 0
ON CONFLICT (id) DO NOTHING";

    ADD_KYC_ID = "
INSERT INTO user_kyc (user_id, kind, id)
SELECT id, :kyc, :kyc_id FROM users WHERE id = :user_id AND :kyc_id IS NOT NULL
ON CONFLICT DO NOTHING";

    ADD_DOCUMENTS = "
INSERT INTO user_kyc (user_id, kind, id)
SELECT u.id, :document, d.value FROM users u JOIN json_each(:document_ids) d WHERE u.id = :user_id
ON CONFLICT DO NOTHING";

    CURRENT = "
SELECT status, status_at = :at AND status = :status AS applied FROM users WHERE id = :user_id LIMIT 1";
}

pub(crate) struct KycEvent<'a> {
    /// The webhook's id: the same id again changes nothing.
    pub(crate) id: &'a str,
    pub(crate) user_id: &'a UserId,
    pub(crate) kyc_id: Option<&'a str>,
    /// JSON array
    pub(crate) document_ids: &'a str,
    pub(crate) status: UserStatus,
    /// When it happened there; an older event than the last one changes nothing.
    pub(crate) at: Time,
    pub(crate) name: Option<&'a str>,
    pub(crate) surname: Option<&'a str>,
    /// JSON object
    pub(crate) address: Option<&'a str>,
    pub(crate) now: Time,
}

/// Takes the event if it is new, applies and records it, and adds the ids that it brings.
pub(crate) fn apply(
    batch: &mut Batch,
    event: &KycEvent<'_>,
    audit_id: &AuditId,
    request: &RequestId,
) {
    batch
        .run::<()>(about(TAKE, event))
        .then(IfChanged(about(APPLY, event)))
        .then(IfChanged(record(event, audit_id, request)))
        .done();
    for sql in [ADD_KYC_ID, ADD_DOCUMENTS] {
        batch.run::<()>(about(sql, event)).done();
    }
}

fn record(event: &KycEvent<'_>, audit_id: &AuditId, request: &RequestId) -> Statement {
    let (name, outcome) = Event::KycStatus(event.status).words();
    Statement::new(
        RECORD,
        [
            ("audit_id", audit_id.into()),
            ("now", event.now.into()),
            ("user_id", event.user_id.into()),
            ("event", name.into()),
            ("outcome", outcome.into()),
            ("request_id", request.into()),
        ],
    )
}

/// The user's status, after the event.
#[derive(Deserialize)]
pub(crate) struct Current {
    pub(crate) status: UserStatus,
    #[serde(deserialize_with = "flag")]
    pub(crate) applied: bool,
}

/// No row when there is no such user.
pub(crate) fn current(event: &KycEvent<'_>) -> Statement<Current> {
    about(CURRENT, event)
}

fn about<T>(sql: Sql, event: &KycEvent<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("event_id", event.id.into()),
            ("user_id", event.user_id.into()),
            ("kyc_id", event.kyc_id.into()),
            ("document_ids", event.document_ids.into()),
            ("status", event.status.into()),
            ("at", event.at.into()),
            ("name", event.name.into()),
            ("surname", event.surname.into()),
            ("address", event.address.into()),
            ("now", event.now.into()),
            ("kyc", KycKind::Kyc.into()),
            ("document", KycKind::Document.into()),
        ],
    )
}
