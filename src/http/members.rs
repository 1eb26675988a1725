//! The members of a request's JSON object, each taken with its type and limits checked, so
//! that every refusal names the field and the rule.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::rules::id::{is_id, Id};

/// A JSON object without duplicate members, at any depth. Unknown members are ignored.
pub(crate) struct Fields {
    members: HashMap<String, Value>,
    /// What a refusal says before a member's name: `data.` of those of the member `data`.
    within: String,
}

impl Fields {
    /// The body as a JSON object. `UnsupportedMediaType`, `MalformedJson`.
    pub(crate) fn of_body(media_type: Option<&str>, body: &[u8]) -> Result<Fields, Error> {
        match media_type {
            Some("application/json") => Fields::parse(body),
            _ => Err(Error::UnsupportedMediaType),
        }
    }

    /// `MalformedJson` for anything but one JSON object (RFC 8259) in UTF-8.
    pub(crate) fn parse(body: &[u8]) -> Result<Fields, Error> {
        let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
        if marks.iter().any(|mark| body.starts_with(mark)) {
            let why = "it begins with a byte order mark; send UTF-8 without one";
            return Err(Error::MalformedJson(why));
        }
        let text =
            std::str::from_utf8(body).map_err(|_| Error::MalformedJson("it is not UTF-8"))?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Strict
            .deserialize(&mut reader)
            .and_then(|value| reader.end().map(|()| value))
            .map_err(|error| Error::MalformedJson(reason(&error)))?;
        match value {
            Value::Object(members) => Ok(Fields {
                members: members.into_iter().collect(),
                within: String::new(),
            }),
            _ => Err(Error::MalformedJson("it is JSON, but not an object")),
        }
    }

    /// `InvalidField` that names the member by where it stands in the body.
    pub(crate) fn invalid(&self, name: &str, rule: impl fmt::Display) -> Error {
        Error::invalid(&format!("{}{name}", self.within), rule)
    }

    /// Where a slip in an optional member would leave something undone that was meant: no other members
    /// than these. Elsewhere unknown ones are ignored.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let mut names = self.members.keys();
        match names.find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(_) => Err(Error::invalid(
                "body",
                format_args!("may hold {} and nothing else", known.join(", ")),
            )),
        }
    }

    /// A string of `min` to `max` characters that must be there.
    pub(crate) fn text(&self, name: &str, min: usize, max: usize) -> Result<&str, Error> {
        self.optional_text(name, min, max)?
            .ok_or_else(|| self.invalid(name, "is missing"))
    }

    /// A string of `min` to `max` characters; absent and null are the same.
    pub(crate) fn optional_text(
        &self,
        name: &str,
        min: usize,
        max: usize,
    ) -> Result<Option<&str>, Error> {
        let Some(text) = self.optional_any_text(name)? else {
            return Ok(None);
        };
        let length = text.chars().take(max + 1).count();
        if length < min || length > max {
            return Err(self.invalid(name, format_args!("must have {min} to {max} characters")));
        }
        Ok(Some(text))
    }

    /// A string of whatever length that must be there.
    pub(crate) fn any_text(&self, name: &str) -> Result<&str, Error> {
        self.optional_any_text(name)?
            .ok_or_else(|| self.invalid(name, "is missing"))
    }

    fn optional_any_text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(name, "must be a string")),
        }
    }

    /// 1 to 64 of `[A-Za-z0-9_-]` that must be there.
    pub(crate) fn id<K>(&self, name: &str) -> Result<Id<K>, Error> {
        self.optional_id(name)?
            .ok_or_else(|| self.invalid(name, "is missing"))
    }

    pub(crate) fn optional_id<K>(&self, name: &str) -> Result<Option<Id<K>>, Error> {
        Ok(self.optional_id_text(name)?.map(Id::given))
    }

    /// An id that is not one of ours.
    pub(crate) fn optional_id_text(&self, name: &str) -> Result<Option<&str>, Error> {
        let Some(id) = self.optional_text(name, 1, 64)? else {
            return Ok(None);
        };
        if !is_id(id) {
            return Err(self.invalid(name, "may hold only letters, digits, _ and -"));
        }
        Ok(Some(id))
    }

    /// At most `most` ids.
    pub(crate) fn optional_ids(
        &self,
        name: &str,
        most: usize,
    ) -> Result<Option<Vec<String>>, Error> {
        let wrong = || {
            self.invalid(name, format_args!("must be a list of at most {most} strings of letters, digits, _ and -, each of 1 to 64 characters"))
        };
        let items = match self.members.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) if items.len() <= most => items,
            Some(_) => return Err(wrong()),
        };
        items
            .iter()
            .map(|item| match item {
                Value::String(text) if is_id(text) && text.len() <= 64 => Ok(text.clone()),
                _ => Err(wrong()),
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }

    pub(crate) fn optional_bool(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.invalid(name, "must be true or false")),
        }
    }

    /// A member as it is; absent and null are the same.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// The same, telling null, which takes a value away, from nothing, which leaves it.
    pub(crate) fn given(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    pub(crate) fn object(&self, name: &str) -> Result<Fields, Error> {
        match self.members.get(name) {
            Some(Value::Object(members)) => Ok(Fields {
                members: members.clone().into_iter().collect(),
                within: format!("{}{name}.", self.within),
            }),
            None | Some(Value::Null) => Err(self.invalid(name, "is missing")),
            _ => Err(self.invalid(name, "must be an object")),
        }
    }
}

