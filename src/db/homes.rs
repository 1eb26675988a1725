//! Which database a partner lives in, what holds a call to it, and the copy of the directory's rows that it has there.

use std::cell::RefCell;

use super::batch::Batch;
use super::partners::Partner;
use super::statement::{statements, Sql, Statement};
use crate::error::Error;
use crate::rules::home::Home;
use crate::rules::id::{ClientId, PartnerId};

/// A stale copy changes nothing: the newest that came stands.
macro_rules! newest {
    () => {
        "(SELECT changed FROM partners WHERE id = :partner_id) = :changed"
    };
}

/// For [`Partner`].
macro_rules! lives {
    () => {
        "p.id AS partner_id, p.home, p.epoch, 0 AS version FROM partners p"
    };
}

statements! {
    /// Where the partner is not here, this is an error, and with it the batch that it begins is none.
    GUARD = "
SELECT CASE WHEN EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch = :epoch AND state = 'here')
            THEN 1 ELSE json('the partner is not here') END AS here";

    IS_HERE = concat!("SELECT ", lives!(), " WHERE p.id = :partner_id AND p.epoch = :epoch AND p.state = 'here' LIMIT 1");

    LIVES = concat!("SELECT ", lives!(), " WHERE p.id = :partner_id LIMIT 1");

    UNCOPIED = concat!("SELECT ", lives!(), " INDEXED BY partners_uncopied
WHERE p.copied < p.changed AND p.id > '' ORDER BY p.id LIMIT :most");

    /// With all that its home has a copy of, as one text.
    READ = "
SELECT p.id AS partner_id, p.home, p.epoch, s.plain, s.given, s.sealed, COALESCE(s.version, 0) AS version,
       p.changed AS changed_to, p.copied AS copied_to,
       json_object(
         'name', p.name, 'created_at', p.created_at,
         'clients', (SELECT json_group_array(json_object(
            'id', c.id, 'name', c.name, 'scopes', c.scopes, 'allowed_roles', c.allowed_roles,
            'default_roles', c.default_roles, 'created_at', c.created_at, 'disabled_at', c.disabled_at,
            'token_epoch', c.token_epoch, 'sessions_not_before', c.sessions_not_before))
          FROM clients c WHERE c.partner_id = p.id),
         'settings', CASE WHEN s.partner_id IS NULL THEN json_array() ELSE json_array(json_object(
            'plain', s.plain, 'given', s.given, 'sealed', s.sealed, 'kyc_secrets', s.kyc_secrets,
            'version', s.version, 'changed_at', s.changed_at, 'changed_by', s.changed_by)) END,
         'keys', (SELECT json_group_array(json_object('public_key', k.public_key, 'key_id', k.key_id, 'is_used', k.is_used))
          FROM partner_keys k WHERE k.partner_id = p.id)) AS copy
FROM partners p LEFT JOIN partner_settings s ON s.partner_id = p.id
WHERE p.id = COALESCE(:partner_id, (SELECT partner_id FROM clients WHERE id = :client_id)) AND p.state = 'gone' LIMIT 1";

    /// One that is made there is known by nothing else. Whoever came by a move has a row, or the home was set back.
    PUT_PARTNER = "
INSERT INTO partners (id, name, created_at, home, epoch, state, changed)
SELECT :partner_id, :copy ->> 'name', :copy ->> 'created_at', :home, :epoch, 'here', :changed
WHERE :epoch = 1 OR EXISTS (SELECT 1 FROM partners WHERE id = :partner_id)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, changed = excluded.changed WHERE changed < excluded.changed";

    PUT_CLIENTS = concat!("
INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at, disabled_at, token_epoch,
                     sessions_not_before)
SELECT value ->> 'id', :partner_id, value ->> 'name', value ->> 'scopes', value ->> 'allowed_roles', value ->> 'default_roles',
       value ->> 'created_at', value ->> 'disabled_at', value ->> 'token_epoch', value ->> 'sessions_not_before'
FROM json_each(:copy, '$.clients') WHERE ", newest!(), "
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, scopes = excluded.scopes, allowed_roles = excluded.allowed_roles, default_roles = excluded.default_roles,
  disabled_at = excluded.disabled_at, token_epoch = MAX(token_epoch, excluded.token_epoch),
  sessions_not_before = MAX(sessions_not_before, excluded.sessions_not_before)");

    PUT_SETTINGS = concat!("
INSERT INTO partner_settings (partner_id, plain, given, sealed, kyc_secrets, version, changed_at, changed_by, is_told,
                              counted_from, counted)
SELECT :partner_id, value ->> 'plain', value ->> 'given', value ->> 'sealed', value ->> 'kyc_secrets', value ->> 'version',
       value ->> 'changed_at', value ->> 'changed_by', 1, 0, 0
FROM json_each(:copy, '$.settings') WHERE ", newest!(), "
ON CONFLICT (partner_id) DO UPDATE SET
  plain = excluded.plain, given = excluded.given, sealed = excluded.sealed, kyc_secrets = excluded.kyc_secrets,
  version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by");

    DROP_KEYS = concat!("
DELETE FROM partner_keys
WHERE partner_id = :partner_id AND is_used = 0 AND ", newest!(), "
  AND public_key NOT IN (SELECT value ->> 'public_key' FROM json_each(:copy, '$.keys'))");

    PUT_KEYS = concat!("
INSERT INTO partner_keys (public_key, key_id, partner_id, is_used)
SELECT value ->> 'public_key', value ->> 'key_id', :partner_id, value ->> 'is_used' FROM json_each(:copy, '$.keys')
WHERE ", newest!(), "
ON CONFLICT DO NOTHING");

    COPIED = "UPDATE partners SET copied = MAX(copied, :changed) WHERE id = :partner_id AND home = :home AND epoch = :epoch";
}

/// Where the caches say that a partner lives. Whoever finds another home tells all that share this.
#[derive(Debug)]
pub(crate) struct Believed(RefCell<Home>);

impl Believed {
    pub(crate) fn new(home: Home) -> Believed {
        Believed(RefCell::new(home))
    }

    pub(crate) fn home(&self) -> Home {
        self.0.borrow().clone()
    }

    pub(crate) fn is_directory(&self) -> bool {
        self.0.borrow().is_directory()
    }

    /// Of two, the one that the partner moved to later.
    pub(super) fn found(&self, home: Home) {
        let mut believed = self.0.borrow_mut();
        if home.epoch > believed.epoch {
            *believed = home;
        }
    }
}

/// No home may act for it just now.
pub(crate) fn on_the_move() -> Error {
    Error::Unavailable("the partner is on the move".into())
}

/// A token of ours names a partner that the directory has no more: it was set back in time.
pub(crate) fn unknown() -> Error {
    Error::Unavailable("the directory does not know the partner".into())
}

/// A directory that says a smaller epoch than was met: believed, it would name a home that the partner has left.
pub(crate) fn set_back() -> Error {
    let why = "the directory says an earlier home than was met: it was set back in time";
    Error::Unavailable(why.into())
}

/// Begins every batch of a partner's.
pub(super) fn guard(partner_id: &PartnerId, home: &Home) -> Statement {
    about(GUARD, partner_id, home)
}

/// A row where this database may act for the partner.
pub(crate) fn is_here(partner_id: &PartnerId, home: &Home) -> Statement<Partner> {
    about(IS_HERE, partner_id, home)
}

fn about<T>(sql: Sql, partner_id: &PartnerId, home: &Home) -> Statement<T> {
    let given = [
        ("partner_id", partner_id.into()),
        ("epoch", home.epoch.into()),
    ];
    Statement::new(sql, given)
}

/// Where the directory says that a partner lives.
pub(super) fn lives(partner_id: &PartnerId) -> Statement<Partner> {
    Statement::new(LIVES, [("partner_id", partner_id.into())])
}

/// Partners whose homes have not heard of a change.
pub(crate) fn uncopied(most: u32) -> Statement<Partner> {
    Statement::new(UNCOPIED, [("most", most.into())])
}

/// Whose copy: a partner's, or that of a client's partner.
#[derive(Clone, Copy)]
pub(crate) enum Of<'a> {
    Partner(&'a PartnerId),
    Client(&'a ClientId),
}

/// What the directory has of a partner that lives elsewhere, for its home; no row of any other.
pub(crate) fn read(of: Of<'_>) -> Statement<Partner> {
    let (partner_id, client_id) = match of {
        Of::Partner(id) => (Some(id), None),
        Of::Client(id) => (None, Some(id)),
    };
    let given = [
        ("partner_id", partner_id.into()),
        ("client_id", client_id.into()),
    ];
    Statement::new(READ, given)
}

/// At home, what [`read`] gave: unless there is a newer one.
pub(crate) fn put(batch: &mut Batch, partner: &Partner) {
    for sql in [PUT_PARTNER, PUT_CLIENTS, PUT_SETTINGS, DROP_KEYS, PUT_KEYS] {
        batch.run::<()>(of(sql, partner)).done();
    }
}

/// In the directory, once it is there.
pub(crate) fn copied(partner: &Partner) -> Statement {
    of(COPIED, partner)
}

fn of(sql: Sql, partner: &Partner) -> Statement {
    Statement::new(
        sql,
        [
            ("partner_id", (&partner.partner_id).into()),
            ("home", partner.home.as_str().into()),
            ("epoch", partner.epoch.into()),
            ("changed", partner.changed_to.into()),
            ("copy", partner.copy.as_deref().into()),
        ],
    )
}
