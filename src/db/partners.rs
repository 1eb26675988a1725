//! Partners, and what each has set of its own.

use serde::Deserialize;

use super::audit::{Origin, Whom};
use super::batch::{Batch, Slot};
use super::statement::{statements, Param, Statement};
use crate::rules::event::Event;
use crate::rules::home::Home;
use crate::rules::id::{AuditId, PartnerId, WorkId};
use crate::rules::limits::{CHANGES_COUNTED, CHANGES_OF_SETTINGS};
use crate::rules::time::Time;

/// This database may act for the partner `$partner_id`. What no call asks for has no guard, and asks in these words,
/// which are true of a row of before too, whose partner is NULL.
macro_rules! is_here {
    ($partner_id:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM partners m INDEXED BY partners_away WHERE m.id = ",
            $partner_id,
            " AND m.state <> 'here')"
        )
    };
}

pub(super) use is_here;

/// This request's change is the one that stands: what hangs on it is done, by a retry again.
macro_rules! ours {
    () => {
        "EXISTS (SELECT 1 FROM partner_settings
            WHERE partner_id = :partner_id AND version = :version AND changed_by = :work_id)"
    };
}

/// `:keys` is a JSON object: of each extended key its mark, and its id; of each KYC secret its mark, twice. What was given under it counts whether or not
/// the key is still anybody's; all of one key was given to one partner.
macro_rules! of_others {
    () => {
        "EXISTS (SELECT 1 FROM json_each(:keys) g WHERE :partner_id <> COALESCE(
            (SELECT partner_id FROM partner_keys WHERE public_key = g.key),
            (SELECT partner_id FROM portfolios WHERE custody_key = g.value LIMIT 1),
            (SELECT partner_id FROM account_keys WHERE custody_key = g.value LIMIT 1)))"
    };
}

/// Under another id its indices would begin at nought again.
macro_rules! used_and_rewritten {
    () => {
        "EXISTS (SELECT 1 FROM json_each(:keys) g JOIN partner_keys k ON k.public_key = g.key
                 WHERE k.partner_id = :partner_id AND k.is_used = 1 AND k.key_id <> g.value)"
    };
}

macro_rules! used_and_left_out {
    () => {
        "EXISTS (SELECT 1 FROM partner_keys k WHERE k.partner_id = :partner_id AND k.is_used = 1
                 AND k.key_id NOT IN (SELECT value FROM json_each(:keys)))"
    };
}

