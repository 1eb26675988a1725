//! Which partners move, and what became of it: in the directory, which alone decides (docs/decisions/moving.md).

use std::time::Duration;

use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};

use super::audit::{Origin, Whom};
use super::batch::{Batch, Slot};
use super::statement::{flag, statements, Param, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::id::{AuditId, PartnerId};
use crate::rules::time::{days, Time};
use crate::rules::word::Word;

/// For [`Move`].
macro_rules! columns {
    () => {
        "p.id AS partner_id, p.name, p.created_at, p.home, m.epoch, m.source, m.target, m.state, m.begun_at, m.behind,
       COALESCE(m.erased_to, m.begun_at) AS erased_to,
       EXISTS (SELECT 1 FROM clients c, json_each(c.scopes) s WHERE c.partner_id = p.id AND s.value = 'admin') AS is_operators"
    };
}

/// One that decides has been asked for, and none has been made.
macro_rules! is_undecided {
    () => {
        "EXISTS (SELECT 1 FROM moves WHERE partner_id = :partner_id AND epoch = :epoch AND state = 'moving')"
    };
}

statements! {
    /// Its move, where one is under way.
    LOOK = concat!("SELECT ", columns!(), "
FROM partners p LEFT JOIN moves m ON m.partner_id = p.id AND m.state <> 'left' WHERE p.id = :partner_id LIMIT 1");

    /// Those to go on with: the one that decides stands before what is left behind.
    WAITING = concat!("SELECT ", columns!(), "
FROM moves m JOIN partners p ON p.id = m.partner_id
WHERE m.partner_id > '' AND (m.state <> 'left' OR m.delete_at <= :now) ORDER BY m.state = 'left', m.begun_at LIMIT :most");

    /// Those of which rows are left.
    LEFT_BEHIND = concat!("SELECT ", columns!(), "
FROM moves m JOIN partners p ON p.id = m.partner_id
WHERE m.partner_id > '' AND m.state = 'left' ORDER BY m.begun_at LIMIT :most");

    ERASED_TO = "
UPDATE moves SET erased_to = :erased_to WHERE partner_id = :partner_id AND epoch = :epoch AND state = 'left'";

    BEGIN = "
INSERT INTO moves (partner_id, epoch, source, target, state, begun_at)
SELECT p.id, p.epoch, p.home, :target, 'moving', :now FROM partners p
WHERE p.id = :partner_id AND p.home <> :target
  AND NOT EXISTS (SELECT 1 FROM moves WHERE partner_id = p.id AND state <> 'left')
  AND NOT EXISTS (SELECT 1 FROM clients c, json_each(c.scopes) s WHERE c.partner_id = p.id AND s.value = 'admin')";

    /// What an earlier move left where it goes now is deleted by this one.
    TAKE_OVER = "
DELETE FROM moves WHERE partner_id = :partner_id AND state = 'left' AND behind = :target
  AND EXISTS (SELECT 1 FROM moves WHERE partner_id = :partner_id AND state = 'moving' AND target = :target)";

    /// The one moment. Where the source is this database, it is gone from it in the same.
    COMMIT = concat!("
UPDATE partners SET home = :target, epoch = epoch + 1, changed = changed + 1,
                    copied = CASE WHEN :target = 'DB' THEN changed + 1 ELSE copied END,
                    state = CASE WHEN :target = 'DB' THEN 'coming' ELSE 'gone' END
WHERE id = :partner_id AND home = :source AND epoch = :epoch AND (:source <> 'DB' OR state = 'leaving') AND ", is_undecided!());

    /// It stays, and nobody of the epoch before may freeze it again.
    GIVE_UP = concat!("
UPDATE partners SET epoch = epoch + 1, state = CASE WHEN :source = 'DB' THEN 'here' ELSE state END
WHERE id = :partner_id AND home = :source AND epoch = :epoch AND ", is_undecided!());

    DECIDED = "
UPDATE moves SET state = :state, decided_at = :now, behind = :behind
WHERE partner_id = :partner_id AND epoch = :epoch AND state = 'moving'
  AND EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch = :epoch + 1 AND home = :home)";

    /// KV has the home and the epoch of before.
    UNTOLD = "
UPDATE partner_settings SET is_told = 0
WHERE partner_id = :partner_id AND EXISTS (SELECT 1 FROM moves WHERE partner_id = :partner_id AND epoch = :epoch AND state = :state)";

    /// All that is left to do is to delete what is behind.
    LEFT = "
UPDATE moves SET state = 'left', delete_at = :delete_at
WHERE partner_id = :partner_id AND epoch = :epoch AND state IN ('committed', 'given_up')";

    FORGET = "DELETE FROM moves WHERE partner_id = :partner_id AND epoch = :epoch AND state = 'left'";
}

/// A partner, and its move; of one that is not on the move, none of it.
#[derive(Deserialize)]
pub(crate) struct Move {
    pub(crate) partner_id: PartnerId,
    pub(crate) name: String,
    pub(crate) created_at: Time,
    /// As the directory has it now.
    pub(crate) home: String,
    /// Of the stay that ends.
    pub(crate) epoch: Option<i64>,
    source: Option<String>,
    target: Option<String>,
    pub(crate) state: Option<State>,
    pub(crate) begun_at: Option<Time>,
    /// Where rows are left, once it is decided.
    behind: Option<String>,
    /// Whoever was erased until then is erased there, too. At first the beginning of the move: a copy that is given up
    /// may lack what was erased while it was made.
    pub(crate) erased_to: Option<Time>,
    /// It lives where the directory is.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_operators: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum State {
    Moving,
    Committed,
    GivenUp,
    Left,
}

impl Word for State {}

/// What is left where a partner was is kept for so long: should the new home be set back, it is there.
const KEPT: Duration = days(1);

impl Move {
    pub(crate) fn source(&self) -> &str {
        self.source.as_deref().unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &str {
        self.target.as_deref().unwrap_or_default()
    }

    pub(crate) fn behind(&self) -> &str {
        self.behind.as_deref().unwrap_or_default()
    }

    pub(crate) fn was(&self) -> i64 {
        self.epoch.unwrap_or_default()
    }

    fn about(&self, sql: Sql, ends: &Ends<'_>) -> Statement {
        let (state, home, behind) = match ends.how {
            Decision::Commit => (State::Committed, self.target(), self.source()),
            Decision::GiveUp => (State::GivenUp, self.source(), self.target()),
        };
        Statement::new(
            sql,
            [
                ("partner_id", (&self.partner_id).into()),
                ("epoch", self.was().into()),
                ("source", self.source().into()),
                ("target", self.target().into()),
                ("state", state.as_str().into()),
                ("home", home.into()),
                ("behind", behind.into()),
                ("now", ends.now.into()),
            ],
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Commit,
    GiveUp,
}

/// How a move is decided, and when.
pub(crate) struct Ends<'a> {
    pub(crate) how: Decision,
    pub(crate) now: Time,
    pub(crate) origin: &'a Origin<'a>,
    /// For the row in the partner's log, where the operator decides.
    pub(crate) copy: &'a AuditId,
}

/// The partner, and the move that it is on. No row where there is no such partner.
pub(crate) fn look(partner_id: &PartnerId) -> Statement<Move> {
    Statement::new(LOOK, [("partner_id", partner_id.into())])
}

pub(crate) fn waiting(now: Time, most: u32) -> Statement<Move> {
    Statement::new(WAITING, [("now", now.into()), ("most", most.into())])
}

/// Those that are over, but for what is left behind: kept, or not deleted yet.
pub(crate) fn left_behind(most: u32) -> Statement<Move> {
    Statement::new(LEFT_BEHIND, [("most", most.into())])
}

/// To a home: unless it is there, is on the move, or is the operator's. Gives what is under way then.
pub(crate) fn begin(
    batch: &mut Batch,
    (partner_id, copy): (&PartnerId, &AuditId),
    target: &str,
    now: Time,
    origin: &Origin<'_>,
) -> Slot<Move> {
    let about = |sql| -> Statement {
        let given: [(&'static str, Param); 3] = [
            ("partner_id", partner_id.into()),
            ("target", target.into()),
            ("now", now.into()),
        ];
        Statement::new(sql, given)
    };
    let whom = Whom::Partner {
        id: partner_id,
        copy,
    };
    let asked = batch.run(about(BEGIN));
    asked.audited(origin, whom, Event::PartnerMoveAsked);
    batch.run(about(TAKE_OVER)).done();
    batch.read(look(partner_id))
}

/// Decides it, unless it is decided. Gives what is under way then.
pub(crate) fn decide(batch: &mut Batch, moving: &Move, ends: &Ends<'_>) -> Slot<Move> {
    let (sql, event) = match ends.how {
        Decision::Commit => (COMMIT, Event::PartnerMoved),
        Decision::GiveUp => (GIVE_UP, Event::PartnerMoveGivenUp),
    };
    let whom = Whom::Partner {
        id: &moving.partner_id,
        copy: ends.copy,
    };
    let decided = batch.run(moving.about(sql, ends));
    decided.audited(ends.origin, whom, event);
    for sql in [DECIDED, UNTOLD] {
        batch.run(moving.about(sql, ends)).done();
    }
    batch.read(look(&moving.partner_id))
}

/// Both homes have heard of what was decided.
pub(crate) fn left(moving: &Move, how: Decision, now: Time) -> Statement {
    let kept = match how {
        Decision::Commit => KEPT,
        // A copy that nobody took.
        Decision::GiveUp => Duration::ZERO,
    };
    of_one(LEFT, moving, now + kept)
}

/// Whoever was erased until then is erased behind, too.
pub(crate) fn erased_to(moving: &Move, erased_to: Time) -> Statement {
    let given = [
        ("partner_id", (&moving.partner_id).into()),
        ("epoch", moving.was().into()),
        ("erased_to", erased_to.into()),
    ];
    Statement::new(ERASED_TO, given)
}

/// Nothing is left behind.
pub(crate) fn forget(moving: &Move) -> Statement {
    of_one(FORGET, moving, Time::from_millis(0))
}

fn of_one(sql: Sql, moving: &Move, delete_at: Time) -> Statement {
    let given = [
        ("partner_id", (&moving.partner_id).into()),
        ("epoch", moving.was().into()),
        ("delete_at", delete_at.into()),
    ];
    Statement::new(sql, given)
}
