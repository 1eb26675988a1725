//! Names for what differs from run to run. The same value has the same name within a golden, and
//! nothing else is touched: what has not the shape of such a value stays as it is.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::{Captures, Regex};

use crate::support::jwt::decode;

/// Kind and shape, the first that fits. What is named is the group `v`, or else all of it.
const SHAPES: [(&str, &str); 16] = [
    ("jwt", r"eyJ[\w-]+\.[\w-]+\.[\w-]+"),
    ("rt", r"\brt_[\w-]{86}"),
    ("chl", r"\bchl_[\w-]{43}"),
    (
        "",
        r"\b(?P<kind>[a-z]{3})_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b",
    ),
    ("sub", r"\bsub_[0-9a-f]{32}\b"),
    ("anon", r"\banon_[0-9a-f]{32}\b"),
    ("client", r"\bclient_[0-9a-f]{32}\b"),
    (
        "salt_and_hash",
        r"\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=(?P<v>[\w+/]{8}\$[\w+/]{22}\$[\w+/]{43})",
    ),
    ("address", r"\b0x[0-9a-fA-F]{40}\b"),
    ("public_key", r"\b0[23][0-9a-f]{64}\b"),
    ("hex64", r"\b[0-9a-f]{64}\b"),
    ("hex32", r"\b[0-9a-f]{32}\b"),
    ("secret", r#""clientSecret":"(?P<v>[\w-]{43})""#),
    ("secret", r"\bclient_secret=(?P<v>[\w-]{43})\b"),
    ("signature", r"\bv1,[\w+/]{43}="),
    ("index", r#""addressIndex":(?P<v>\d+)"#),
];

fn shapes() -> &'static [(&'static str, Regex)] {
    static SHAPES_READ: OnceLock<Vec<(&str, Regex)>> = OnceLock::new();
    let read = |(kind, shape): &(&'static str, &str)| {
        let regex = Regex::new(shape).unwrap_or_else(|e| panic!("{shape}: {e}"));
        (*kind, regex)
    };
    SHAPES_READ.get_or_init(|| SHAPES.iter().map(read).collect())
}

fn time() -> Regex {
    Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z").expect("a shape")
}

/// How long a request took: no two take the same.
fn duration() -> Regex {
    Regex::new(r#"("(?:duration|d1)_ms":)\d+"#).expect("a shape")
}

/// How often KV was asked, which hangs on what the isolate remembers of other scenes; and where it ran, as what.
fn circumstance() -> Regex {
    Regex::new(r#"("(d1_calls|kv_calls|colo|version)":)(\d+|null|"[^"]*")"#).expect("a shape")
}

/// The names given in one golden.
#[derive(Default)]
pub struct Names {
    given: HashMap<(String, String), usize>,
    count: HashMap<String, usize>,
    /// On the real clock times have no part in a golden.
    pub hides_times: bool,
    /// Every JWT, in the order of its first appearance.
    tokens: Vec<String>,
}

impl Names {
    pub fn of(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.hides_times {
            text = time().replace_all(&text, "<time>").into_owned();
        }
        text = duration().replace_all(&text, "$1<ms>").into_owned();
        text = circumstance().replace_all(&text, "$1<$2>").into_owned();
        for (kind, shape) in shapes() {
            if shape.is_match(&text) {
                text = self.replace(kind, shape, &text);
            }
        }
        text
    }

    fn replace(&mut self, kind: &str, shape: &Regex, text: &str) -> String {
        let replaced = shape.replace_all(text, |found: &Captures| {
            let whole = &found[0];
            let value = found.name("v").map_or(whole, |v| v.as_str());
            let kind = found.name("kind").map_or(kind, |kind| kind.as_str());
            if kind == "jwt" && !self.tokens.iter().any(|token| token == value) {
                self.tokens.push(value.to_owned());
            }
            whole.replace(value, &self.name(kind, value))
        });
        replaced.into_owned()
    }

    fn name(&mut self, kind: &str, value: &str) -> String {
        let key = (kind.to_owned(), value.to_owned());
        let next = self.count.entry(key.0.clone()).or_default();
        let number = self.given.entry(key).or_insert_with(|| {
            *next += 1;
            *next
        });
        format!("<{kind}_{number}>")
    }

    /// Header and claims of every token so far, as they are in it.
    pub fn tokens(&mut self) -> String {
        let mut shown = String::new();
        for token in self.tokens.clone() {
            let name = self.name("jwt", &token);
            let parts: Vec<String> = token.split('.').take(2).map(part).collect();
            shown += &format!("{name}\n{}\n{}\n", self.of(&parts[0]), self.of(&parts[1]));
        }
        shown
    }
}

fn part(encoded: &str) -> String {
    String::from_utf8(decode(encoded)).expect("a part of a JWT is text")
}
