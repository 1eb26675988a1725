//! The text of each statement of a table that moves, made of its columns, once an isolate.

use std::cell::RefCell;
use std::collections::HashMap;

use super::moved::{MakesWay, Parent, Table, Whose};
use super::statement::Sql;
use crate::rules::custody::Branch;

/// What a statement of a table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
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
    pub(super) fn sql(&'static self, kind: Kind) -> Sql {
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
