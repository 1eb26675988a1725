//! The rows that move with a partner (docs/decisions/moving.md): of each table, how they are gone through, read, written
//! elsewhere and deleted. The statements are made of its columns, once an isolate.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::given::every_key;
use super::statement::{statements, Param, Sql, Statement};
use crate::rules::custody::Branch;
use crate::rules::id::PartnerId;

/// A table of which a partner has rows. Columns are separated by spaces.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Finds a row, in every home.
    key: &'static str,
    /// In which order they are gone through, where it is not that of the key.
    order: Option<&'static str>,
    /// All others that move.
    columns: &'static str,
    whose: Whose,
    parent: Parent,
    /// What is read of a row instead of a column, or beside them.
    reads: Option<(&'static str, &'static str)>,
    makes_way: MakesWay,
    /// Of which rows both homes have the same.
    settled: &'static str,
    /// The directory has rows of it about a partner that lives elsewhere, which nothing tells apart: they stay.
    pub(crate) stays_in_directory: bool,
    /// How many a page has: D1 takes two megabytes at once.
    at_once: u32,
}

/// What says whose a row is.
#[derive(Clone, Copy)]
enum Whose {
    Partner,
    User,
    /// A home has a copy of it.
    Client,
    /// In rows of before, their user; those of before about nobody go along with any partner.
    Answer,
    /// And it is about no client and no partner: what the operator did is the directory's.
    Log,
}

/// Without which a row cannot be there.
#[derive(Clone, Copy)]
enum Parent {
    None,
    User,
    Account,
}