fn reason(error: &serde_json::Error) -> &'static str {
    if error.to_string().starts_with(DUPLICATE) {
        "a member stands in it twice"
    } else {
        "it does not parse"
    }
}

const DUPLICATE: &str = "duplicate member";

/// serde_json keeps the last of two equal members; two readers that keep different ones can be
/// played against each other, so a duplicate is an error here (RFC 8259 §4).
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Strict)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Strict)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Fields, Error> {
        Fields::parse(text.as_bytes())
    }

    #[test]
    fn duplicate_members_are_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            r#"{"a":[{"b":1,"b":1}]}"#,
            r#"{"a":1,"\u0061":2}"#,
        ] {
            assert!(
                matches!(
                    parse(text),
                    Err(Error::MalformedJson("a member stands in it twice"))
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        let deep = "[".repeat(10_000);
        for text in [
            "",
            "null",
            "[]",
            "\"x\"",
            "{",
            "{} {}",
            "{\"a\":NaN}",
            "{'a':1}",
            "{\"a\":1,}",
            &deep,
        ] {
            assert!(
                matches!(parse(text), Err(Error::MalformedJson(_))),
                "{text:.20}"
            );
        }
        assert!(matches!(
            Fields::parse(b"{\"a\":\"\xff\"}"),
            Err(Error::MalformedJson(_))
        ));
    }

    /// RFC 8259 §8.1 forbids it, and nobody sees one in an editor.
    #[test]
    fn a_byte_order_mark_is_named() {
        for body in [&b"\xef\xbb\xbf{}"[..], b"\xff\xfe{\0}\0", b"\xfe\xff\0{\0}"] {
            let error = Fields::parse(body).err().unwrap();
            assert!(error.message().contains("byte order mark"));
        }
        assert!(parse("{\"a\":\"\u{feff}\"}").is_ok());
    }

    #[test]
    fn a_refusal_names_the_field() {
        let fields = parse(r#"{"n":1,"s":"abcd","id":"a b","list":["x",1],"null":null}"#).unwrap();
        let message = |result: Result<(), Error>| result.unwrap_err().message();
        assert_eq!(
            message(fields.text("n", 1, 9).map(drop)),
            "n must be a string."
        );
        assert_eq!(
            message(fields.text("s", 5, 9).map(drop)),
            "s must have 5 to 9 characters."
        );
        assert_eq!(
            message(fields.text("null", 1, 9).map(drop)),
            "null is missing."
        );
        assert_eq!(
            message(fields.optional_id_text("id").map(drop)),
            "id may hold only letters, digits, _ and -."
        );
        assert!(
            message(fields.optional_ids("list", 4).map(drop)).starts_with("list must be a list")
        );
    }

    /// The table that scripts/client-sql.mjs, which writes roles past this reader, is held to as well.
    #[test]
    fn a_role_is_taken_as_the_script_that_makes_clients_takes_it() {
        #[derive(serde::Deserialize)]
        struct Name {
            role: String,
            taken: bool,
        }
        let table = include_str!("../../tests/vectors/role-names.json");
        let names: Vec<Name> = serde_json::from_str(table).unwrap();
        assert!(names.iter().any(|name| name.taken) && names.iter().any(|name| !name.taken));
        for Name { role, taken } in names {
            let fields = parse(&serde_json::json!({"roles": [role]}).to_string()).unwrap();
            assert_eq!(fields.optional_ids("roles", 16).is_ok(), taken, "{role:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Fields::parse(&body);
        }

        #[test]
        fn length_is_counted_in_characters(n in 0usize..20) {
            let fields = Fields::parse(serde_json::json!({"s": "é".repeat(n)}).to_string().as_bytes()).unwrap();
            prop_assert_eq!(fields.text("s", 3, 10).is_ok(), (3..=10).contains(&n));
        }
    }
}
