//! Every parser that meets a caller's bytes, fed with valid input that was then damaged: text that
//! is nearly right gets further than random text does. Each is compared with a second opinion, or
//! with what an accepted text must be. `PROPTEST_CASES` says how many (256 each if unset).
//!
//! What needs no damage to be tested has its properties beside the code.

use std::sync::LazyLock;

use crate::http::members::Fields;
use crate::rules::email::Email;
use crate::rules::id::{ClientId, PartnerId, SessionId};
use crate::rules::phone::Phone;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::scope::{Scope, Scopes};
use crate::rules::secret::{Peppers, Secret};
use crate::rules::time::{self, Time};
use crate::rules::token::{AccessClaims, KeyRing, Login};
use crate::rules::webhook_signature::{sign, SignedHeaders};
use crate::wire::fields::username;
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

const NOW: Time = Time::from_millis(1_752_157_186_359);

// ── Damage ──────────────────────────────────────────────────────────────────────────────────

/// One change at a place, which is taken modulo the length.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Replace(usize, char),
    Insert(usize, String),
    Delete(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

/// What parsers stumble over.
const BITS: [&str; 40] = [
    "\"",
    "\\",
    "\\u0061",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "1e400",
    "-0",
    "0x1",
    "\u{feff}",
    "\0",
    "\r\n",
    " ",
    "\t",
    "+",
    "-",
    ".",
    "@",
    "=",
    "==",
    "%41",
    "&",
    ";",
    "/",
    "\u{212a}",
    "＠",
    "．",
    "٣",
    "ß",
    "\u{200b}",
    "é",
    "v1,",
    "rt_",
    "\u{10ffff}",
];

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let at = any::<usize>;
    let one = prop_oneof![
        (at(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (at(), any::<char>()).prop_map(|(at, to)| Damage::Replace(at, to)),
        (at(), "[ -~]").prop_map(|(at, to)| Damage::Replace(at, to.chars().next().unwrap_or(' '))),
        (at(), prop::sample::select(&BITS[..]))
            .prop_map(|(at, what)| Damage::Insert(at, what.into())),
        (at(), 1..6usize).prop_map(|(at, length)| Damage::Delete(at, length)),
        (at(), 1..20usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        at().prop_map(Damage::Cut),
    ];
    vec(one, 0..4)
}

fn damaged(text: &str, damage: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for one in damage {
        let length = bytes.len();
        let place = |at: &usize| at % (length + 1);
        match one {
            Damage::Flip(at, bit) if length > 0 => bytes[at % length] ^= 1 << bit,
            Damage::Replace(at, to) if length > 0 => {
                let at = at % length;
                bytes.splice(at..=at, to.to_string().into_bytes());
            }
            Damage::Insert(at, what) => {
                bytes.splice(place(at)..place(at), what.bytes());
            }
            Damage::Delete(at, count) => {
                let at = place(at);
                bytes.drain(at..length.min(at + count));
            }
            Damage::Repeat(at, count) => {
                let at = place(at);
                let again = bytes[at..length.min(at + count)].to_vec();
                bytes.splice(at..at, again);
            }
            Damage::Cut(at) => bytes.truncate(place(at)),
            Damage::Flip(..) | Damage::Replace(..) => {}
        }
    }
    bytes
}

fn damaged_text(text: &str, damage: &[Damage]) -> String {
    String::from_utf8_lossy(&damaged(text, damage)).into_owned()
}

// ── JSON bodies ─────────────────────────────────────────────────────────────────────────────

/// JSON that keeps every member: the second opinion on which of them stand twice.
enum Json {
    Leaf,
    List(Vec<Json>),
    Members(Vec<(String, Json)>),
}

impl Json {
    fn has_duplicates(&self) -> bool {
        match self {
            Json::Leaf => false,
            Json::List(items) => items.iter().any(Json::has_duplicates),
            Json::Members(members) => members.iter().enumerate().any(|(nth, (name, value))| {
                members[..nth].iter().any(|(other, _)| other == name) || value.has_duplicates()
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Json, E> {
        Ok(Json::Leaf)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Json::Members(members))
    }
}

/// The text of a JSON value with few names, so that some come twice.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| format!("{n:e}")),
        "\\PC{0,8}".prop_map(|text| Value::from(text).to_string()),
        "[A-Za-z0-9_-]{1,70}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let name = prop_oneof![
            Just("a"),
            Just("b"),
            Just("\\u0061"),
            Just("email"),
            Just("")
        ];
        let list = vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(",")));
        let members = vec((name, inner), 0..5).prop_map(|members| {
            let members = members
                .iter()
                .map(|(name, value)| format!("\"{name}\":{value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        });
        prop_oneof![1 => list, 3 => members]
    })
}

/// What `Fields` hands out is what stands there.
fn agrees(fields: &Fields, value: &Value) -> bool {
    let members = value.as_object().expect("an object");
    members.iter().all(|(name, value)| {
        let text = fields.optional_text(name, 0, 10_000);
        let flag = fields.optional_bool(name);
        let ids = fields.optional_ids(name, 100);
        match value {
            Value::Null => matches!((text, flag, ids), (Ok(None), Ok(None), Ok(None))),
            Value::String(given) => {
                matches!(text, Ok(Some(text)) if text == given) && flag.is_err() && ids.is_err()
            }
            Value::Bool(given) => text.is_err() && matches!(flag, Ok(Some(flag)) if flag == *given),
            Value::Number(_) => text.is_err() && flag.is_err() && ids.is_err(),
            Value::Array(given) => {
                let are_ids = given.iter().all(is_id);
                text.is_err() && ids.is_ok() == are_ids
            }
            Value::Object(_) => {
                fields.object(name).is_ok_and(|inner| agrees(&inner, value)) && text.is_err()
            }
        }
    })
}

fn is_id(value: &Value) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let text = value.as_str().unwrap_or_default();
    (1..=64).contains(&text.len()) && text.chars().all(plain)
}

fn object(name: &str, text: &str) -> Fields {
    let body = serde_json::json!({ name: text }).to_string();
    Fields::parse(body.as_bytes()).expect("it is an object")
}

proptest! {
    #[test]
    fn a_body_is_read_as_serde_json_reads_it_but_for_duplicates(text in json(), damage in damage()) {
        let body = damaged(&text, &damage);
        let value = serde_json::from_slice::<Value>(&body).ok().filter(Value::is_object);
        let duplicates = serde_json::from_slice::<Json>(&body).is_ok_and(|json| json.has_duplicates());
        match (Fields::parse(&body), value) {
            (Ok(fields), Some(value)) => {
                prop_assert!(!duplicates, "a duplicate was taken");
                prop_assert!(agrees(&fields, &value), "{value}");
            }
            (Ok(_), None) => prop_assert!(false, "serde_json refuses it"),
            (Err(_), Some(_)) => prop_assert!(duplicates, "serde_json takes it"),
            (Err(_), None) => {}
        }
    }
}

// ── Names ───────────────────────────────────────────────────────────────────────────────────

const EMAIL: &str = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(\\.[a-z]{1,4}){0,2}@[a-zA-Z0-9]{1,6}(-[a-z0-9]{1,3})?(\\.[a-zA-Z]{2,5}){1,3}";

proptest! {
    #[test]
    fn a_phone_is_a_plus_and_seven_to_fifteen_digits_of_which_the_first_is_no_zero(
        text in "\\+[0-9]{6,16}",
        damage in damage(),
    ) {
        let text = damaged_text(&text, &damage);
        let bytes = text.as_bytes();
        let digits = bytes.get(1..).unwrap_or_default();
        let fine = bytes.first() == Some(&b'+')
            && (7..=15).contains(&digits.len())
            && digits[0] != b'0'
            && digits.iter().all(u8::is_ascii_digit);
        prop_assert_eq!(Phone::parse(&text).is_ok(), fine, "{:?}", text);
    }

    #[test]
    fn an_accepted_email_is_plain_lower_case_and_its_own_normal_form(
        text in EMAIL,
        damage in damage(),
    ) {
        let text = damaged_text(&text, &damage);
        if damage.is_empty() {
            prop_assert!(Email::parse(&text).is_ok(), "{:?}", text);
        }
        let Ok(email) = Email::parse(&text) else {
            return Ok(());
        };
        let normal = email.as_str();
        let plain = |b: u8| (0x21..0x7f).contains(&b) && !b.is_ascii_uppercase() && b != b'"';
        prop_assert!(normal.bytes().all(plain), "{:?}", normal);
        prop_assert!(normal.len() <= 254);
        let (local, domain) = normal.split_once('@').expect("it has an @");
        prop_assert!(!local.is_empty() && local.len() <= 64 && !domain.contains('@'));
        let label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-');
        prop_assert!(domain.contains('.') && domain.split('.').all(label), "{:?}", domain);
        prop_assert_eq!(Email::parse(normal).ok(), Some(email.clone()));
        prop_assert_eq!(Email::parse(&text.to_ascii_uppercase()).ok(), Some(email));
    }

    #[test]
    fn whoever_can_sign_up_can_be_named(
        text in prop_oneof![EMAIL, "\\+[1-9][0-9]{5,15}"],
        damage in damage(),
    ) {
        let text = damaged_text(&text, &damage);
        let normal = match (Email::parse(&text), Phone::parse(&text)) {
            (Ok(email), _) => Some(email.as_str().to_owned()),
            (_, Ok(phone)) => Some(phone.as_str().to_owned()),
            _ => None,
        };
        let long = text.is_empty() || text.chars().count() > 254;
        prop_assert_eq!(username(&object("username", &text)).ok().map(|name| name.as_str().to_owned()), normal.filter(|_| !long), "{:?}", text);
    }
}

// ── Tokens ──────────────────────────────────────────────────────────────────────────────────

const ED: &str =
    r#"{"kty":"OKP","crv":"Ed25519","kid":"ed","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}"#;
const HS: &str = r#"{"kty":"oct","kid":"hs","k":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"}"#;

fn ring(keys: &[&str]) -> KeyRing {
    let keys = Secret::new(format!("[{}]", keys.join(",")));
    KeyRing::parse("https://id.example.com", &keys).expect("a key ring")
}

fn token(ring: &KeyRing, scope: Scope) -> String {
    let login = Login {
        sid: SessionId::given("ses_1"),
        auth_time: NOW,
        amr: vec!["pwd".into()],
        roles: vec!["customer".into()],
        hold_until: None,
    };
    let claims = AccessClaims {
        iss: String::new(),
        aud: String::new(),
        sub: "usr_1".into(),
        client_id: ClientId::given("cli_1"),
        partner_id: PartnerId::given("prt_1"),
        scope: Scopes::of([scope]),
        jti: "jti".into(),
        epoch: 0,
        login: (scope == Scope::UserAuth).then_some(login),
    };
    let signed = ring
        .sign(claims, NOW, time::seconds(900))
        .expect("it can be signed");
    signed.token
}

/// Tokens of both algorithms and of two kinds, all valid under `BOTH`.
static TOKENS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let scopes = [Scope::UserAuth, Scope::ClientAuth];
    let of = |keys: &[&str]| scopes.map(|scope| token(&ring(keys), scope));
    [of(&[ED, HS]), of(&[HS, ED])].concat()
});

thread_local! {
    static BOTH: KeyRing = ring(&[ED, HS]);
}

fn peppers(first: u8) -> Peppers {
    let secrets = [first, first + 1].map(|byte| Secret::new([byte; 32]));
    Peppers::new(secrets.into()).expect("two peppers")
}

proptest! {
    #[test]
    fn a_damaged_token_is_never_valid(which in 0..4usize, damage in damage()) {
        let forged = damaged_text(&TOKENS[which], &damage);
        prop_assert_eq!(BOTH.with(|both| both.verify(&forged, NOW).is_ok()), forged == TOKENS[which]);
    }

    #[test]
    fn a_token_put_together_from_others_is_never_valid(parts in [0..4usize, 0..4, 0..4]) {
        let part = |nth: usize| TOKENS[parts[nth]].split('.').nth(nth).unwrap_or_default();
        let forged = [part(0), part(1), part(2)].join(".");
        let whole = TOKENS.contains(&forged);
        prop_assert_eq!(BOTH.with(|both| both.verify(&forged, NOW).is_ok()), whole);
    }

    #[test]
    fn a_damaged_refresh_token_is_never_ours(secret in any::<[u8; 32]>(), damage in damage()) {
        let session = "ses_0197f4a1-0000-7000-8000-000000000001";
        let token = RefreshToken::first(&SessionId::given(session), secret, &peppers(1)).expect("a session id");
        let successor = token.successor(&peppers(1));
        for token in [token.expose(), successor.expose()] {
            let forged = damaged_text(&token, &damage);
            let read = RefreshToken::parse(&forged, &peppers(1));
            prop_assert_eq!(read.is_some(), forged == token, "{}", forged);
            prop_assert!(RefreshToken::parse(&token, &peppers(7)).is_none());
        }
    }
}

// ── Webhooks and times ──────────────────────────────────────────────────────────────────────

proptest! {
    #[test]
    fn a_webhook_is_what_was_signed_and_nothing_else(
        which in 0..4usize,
        seconds in -400..400i64,
        damage in damage(),
    ) {
        let secrets = [Secret::new([1; 24]), Secret::new([2; 24])];
        let (id, body) = ("msg_1", r#"{"type":"kyc.status","data":{"userId":"usr_1"}}"#);
        let time = (NOW.unix_seconds() + seconds).to_string();
        let signature = sign(&secrets[1], id, &time, body.as_bytes());
        let forged = |nth: usize, text: &str| match nth == which {
            true => damaged_text(text, &damage),
            false => text.to_owned(),
        };
        let (given_id, given_time) = (forged(0, id), forged(1, &time));
        let (given_signature, given_body) = (forged(2, &signature), forged(3, body));
        let headers = SignedHeaders {
            id: &given_id,
            timestamp: &given_time,
            signature: &given_signature,
        };
        let same = (given_id == id, given_time == time, given_body == body) == (true, true, true);
        // More signatures may stand beside the right one.
        let signed = given_signature.split(' ').take(8).any(|one| one == signature);
        let off = (NOW.millis() - (NOW.unix_seconds() + seconds) * 1000).abs();
        let fresh = off <= 300_000;
        let verified = headers.verify(&secrets, given_body.as_bytes(), NOW);
        prop_assert_eq!(verified, same && signed && fresh);
        prop_assert!(!headers.verify(&secrets[..1], given_body.as_bytes(), NOW));
    }

    #[test]
    fn a_time_survives_being_written_and_read(millis in 0..253_402_300_799_999i64, damage in damage()) {
        prop_assert_eq!(Time::parse(&Time::from_millis(millis).timestamp()).map(Time::millis), Some(millis));
        let text = damaged_text(&Time::from_millis(millis).timestamp(), &damage);
        if let Some(read) = Time::parse(&text) {
            if (0..253_402_300_800_000).contains(&read.millis()) {
                prop_assert_eq!(Time::parse(&read.timestamp()), Some(read), "{}", text);
            }
        }
    }
}