/// Who may stand where a row comes to.
#[derive(Clone, Copy)]
enum MakesWay {
    Nobody,
    /// Whose e-mail or number another has by now: they have changed too, and come again.
    Contacts,
    /// Of a custody index that is not claimed.
    Index(&'static str, Branch),
}

const TABLE: Table = Table {
    name: "",
    key: "id",
    order: None,
    columns: "",
    whose: Whose::Partner,
    parent: Parent::None,
    reads: None,
    makes_way: MakesWay::Nobody,
    settled: "TRUE",
    stays_in_directory: false,
    at_once: 400,
};

/// Parents first.
pub(crate) const TABLES: [Table; 21] = [
    Table {
        name: "users",
        columns: "partner_id email phone password_hash roles status status_at name surname address credential_epoch \
                  phone_verified_at hold_until disabled_at created_at unlocked_at unlocked_by claimed_phone name_at \
                  surname_at address_at locale erased_at withdrawals_held_until email_verified_at reset_at \
                  phone_given_at",
        makes_way: MakesWay::Contacts,
        // An address may have as many bytes as a request.
        at_once: 100,
        ..TABLE
    },
    Table {
        name: "user_kyc",
        key: "user_id kind id",
        ..OF_USERS
    },
    Table {
        name: "notices",
        key: "user_id notice work_id",
        columns: "attempt_id at",
        ..OF_USERS
    },
    Table {
        name: "seen_clients",
        key: "user_id client_id",
        columns: "session_id",
        ..OF_USERS
    },
    Table {
        name: "recovery_codes",
        key: "user_id hash",
        columns: "key_id made_at",
        ..OF_USERS
    },
    // Without `trading_seq`, which is found again with its portfolio.
    Table {
        name: "accounts",
        key: "partner_id id",
        columns: "user_id email created_at portfolios",
        parent: Parent::User,
        ..TABLE
    },
    // Without `seq`, as portfolios: it is the home's own.
    Table {
        name: "account_keys",
        key: "partner_id account_id",
        columns: "sub_account_id custody_key encryption_key created_at key_index claimed_at",
        parent: Parent::Account,
        makes_way: MakesWay::Index("key_index", Branch::EncryptionKeys),
        settled: IS_CLAIMED,
        ..TABLE
    },
    // In the order in which they are listed.
    Table {
        name: "portfolios",
        key: "partner_id id",
        order: Some("partner_id account_id seq"),
        columns: "account_id name type custody_key public_address created_at address_index claimed_at",
        parent: Parent::Account,
        reads: Some(("is_trading", IS_TRADING)),
        makes_way: MakesWay::Index("address_index", Branch::Addresses),
        settled: IS_CLAIMED,
        ..TABLE
    },
    Table {
        name: "sessions",
        columns: "user_id partner_id client_id created_at current_hash rotated_at expires_at idle_expires_at \
                  revoked_at revoked_why refreshes amr",
        parent: Parent::User,
        ..TABLE
    },
    Table {
        name: "challenges",
        columns: "root_id purpose partner_id subject user_id credential_epoch nonce created_at expires_at staged_hash \
                  code_ok_at consumed_at consumed_by stagings staging_id digits max_tries consecutive in_30_days \
                  in_365_days session_id contact former old_id",
        ..TABLE
    },
    Table {
        name: "answers",
        columns: "root_id subject purpose is_right at forgiven_at partner_id",
        whose: Whose::Answer,
        ..TABLE
    },
    Table {
        name: "throttles",
        key: "subject",
        columns: "failures blocked_until attempt_id updated_at partner_id",
        ..TABLE
    },
    Table {
        name: "sends",
        columns: "challenge_id partner_id phone prefix purpose at outcome refusal work_id share messages",
        ..TABLE
    },
    Table {
        name: "partner_sends",
        key: "partner_id share starts_at",
        columns: "count",
        ..TABLE
    },
    Table {
        name: "contact_holds",
        key: "partner_id contact",
        columns: "held_until",
        ..TABLE
    },
    Table {
        name: "idempotent_requests",
        columns: "body_mac nonce made_at attempt_id leased_until status answer partner_id",
        // An answer has up to eleven kilobytes, sealed.
        at_once: 100,
        ..TABLE
    },
    Table {
        name: "idempotency_days",
        key: "partner_id day",
        columns: "requests bytes",
        ..TABLE
    },
    Table {
        name: "webhook_events",
        columns: "at taken_by partner_id",
        ..TABLE
    },
    Table {
        name: "client_failures",
        key: "client_id",
        columns: "hour failures alarmed_by",
        whose: Whose::Client,
        ..TABLE
    },
    Table {
        name: "audit",
        key: "partner_id id",
        columns: "at client_id user_id event outcome request_id target_client_id target_partner_id session_id refreshes \
                  refreshed_at reason",
        whose: Whose::Log,
        ..TABLE
    },
    // The object stays in the bucket where it was written.
    Table {
        name: "archived",
        key: "partner_id first_id",
        columns: "last_id entries object home",
        reads: Some(("home", "COALESCE(r.home, :at)")),
        stays_in_directory: true,
        ..TABLE
    },
];

const OF_USERS: Table = Table {
    whose: Whose::User,
    parent: Parent::User,
    ..TABLE
};

/// One that is not may have another index in each home, and was shown to nobody.
const IS_CLAIMED: &str = "r.claimed_at IS NOT NULL";

const IS_TRADING: &str = "EXISTS (SELECT 1 FROM accounts a WHERE a.partner_id = r.partner_id AND a.id = r.account_id AND a.trading_seq = r.seq)";

macro_rules! raise_floors {
    ($table:literal, $index:literal, $branch:literal) => {
        concat!(
            every_key!($table),
            "
INSERT INTO custody_floors (custody_key, branch, next)
SELECT id, ",
            $branch,
            ", 1 + (SELECT MAX(COALESCE(",
            $index,
            ", seq - 1)) FROM ",
            $table,
            " WHERE custody_key = keys.id)
FROM keys LEFT JOIN partner_keys k ON k.key_id = keys.id
WHERE keys.id IS NOT NULL AND COALESCE(k.partner_id, :partner_id) = :partner_id
ON CONFLICT (custody_key, branch) DO UPDATE SET next = MAX(next, excluded.next)"
        )
    };
}

statements! {
    /// Under the partner's own keys and those of nobody nothing is given again, though the rows go.
    RAISE_ADDRESSES = raise_floors!("portfolios", "address_index", "0");
    RAISE_KEYS = raise_floors!("account_keys", "key_index", "1");

    /// Those of its own extended keys move along.
    FLOORS = "
SELECT json_group_array(json_array(f.custody_key, f.branch, f.next)) AS rows
FROM partner_keys k JOIN custody_floors f ON f.custody_key = k.key_id WHERE k.partner_id = :partner_id";

    PUT_FLOORS = "
INSERT INTO custody_floors (custody_key, branch, next)
SELECT v.value ->> '$[0]', v.value ->> '$[1]', v.value ->> '$[2]' FROM json_each(:rows) v WHERE TRUE
ON CONFLICT (custody_key, branch) DO UPDATE SET next = MAX(next, excluded.next)";

    /// What a home had a copy of; the directory never asks this.
    DROP_SETTINGS = "DELETE FROM partner_settings WHERE partner_id = :partner_id";
    DROP_KEYS = "DELETE FROM partner_keys WHERE partner_id = :partner_id";
    DROP_CLIENTS = "DELETE FROM clients WHERE partner_id = :partner_id";
}

/// Of a table: its rows, and where the next page begins. Texts are JSON arrays.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Carried {
    /// Of each row its columns; see [`Table::put`].
    pub(crate) rows: Option<String>,
    /// Of each row its key.
    pub(crate) keys: Option<String>,
    /// Keys of which there is no row.
    pub(crate) gone: Option<String>,
    /// The place that the page came to; none where it was the last.
    pub(crate) next: Option<String>,
}

