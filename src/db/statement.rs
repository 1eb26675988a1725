//! A statement: a constant of SQL with named parameters, and their values.

use std::marker::PhantomData;
use std::time::Duration;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::rules::id::{Id, Subject};
use crate::rules::time::{millis, Time};
use crate::rules::word::Word;

/// SQL as it stands in a file of `db/`; only [`statements!`] makes it, which also lists it for
/// the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sql(pub(super) &'static str);

/// SQL as D1 takes it, and the names of its parameters in their order.
pub(super) struct Numbered {
    pub(super) sql: String,
    names: Vec<&'static str>,
}

impl Sql {
    /// D1 knows numbered parameters alone: `:name` becomes `?1`, `?2`, ... in the order of first
    /// mention.
    pub(super) fn numbered(self) -> Numbered {
        let mut sql = String::with_capacity(self.0.len());
        let mut names: Vec<&'static str> = Vec::new();
        for (before, name) in mentions(self.0) {
            sql.push_str(before);
            let Some(name) = name else { continue };
            let known = names.iter().position(|known| *known == name);
            let nth = known.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            sql.push('?');
            sql.push_str(&(nth + 1).to_string());
        }
        Numbered { sql, names }
    }
}

/// The statements of a file. `ALL` lists them, so that none can be missing where every one is
/// prepared and explained.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::db::statement::Sql = $crate::db::statement::Sql($sql);)*

        #[cfg(test)]
        pub(super) const ALL: &[$crate::db::statement::Sql] = &[$($name),*];
    };
}

pub(super) use statements;

/// A parameter. D1 binds every number as REAL, which a STRICT INTEGER column takes back exactly.
#[derive(Clone, Debug)]
pub(crate) enum Param {
    Text(String),
    Number(f64),
    Null,
}

/// SQL, its parameters by name, and the rows `T` that it gives. Of the names given it takes
/// those that it knows, so that two statements can share one list.
pub(crate) struct Statement<T = ()> {
    sql: Sql,
    given: Vec<(&'static str, Param)>,
    row: PhantomData<fn() -> T>,
}

/// A statement that asks `changes()`: it acts only if the one just before it in its batch did.
pub(crate) struct IfChanged(pub(super) Statement);

impl<T> Statement<T> {
    pub(super) fn new(
        sql: Sql,
        given: impl IntoIterator<Item = (&'static str, Param)>,
    ) -> Statement<T> {
        Statement {
            sql,
            given: given.into_iter().collect(),
            row: PhantomData,
        }
    }

    pub(super) fn untyped(self) -> Statement {
        Statement {
            sql: self.sql,
            given: self.given,
            row: PhantomData,
        }
    }

    /// The values of these names, in their order. A name without a value is left out, and D1 refuses
    /// the statement for it.
    pub(super) fn values(&self, numbered: &Numbered) -> Vec<&Param> {
        let value = |name: &&str| self.given.iter().find(|(given, _)| given == name);
        let values = numbered.names.iter().filter_map(value);
        values.map(|(_, value)| value).collect()
    }

    #[cfg(test)]
    pub(super) fn numbered(&self) -> (String, Vec<&Param>) {
        let numbered = self.sql.numbered();
        let values = self.values(&numbered);
        (numbered.sql, values)
    }

    pub(super) fn sql(&self) -> Sql {
        self.sql
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.given.iter().map(|(name, _)| *name).collect()
    }
}

/// The text before each `:name`, and the name; at last what is left. Text in quotes holds none.
pub(super) fn mentions(sql: &str) -> Vec<(&str, Option<&str>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let (mut from, mut at, mut quoted) = (0, 0, false);
    while let Some(step) = sql[at..].find(['\'', ':']) {
        at += step;
        let rest = &sql[at + 1..];
        if sql[at..].starts_with('\'') {
            quoted = !quoted;
            at += 1;
            continue;
        }
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if !quoted && length > 0 {
            found.push((&sql[from..at], Some(&rest[..length])));
            from = at + 1 + length;
        }
        at += 1 + length;
    }
    found.push((&sql[from..], None));
    found
}

impl From<&str> for Param {
    fn from(text: &str) -> Param {
        Param::Text(text.into())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Param {
        Param::Text(text)
    }
}

impl<K> From<&Id<K>> for Param {
    fn from(id: &Id<K>) -> Param {
        Param::Text(id.as_str().into())
    }
}

impl From<&Subject> for Param {
    fn from(subject: &Subject) -> Param {
        Param::Text(subject.as_str().into())
    }
}

impl<W: Word> From<W> for Param {
    fn from(word: W) -> Param {
        Param::Text(word.as_str().into())
    }
}

impl From<Time> for Param {
    fn from(time: Time) -> Param {
        Param::Number(time.millis() as f64)
    }
}

impl From<Duration> for Param {
    fn from(span: Duration) -> Param {
        Param::Number(millis(span) as f64)
    }
}

/// Counts and row numbers: integers that a double holds exactly.
impl From<i64> for Param {
    fn from(number: i64) -> Param {
        Param::Number(number as f64)
    }
}

impl From<u32> for Param {
    fn from(number: u32) -> Param {
        Param::Number(f64::from(number))
    }
}

impl From<bool> for Param {
    fn from(flag: bool) -> Param {
        Param::Number(if flag { 1.0 } else { 0.0 })
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Param {
        value.map_or(Param::Null, Into::into)
    }
}

/// SQLite's 0 and 1.
pub(super) fn flag<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    Ok(i64::deserialize(reader)? != 0)
}

/// A JSON array of strings in a TEXT column.
pub(super) fn strings<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    json(reader)
}

/// JSON in a TEXT column, or made by the statement.
pub(super) fn json<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    reader: D,
) -> Result<T, D::Error> {
    serde_json::from_str(&String::deserialize(reader)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_numbered_once_and_only_what_is_mentioned_is_bound() {
        let sql = Sql("SELECT :b, :a, ':c', :b FROM t WHERE x = :a");
        let given = [("a", 1u32.into()), ("b", "two".into()), ("d", Param::Null)];
        let statement: Statement = Statement::new(sql, given);
        let (numbered, values) = statement.numbered();
        assert_eq!(numbered, "SELECT ?1, ?2, ':c', ?1 FROM t WHERE x = ?2");
        assert!(matches!(values[..], [Param::Text(_), Param::Number(_)]));
    }

    #[test]
    fn sql_without_names_stays_as_it_is() {
        let statement: Statement = Statement::new(Sql("SELECT 1 AS up"), []);
        assert_eq!(statement.numbered().0, "SELECT 1 AS up");
    }
}
