//! What the KYC provider says of a user.

use serde::Deserialize;

use super::{flag, Statement};

pub struct KycEvent<'a> {
    /// The webhook's id: the same id again changes nothing.
    pub id: &'a str,
    pub user_id: &'a str,
    pub kyc_id: Option<&'a str>,
    /// JSON array
    pub document_ids: &'a str,
    pub status: &'a str,
    /// When it happened there; an older event than the last one changes nothing.
    pub at: i64,
    pub name: Option<&'a str>,
    pub surname: Option<&'a str>,
    /// JSON object
    pub address: Option<&'a str>,
    pub now: i64,
}

const TAKE: &str = "
INSERT INTO webhook_events (id, at)
SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?3)
ON CONFLICT (id) DO NOTHING";

const APPLY: &str = "
UPDATE users SET status = ?2, status_at = ?3, name = COALESCE(?4, name), surname = COALESCE(?5, surname),
                 address = COALESCE(?6, address)
WHERE id = ?1 AND status_at <= ?3 AND changes() > 0";

/// Right after the event is taken: the event itself, then the ids it brings.
pub fn apply(event: &KycEvent<'_>) -> [Statement; 2] {
    [
        Statement::new(
            TAKE,
            [event.id.into(), event.now.into(), event.user_id.into()],
        ),
        Statement::new(
            APPLY,
            [
                event.user_id.into(),
                event.status.into(),
                event.at.into(),
                event.name.into(),
                event.surname.into(),
                event.address.into(),
            ],
        ),
    ]
}

const ADD_KYC_ID: &str = "
INSERT INTO user_kyc (user_id, kind, id)
SELECT id, 'kyc', ?2 FROM users WHERE id = ?1 AND ?2 IS NOT NULL
ON CONFLICT DO NOTHING";

const ADD_DOCUMENTS: &str = "
INSERT INTO user_kyc (user_id, kind, id)
SELECT u.id, 'document', d.value FROM users u JOIN json_each(?2) d WHERE u.id = ?1
ON CONFLICT DO NOTHING";

pub fn add_ids(event: &KycEvent<'_>) -> [Statement; 2] {
    [
        Statement::new(ADD_KYC_ID, [event.user_id.into(), event.kyc_id.into()]),
        Statement::new(
            ADD_DOCUMENTS,
            [event.user_id.into(), event.document_ids.into()],
        ),
    ]
}

/// The user's partner and status, after the event.
#[derive(Deserialize)]
pub struct Current {
    pub status: String,
    #[serde(deserialize_with = "flag")]
    pub applied: bool,
}

const CURRENT: &str = "
SELECT status, status_at = ?2 AND status = ?3 AS applied FROM users WHERE id = ?1 LIMIT 1";

/// No row when there is no such user.
pub fn current(event: &KycEvent<'_>) -> Statement {
    Statement::new(
        CURRENT,
        [event.user_id.into(), event.at.into(), event.status.into()],
    )
}

const RECORD: &str = "
INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
SELECT ?1, ?2, partner_id, id, 'kyc.status', ?4, ?5 FROM users WHERE id = ?3 AND changes() > 0
ON CONFLICT (id) DO NOTHING";

/// The audit row, if the statement just before changed the user.
pub fn record(audit_id: &str, event: &KycEvent<'_>, request_id: &str) -> Statement {
    Statement::new(
        RECORD,
        [
            audit_id.into(),
            event.now.into(),
            event.user_id.into(),
            event.status.into(),
            request_id.into(),
        ],
    )
}