impl Carried {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.as_deref().is_none_or(|rows| rows == "[]")
    }
}

/// How far one page looks, at rows of anybody: some milliseconds of a database that does one thing at a time.
const LOOKED_AT: u32 = 5_000;

/// Which rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// What may be compared.
    Settled,
}

impl Table {
    /// The partner's rows after a place. `at`: the database that is asked.
    pub(crate) fn page(
        &'static self,
        partner_id: &PartnerId,
        at: &str,
        after: Option<&str>,
        which: Which,
    ) -> Statement<Carried> {
        let settled = which == Which::Settled;
        let is_first = after.is_none();
        let sql = self.sql(Kind::Page { is_first, settled });
        let given = [
            ("partner_id", partner_id.into()),
            ("at", at.into()),
            ("after", after.into()),
            ("most", self.at_once.into()),
            ("looked_at", LOOKED_AT.into()),
        ];
        Statement::new(sql, given)
    }

    /// The rows of some keys, whosever, and which of them there are not.
    pub(crate) fn take(&'static self, at: &str, keys: &str) -> Statement<Carried> {
        let given = [("at", at.into()), ("keys", keys.into())];
        Statement::new(self.sql(Kind::Take), given)
    }

    /// Writes rows as a page gave them, in this database. Those without a parent are left out: it is younger than the
    /// notes, and they are noted too.
    pub(crate) fn put(&'static self, batch: &mut Batch, at: &str, rows: &str) {
        let contacts: &[Kind] = &[Kind::FreeEmails, Kind::FreeNumbers];
        let before = match self.makes_way {
            MakesWay::Nobody => &[],
            MakesWay::Contacts => contacts,
            MakesWay::Index(..) => &[Kind::FreeIndices],
        };
        let finds_trading = matches!(self.makes_way, MakesWay::Index(_, Branch::Addresses));
        let after = finds_trading.then_some(Kind::FindTrading);
        for kind in before.iter().copied().chain([Kind::Put]).chain(after) {
            let given = [("rows", rows.into()), ("at", at.into())];
            batch
                .run::<()>(Statement::new(self.sql(kind), given))
                .done();
        }
    }

    /// Deletes the rows of some keys.
    pub(crate) fn drop(&'static self, keys: &str) -> Statement {
        Statement::new(self.sql(Kind::Drop), [("keys", keys.into())])
    }

