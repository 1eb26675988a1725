//! An answer, as it came and as it is shown.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub raw: String,
    /// `null` when it is not JSON.
    pub body: Value,
}

impl Reply {
    pub async fn read(answer: reqwest::Response) -> Reply {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let raw = answer.text().await.expect("all of the answer");
        Reply {
            status,
            headers,
            body: serde_json::from_str(&raw).unwrap_or(Value::Null),
            raw,
        }
    }

    /// The text at this JSON pointer.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let text = self.body.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer}: {self:?}"))
            .to_owned()
    }

    /// Whether it says the same, in its body and in its headers.
    pub fn is_like(&self, other: &Reply) -> bool {
        (self.status, &self.raw) == (other.status, &other.raw)
            && self.shown_headers(true) == other.shown_headers(true)
    }

    /// Every header, but for those of the transport and of the harness. Where it is to be brief,
    /// those that are not the usual ones.
    pub fn shown_headers(&self, brief: bool) -> String {
        let mut shown = String::new();
        let mut lines: Vec<String> = self.headers.iter().filter_map(header_line).collect();
        lines.sort();
        for usual in USUAL.iter().filter(|_| brief) {
            match lines.iter().position(|line| line.starts_with(usual)) {
                Some(place) => drop(lines.remove(place)),
                None => shown += &format!("< without {usual}\n"),
            }
        }
        for line in lines {
            shown += &format!("< {line}\n");
        }
        shown
    }
}

const USUAL: [&str; 5] = [
    "cache-control: no-store",
    "content-type: application/json",
    "vary: Origin",
    "x-content-type-options: nosniff",
    "x-request-id: req_",
];

fn header_line((name, value): (&HeaderName, &HeaderValue)) -> Option<String> {
    let name = name.as_str();
    let of_transport = [
        "connection",
        "content-length",
        "date",
        "keep-alive",
        "transfer-encoding",
    ];
    if of_transport.contains(&name) || name.starts_with("x-test-") {
        return None;
    }
    Some(format!(
        "{name}: {}",
        String::from_utf8_lossy(value.as_bytes())
    ))
}
