//! What users were told of: once for each thing that happened, and of a kind so often a day.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::statement::{flag, statements, Param, Statement};
use crate::rules::id::{PartnerId, UserId, WorkId};
use crate::rules::limits::{NOTICES_COUNTED, NOTICES_OF_A_KIND};
use crate::rules::notice::Notice;
use crate::rules::time::Time;

/// This attempt is the one that tells. Takes [`claim_values`].
macro_rules! is_claimed {
    () => {
        "EXISTS (SELECT 1 FROM notices t
              WHERE t.user_id = :user_id AND t.notice = :notice AND t.work_id = :work_id AND t.attempt_id = :attempt_id)"
    };
}

pub(super) use is_claimed;

statements! {
    FORGET = "
DELETE FROM notices WHERE user_id = :user_id AND notice = :notice AND at <= :now - :span";

    /// Whoever does a thing again and again is told of it a few times, the first among them.
    CLAIM = "
INSERT INTO notices (user_id, notice, work_id, attempt_id, at)
SELECT u.id, :notice, :work_id, :attempt_id, :now FROM users u
WHERE u.id = :user_id AND u.partner_id = :partner_id
  AND (SELECT COUNT(*) FROM notices t WHERE t.user_id = u.id AND t.notice = :notice AND t.at > :now - :span) < :most
ON CONFLICT (user_id, notice, work_id) DO NOTHING";

    CLAIMED = concat!("SELECT ", is_claimed!(), " AS is_claimed");
}

/// That a user is about to be told of what a request did.
pub(crate) struct Claim<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) notice: Notice,
    pub(crate) work_id: &'a WorkId,
    /// Of this attempt: a request that is taken up again is an attempt of its own.
    pub(crate) attempt_id: &'a WorkId,
    pub(crate) now: Time,
}

#[derive(Deserialize)]
pub(crate) struct Claimed {
    /// It is this attempt's to tell.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_claimed: bool,
}

pub(crate) fn claim(batch: &mut Batch, claim: &Claim<'_>) -> Slot<Claimed> {
    for sql in [FORGET, CLAIM] {
        let statement = Statement::<()>::new(sql, claim_values(claim));
        batch.run(statement).done();
    }
    batch.read(claimed(claim))
}

pub(super) fn claimed(claim: &Claim<'_>) -> Statement<Claimed> {
    Statement::new(CLAIMED, claim_values(claim))
}

pub(super) fn claim_values(claim: &Claim<'_>) -> [(&'static str, Param); 8] {
    [
        ("user_id", claim.user_id.into()),
        ("partner_id", claim.partner_id.into()),
        ("notice", claim.notice.into()),
        ("work_id", claim.work_id.into()),
        ("attempt_id", claim.attempt_id.into()),
        ("now", claim.now.into()),
        ("span", NOTICES_COUNTED.into()),
        ("most", NOTICES_OF_A_KIND.into()),
    ]
}