    /// Deletes the partner's rows, as far as one page looks after a place, and says where the next begins.
    pub(crate) fn wipe(
        &'static self,
        batch: &mut Batch,
        partner_id: &PartnerId,
        after: Option<&str>,
    ) -> Slot<Carried> {
        let is_first = after.is_none();
        let [next, wipe] = [Kind::Next { is_first }, Kind::Wipe { is_first }].map(|kind| {
            let given: [(&'static str, Param); 3] = [
                ("partner_id", partner_id.into()),
                ("after", after.into()),
                ("looked_at", LOOKED_AT.into()),
            ];
            (self.sql(kind), given)
        });
        let next = batch.read(Statement::new(next.0, next.1));
        batch.run::<()>(Statement::new(wipe.0, wipe.1)).done();
        next
    }
}

/// Before the first row of custody is deleted.
pub(crate) fn raise_floors(batch: &mut Batch, partner_id: &PartnerId) {
    for sql in [RAISE_ADDRESSES, RAISE_KEYS] {
        let given = [("partner_id", partner_id.into()), ("key", "".into())];
        batch.run::<()>(Statement::new(sql, given)).done();
    }
}

/// The lowest indices under the partner's own keys, which no row tells.
pub(crate) fn floors(partner_id: &PartnerId) -> Statement<Carried> {
    Statement::new(FLOORS, [("partner_id", partner_id.into())])
}

pub(crate) fn put_floors(rows: &str) -> Statement {
    Statement::new(PUT_FLOORS, [("rows", rows.into())])
}

/// The copy of what is the directory's.
pub(crate) fn drop_copy(batch: &mut Batch, partner_id: &PartnerId) {
    for sql in [DROP_SETTINGS, DROP_KEYS, DROP_CLIENTS] {
        let statement: Statement = Statement::new(sql, [("partner_id", partner_id.into())]);
        batch.run(statement).done();
    }
}

/// What a statement of a table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Page { is_first: bool, settled: bool },
    Take,
    FreeEmails,
    FreeNumbers,
    FreeIndices,
    Put,
    FindTrading,
    Drop,
    Next { is_first: bool },
    Wipe { is_first: bool },
}