statements! {
    FIND = "
SELECT p.id AS partner_id, p.home, p.epoch, s.plain, s.given, s.sealed, COALESCE(s.version, 0) AS version
FROM partners p LEFT JOIN partner_settings s ON s.partner_id = p.id WHERE p.id = :partner_id LIMIT 1";

    LOOK = concat!("
SELECT p.id AS partner_id, p.name, p.home, p.epoch, s.plain, s.given, s.sealed, COALESCE(s.version, 0) AS version, s.changed_at, s.changed_by, s.counted_from, s.counted,
       ", of_others!(), " AS of_others, ", used_and_rewritten!(), " AS rewritten, ", used_and_left_out!(), " AS left_out
FROM partners p LEFT JOIN partner_settings s ON s.partner_id = p.id WHERE p.id = :partner_id LIMIT 1");

    SET = concat!("
INSERT INTO partner_settings (partner_id, plain, given, sealed, kyc_secrets, version, changed_at, changed_by, is_told,
                              counted_from, counted)
SELECT id, :plain, :given, :sealed, :kyc_secrets, :version, :now, :work_id, 0, :now, :is_counted FROM partners
WHERE id = :partner_id
  AND :version = 1 + COALESCE((SELECT version FROM partner_settings WHERE partner_id = :partner_id), 0)
  AND NOT (:is_counted AND EXISTS (SELECT 1 FROM partner_settings
    WHERE partner_id = :partner_id AND counted_from + :window > :now AND counted >= :most))
  AND NOT ", of_others!(), "
  AND NOT ", used_and_rewritten!(), "
  AND NOT ", used_and_left_out!(), "
ON CONFLICT (partner_id) DO UPDATE SET
  plain = excluded.plain, given = excluded.given, sealed = excluded.sealed, kyc_secrets = excluded.kyc_secrets, version = excluded.version,
  changed_at = excluded.changed_at, changed_by = excluded.changed_by, is_told = 0,
  counted_from = CASE WHEN counted_from + :window > :now THEN counted_from ELSE :now END,
  counted = CASE WHEN counted_from + :window > :now THEN counted ELSE 0 END + :is_counted");

    DROP_ORIGINS = concat!("DELETE FROM partner_origins WHERE partner_id = :partner_id AND ", ours!());

    ADD_ORIGINS = concat!("
INSERT INTO partner_origins (origin, partner_id)
SELECT value, :partner_id FROM json_each(:origins) WHERE ", ours!(), "
ON CONFLICT DO NOTHING");

    DROP_KEYS = concat!("
DELETE FROM partner_keys
WHERE partner_id = :partner_id AND is_used = 0 AND key_id NOT IN (SELECT value FROM json_each(:keys)) AND ", ours!());

    /// There may be rows of it: of before a restore, or of one that gave an index while the key was taken out. Of a
    /// partner that lives elsewhere they are there, and it is as if there were some: such a key stays.
    ADD_KEYS = concat!("
INSERT INTO partner_keys (public_key, key_id, partner_id, is_used)
SELECT key, value, :partner_id,
       EXISTS (SELECT 1 FROM portfolios WHERE custody_key = value)
       OR EXISTS (SELECT 1 FROM account_keys WHERE custody_key = value)
       OR (substr(key, 1, 4) <> 'kyc_' AND EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND home <> 'DB'))
FROM json_each(:keys) WHERE ", ours!(), "
ON CONFLICT DO NOTHING");

    /// By the order of the index: every one of them is in the answer.
    ORIGINS = "SELECT DISTINCT origin FROM partner_origins WHERE origin > '' ORDER BY origin LIMIT :most";

    TELL = "
UPDATE partner_settings SET is_told = 1
WHERE partner_id = :partner_id AND version = :version AND EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch = :epoch)";

    UNTOLD = "
SELECT s.partner_id, p.home, p.epoch, s.plain, s.given, s.sealed, s.version
FROM partner_settings s INDEXED BY partner_settings_untold JOIN partners p ON p.id = s.partner_id
WHERE s.is_told = 0 ORDER BY s.partner_id LIMIT :most";
}

/// A partner, and what it has set; of a statement that does not ask a thing, that is none. One struct for all of them:
/// each costs the wasm as much as a call does.
#[derive(Deserialize)]
pub(crate) struct Partner {
    pub(crate) partner_id: PartnerId,
    pub(crate) name: Option<String>,
    pub(crate) home: String,
    pub(crate) epoch: i64,
    /// JSON object; none where it has set nothing, ever.
    pub(crate) plain: Option<String>,
    pub(crate) given: Option<String>,
    pub(crate) sealed: Option<String>,
    /// 0 where it has set nothing, ever.
    pub(crate) version: i64,
    pub(crate) changed_at: Option<Time>,
    pub(crate) changed_by: Option<WorkId>,
    /// Since when its own changes are counted, and how many there are since.
    pub(crate) counted_from: Option<Time>,
    pub(crate) counted: Option<u32>,
    /// 1 where an extended key of the change is another partner's.
    pub(crate) of_others: Option<u32>,
    /// 1 where one under which an index was given is written in another way.
    pub(crate) rewritten: Option<u32>,
    /// 1 where the change leaves out one under which an index was given.
    pub(crate) left_out: Option<u32>,
    /// 1 where the database that was asked may act for it.
    pub(crate) is_here: Option<u32>,
    /// Counts the changes of what its home has a copy of, and the last that the home is known to have.
    pub(crate) changed_to: Option<i64>,
    pub(crate) copied_to: Option<i64>,
    /// JSON object: the copy.
    pub(crate) copy: Option<String>,
}

/// A row that was found in one of the databases, of a partner that may be on its way there or from there.
pub(crate) trait AtHome {
    fn is_here(&self) -> bool;
}

impl AtHome for Partner {
    fn is_here(&self) -> bool {
        self.is_here == Some(1)
    }
}

impl Partner {
    pub(crate) fn home(&self) -> Home {
        Home {
            name: self.home.clone(),
            epoch: self.epoch,
        }
    }

    /// Its home has not heard of all changes.
    pub(crate) fn is_behind(&self) -> bool {
        self.copied_to < self.changed_to
    }

    /// Its home knows nothing of it yet.
    pub(crate) fn is_new(&self) -> bool {
        self.copied_to == Some(0)
    }
}

#[derive(Deserialize)]
pub(crate) struct OfOrigin {
    pub(crate) origin: String,
}

/// All that a partner has set, changed.
pub(crate) struct Change<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) plain: &'a str,
    pub(crate) given: &'a str,
    pub(crate) sealed: Option<&'a str>,
    pub(crate) kyc_secrets: u32,
    /// JSON array
    pub(crate) origins: &'a str,
    /// JSON object: of each extended key its mark, and its id; of each KYC secret its mark, twice
    pub(crate) keys: &'a str,
    /// One more than that of what it was made of.
    pub(crate) version: i64,
    pub(crate) now: Time,
    pub(crate) work_id: &'a WorkId,
    /// By the partner's own client.
    pub(crate) is_counted: bool,
    /// For the row in the partner's log, where somebody else changes it.
    pub(crate) copy: &'a AuditId,
}

pub(crate) fn find(partner_id: &PartnerId) -> Statement<Partner> {
    Statement::new(FIND, [("partner_id", partner_id.into())])
}

/// No row where there is no such partner. `keys`: those of a change that is about to be made, or was.
pub(crate) fn look(partner_id: &PartnerId, keys: &str) -> Statement<Partner> {
    let given = [("partner_id", partner_id.into()), ("keys", keys.into())];
    Statement::new(LOOK, given)
}

/// Takes the change if it was made of what stands, and no extended key hinders it; gives what stands then.
pub(crate) fn change(batch: &mut Batch, change: &Change<'_>, origin: &Origin<'_>) -> Slot<Partner> {
    let about = |sql| -> Statement {
        let given: [(&'static str, Param); 13] = [
            ("partner_id", change.partner_id.into()),
            ("plain", change.plain.into()),
            ("given", change.given.into()),
            ("sealed", change.sealed.into()),
            ("kyc_secrets", change.kyc_secrets.into()),
            ("origins", change.origins.into()),
            ("keys", change.keys.into()),
            ("version", change.version.into()),
            ("now", change.now.into()),
            ("work_id", change.work_id.into()),
            ("is_counted", change.is_counted.into()),
            ("window", CHANGES_COUNTED.into()),
            ("most", CHANGES_OF_SETTINGS.into()),
        ];
        Statement::new(sql, given)
    };
    let whom = Whom::Partner {
        id: change.partner_id,
        copy: change.copy,
    };
    batch
        .run(about(SET))
        .audited(origin, whom, Event::PartnerSettingsChanged);
    for sql in [DROP_ORIGINS, ADD_ORIGINS, DROP_KEYS, ADD_KEYS] {
        batch.run(about(sql)).done();
    }
    batch.read(look(change.partner_id, change.keys))
}

pub(crate) fn origins(most: u32) -> Statement<OfOrigin> {
    Statement::new(ORIGINS, [("most", most.into())])
}

/// KV has heard of this version and this epoch; of later ones it has not.
pub(crate) fn tell(partner_id: &PartnerId, version: i64, epoch: i64) -> Statement {
    let given = [
        ("partner_id", partner_id.into()),
        ("version", version.into()),
        ("epoch", epoch.into()),
    ];
    Statement::new(TELL, given)
}

pub(crate) fn untold(most: u32) -> Statement<Partner> {
    Statement::new(UNTOLD, [("most", most.into())])
}