thread_local! {
    /// Each is made once, and stays: there are as many as tables times kinds.
    static MADE: RefCell<HashMap<(&'static str, Kind), Sql>> = RefCell::default();
}

impl Table {
    fn sql(&'static self, kind: Kind) -> Sql {
        MADE.with_borrow_mut(|made| {
            let make = || Sql(Box::leak(self.text(kind).into_boxed_str()));
            *made.entry((self.name, kind)).or_insert_with(make)
        })
    }

    fn text(&self, kind: Kind) -> String {
        match kind {
            Kind::Page { is_first, settled } => self.page_text(is_first, settled),
            Kind::Take => self.take_text(),
            Kind::FreeEmails => self.free_contacts_text("email"),
            Kind::FreeNumbers => self.free_contacts_text("phone"),
            Kind::FreeIndices => self.free_indices_text(),
            Kind::Put => self.put_text(),
            Kind::FindTrading => self.find_trading_text(),
            Kind::Drop => self.drop_text(),
            Kind::Next { is_first } => format!("SELECT {} AS next", self.window_end(is_first)),
            Kind::Wipe { is_first } => self.wipe_text(is_first),
        }
    }

    fn page_text(&self, is_first: bool, settled: bool) -> String {
        let (order, key) = (self.order(), listed(self.key, "r."));
        let place = listed(self.order.unwrap_or(self.key), "r.");
        let mine = match settled {
            true => format!("{} AND {}", self.mine(), self.settled),
            false => self.copied(),
        };
        let window = self.window(is_first);
        format!(
            "
SELECT json_group_array({columns}) AS rows, json_group_array(json_array({key})) AS keys,
       COALESCE((SELECT json_array({place}) FROM ({window}) r WHERE {mine} ORDER BY {order} LIMIT 1 OFFSET :most - 1),
                {end}) AS next
FROM (SELECT * FROM ({window}) r WHERE {mine} ORDER BY {order} LIMIT :most) r",
            columns = self.read(),
            end = self.window_end(is_first),
        )
    }

    /// In the order of the keys, but for what has one of its own.
    fn take_text(&self) -> String {
        let on = self.found_by("n.value");
        let first = first(self.key);
        let order = match self.order {
            Some(_) => "r.seq, n.key",
            None => "n.key",
        };
        format!(
            "
SELECT json_group_array({columns}) FILTER (WHERE r.{first} IS NOT NULL) AS rows,
       json_group_array(json(r.wanted)) FILTER (WHERE r.{first} IS NULL) AS gone
FROM (SELECT n.value AS wanted, r.* FROM json_each(:keys) n LEFT JOIN {name} r ON {on} ORDER BY {order} LIMIT 100000) r",
            columns = self.read(),
            name = self.name,
        )
    }

    fn put_text(&self) -> String {
        let columns = words(&[self.key, self.columns]);
        let values: Vec<String> = columns
            .iter()
            .map(|column| match self.makes_way {
                MakesWay::Index(index, branch) if *column == index => {
                    self.free_index(index, branch)
                }
                // Of this database's own bucket a note says no home.
                _ if self.stays_in_directory && *column == "home" => {
                    format!("NULLIF({}, :at)", self.coming(column))
                }
                _ => self.coming(column),
            })
            .collect();
        let changed: Vec<String> = words(&[self.columns])
            .iter()
            .map(|column| format!("{column} = excluded.{column}"))
            .collect();
        let never_changes = matches!(self.whose, Whose::Log) || self.stays_in_directory;
        let on_conflict = match never_changes || changed.is_empty() {
            true => "NOTHING".into(),
            false => format!("UPDATE SET {}", changed.join(", ")),
        };
        let parent = match self.parent {
            Parent::None => "TRUE".into(),
            Parent::User => format!(
                "EXISTS (SELECT 1 FROM users WHERE id = {})",
                self.coming("user_id")
            ),
            Parent::Account => format!(
                "EXISTS (SELECT 1 FROM accounts WHERE partner_id = {} AND id = {})",
                self.coming("partner_id"),
                self.coming("account_id"),
            ),
        };
        format!(
            "
INSERT INTO {name} ({columns})
SELECT {values} FROM json_each(:rows) v WHERE {parent} ORDER BY v.key
ON CONFLICT ({key}) DO {on_conflict}",
            name = self.name,
            columns = columns.join(", "),
            values = values.join(", "),
            key = listed(self.key, ""),
        )
    }

    fn drop_text(&self) -> String {
        let keys = (0..words(&[self.key]).len()).map(|nth| format!("n.value ->> '$[{nth}]'"));
        format!(
            "DELETE FROM {name} WHERE ({key}) IN (SELECT {keys} FROM json_each(:keys) n)",
            name = self.name,
            key = listed(self.key, ""),
            keys = keys.collect::<Vec<_>>().join(", "),
        )
    }

    fn wipe_text(&self, is_first: bool) -> String {
        format!(
            "DELETE FROM {name} WHERE ({key}) IN (SELECT {of_window} FROM ({window}) r WHERE {mine})",
            name = self.name,
            key = listed(self.key, ""),
            of_window = listed(self.key, "r."),
            window = self.window(is_first),
            mine = self.mine(),
        )
    }

    /// Their own id in its place, as who has lost it has.
    fn free_contacts_text(&self, contact: &str) -> String {
        let (id, partner_id, theirs) = (
            self.coming("id"),
            self.coming("partner_id"),
            self.coming(contact),
        );
        format!(
            "
UPDATE users SET {contact} = id
WHERE (partner_id, {contact}) IN (SELECT {partner_id}, {theirs} FROM json_each(:rows) v)
  AND NOT EXISTS (SELECT 1 FROM json_each(:rows) v WHERE {id} = users.id AND {theirs} = users.{contact})"
        )
    }

    /// Of the rows that come those that were claimed keep their index: the ledger gave it to them, and who stands there
    /// was shown it by nobody. These go on to a place that is free.
    fn free_indices_text(&self) -> String {
        let MakesWay::Index(index, branch) = self.makes_way else {
            return String::new();
        };
        format!(
            "
UPDATE {name} SET {index} = (SELECT v.key + {beyond} FROM json_each(:rows) v
  WHERE {custody_key} = {name}.custody_key AND {theirs} = {name}.{index} LIMIT 1)
WHERE seq IN (
  SELECT o.seq FROM json_each(:rows) v
  CROSS JOIN {name} o ON o.custody_key = {custody_key} AND COALESCE(o.{index}, o.seq - 1) = {theirs}
  WHERE {claimed_at} IS NOT NULL AND o.claimed_at IS NULL AND o.{index} IS NOT NULL AND {is_another})",
            name = self.name,
            beyond = self.beyond(index, branch),
            custody_key = self.coming("custody_key"),
            theirs = self.coming(index),
            claimed_at = self.coming("claimed_at"),
            is_another = self.is_another(),
        )
    }

    /// One that nobody has claimed keeps its own where no other has it.
    fn free_index(&self, index: &str, branch: Branch) -> String {
        format!(
            "
  CASE WHEN {claimed_at} IS NULL AND EXISTS (
              SELECT 1 FROM {name} o
              WHERE o.custody_key = {custody_key} AND COALESCE(o.{index}, o.seq - 1) = {own} AND {is_another})
       THEN v.key + {beyond} ELSE {own} END",
            name = self.name,
            beyond = self.beyond(index, branch),
            custody_key = self.coming("custody_key"),
            own = self.coming(index),
            claimed_at = self.coming("claimed_at"),
            is_another = self.is_another(),
        )
    }

    /// Beyond all that is there and all that comes, and what was given before.
    fn beyond(&self, index: &str, branch: Branch) -> String {
        let custody_key = self.coming("custody_key");
        let (theirs, their_key) = (self.coming(index), self.coming("custody_key"));
        let (theirs, their_key) = (
            theirs.replacen('v', "c", 1),
            their_key.replacen('v', "c", 1),
        );
        format!(
            "1 + MAX(
         COALESCE((SELECT MAX(COALESCE(m.{index}, m.seq - 1)) FROM {name} m WHERE m.custody_key = {custody_key}), 0),
         COALESCE((SELECT MAX({theirs}) FROM json_each(:rows) c WHERE {their_key} = {custody_key}), 0),
         COALESCE((SELECT next FROM custody_floors WHERE custody_key = {custody_key} AND branch = {branch}), 0))",
            name = self.name,
            branch = branch.number(),
        )
    }

    fn is_another(&self) -> String {
        let (one, other) = self.key.split_once(' ').unwrap_or((self.key, self.key));
        format!(
            "(o.{one}, o.{other}) <> ({}, {})",
            self.coming(one),
            self.coming(other)
        )
    }

    fn find_trading_text(&self) -> String {
        let is_trading = format!(
            "v.value ->> '$[{}]'",
            words(&[self.key, self.columns]).len()
        );
        format!(
            "
UPDATE accounts SET trading_seq = p.seq
FROM json_each(:rows) v CROSS JOIN portfolios p ON p.partner_id = {partner_id} AND p.id = {id}
WHERE {is_trading} = 1 AND accounts.partner_id = p.partner_id AND accounts.id = p.account_id",
            partner_id = self.coming("partner_id"),
            id = self.coming("id"),
        )
    }

    /// A column of a row `v` that comes.
    fn coming(&self, column: &str) -> String {
        let columns = words(&[self.key, self.columns]);
        let nth = columns
            .iter()
            .position(|known| *known == column)
            .unwrap_or(columns.len());
        format!("v.value ->> '$[{nth}]'")
    }

    /// A row as one value. An array, since D1 gives a function 32 arguments.
    fn read(&self) -> String {
        let mut columns: Vec<String> = words(&[self.key, self.columns])
            .iter()
            .map(|column| format!("r.{column}"))
            .collect();
        if let Some((name, sql)) = self.reads {
            let own = format!("r.{name}");
            match columns.iter_mut().find(|column| **column == own) {
                Some(column) => *column = sql.into(),
                None => columns.push(sql.into()),
            }
        }
        format!("json_array({})", columns.join(", "))
    }

    /// Rows of anybody, or of the partner where an index has them together, after a place.
    fn window(&self, is_first: bool) -> String {
        format!(
            "SELECT r.* FROM {} r WHERE {} ORDER BY {} LIMIT :looked_at",
            self.name,
            self.beginning(is_first),
            self.order()
        )
    }

    fn window_end(&self, is_first: bool) -> String {
        format!(
            "(SELECT json_array({}) FROM {} r WHERE {} ORDER BY {} LIMIT 1 OFFSET :looked_at - 1)",
            listed(self.order.unwrap_or(self.key), "r."),
            self.name,
            self.beginning(is_first),
            self.order()
        )
    }

    fn beginning(&self, is_first: bool) -> String {
        let order = words(&[self.order.unwrap_or(self.key)]);
        let of_partner = order[0] == "partner_id";
        let skipped = usize::from(of_partner);
        let columns: Vec<String> = order[skipped..]
            .iter()
            .map(|column| format!("r.{column}"))
            .collect();
        let places: Vec<String> = (skipped..order.len())
            .map(|nth| format!(":after ->> '$[{nth}]'"))
            .collect();
        let after = match (is_first, &columns[..], &places[..]) {
            // Every key is greater: none is empty.
            (true, [first, ..], _) if !of_partner => format!("{first} > ''"),
            (true, ..) => "TRUE".into(),
            (false, [column], [place]) => format!("{column} > ({place})"),
            (false, ..) => format!("({}) > ({})", columns.join(", "), places.join(", ")),
        };
        match of_partner {
            true => format!("r.partner_id = :partner_id AND {after}"),
            false => after,
        }
    }

    fn order(&self) -> String {
        listed(self.order.unwrap_or(self.key), "r.")
    }

    fn found_by(&self, key: &str) -> String {
        let columns = words(&[self.key]);
        let each = columns.iter().enumerate();
        let each = each.map(|(nth, column)| format!("r.{column} = {key} ->> '$[{nth}]'"));
        each.collect::<Vec<_>>().join(" AND ")
    }

    fn mine(&self) -> String {
        let of_user = |column: &str| {
            format!("EXISTS (SELECT 1 FROM users u WHERE u.id = r.{column} AND u.partner_id = :partner_id)")
        };
        match self.whose {
            Whose::Partner => "r.partner_id = :partner_id".into(),
            Whose::User => of_user("user_id"),
            Whose::Client => {
                "EXISTS (SELECT 1 FROM clients c WHERE c.id = r.client_id AND c.partner_id = :partner_id)".into()
            }
            Whose::Answer => format!(
                "(r.partner_id = :partner_id OR r.partner_id IS NULL AND {})",
                of_user("subject")
            ),
            Whose::Log => {
                "r.partner_id = :partner_id AND r.target_client_id IS NULL AND r.target_partner_id IS NULL".into()
            }
        }
    }

    /// And those of which nothing says whose they are.
    fn copied(&self) -> String {
        match self.whose {
            Whose::Answer => format!(
                "({} OR r.partner_id IS NULL AND substr(r.subject, 1, 5) = 'anon_')",
                self.mine()
            ),
            _ => self.mine(),
        }
    }
}

fn words(texts: &[&'static str]) -> Vec<&'static str> {
    texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .collect()
}

fn first(text: &'static str) -> &'static str {
    text.split_whitespace().next().unwrap_or_default()
}

fn listed(columns: &'static str, prefix: &str) -> String {
    let columns = columns
        .split_whitespace()
        .map(|column| format!("{prefix}{column}"));
    columns.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
impl Table {
    /// All columns that move.
    pub(super) fn moves(&self) -> Vec<&'static str> {
        words(&[self.key, self.columns])
    }

    pub(super) fn key(&self) -> Vec<&'static str> {
        words(&[self.key])
    }
}
