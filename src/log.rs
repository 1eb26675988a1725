//! The log: one object an event, whose members the platform indexes. A terminal gets the same as a line of JSON.
//! serde writes it, so no value can break out of its string or start a line of its own; callers pass ids and
//! outcomes, never a phone number, code or token.

use std::cell::Cell;

use js_sys::JSON;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::console;

thread_local! {
    static WRITES_LINES: Cell<bool> = const { Cell::new(false) };
}

/// From here on, text: on a terminal an object would be spread over many lines. The platform would find a text
/// by its words alone.
pub(crate) fn write_lines() {
    WRITES_LINES.set(true);
}

#[derive(Serialize)]
struct Line<'a, F> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(flatten)]
    fields: F,
}

/// Writes `{"event": event, ...fields}` to the log.
pub(crate) fn event(event: &str, fields: impl Serialize) {
    console::log_1(&logged(text(event, None, fields)));
}

/// The same, for what somebody has to look at.
pub(crate) fn problem(event: &str, fields: impl Serialize) {
    console::error_1(&logged(text(event, Some("error"), fields)));
}

fn logged(text: String) -> JsValue {
    match WRITES_LINES.get() {
        true => text.into(),
        false => JSON::parse(&text).unwrap_or_else(|_| text.into()),
    }
}

fn text(event: &str, level: Option<&str>, fields: impl Serialize) -> String {
    let line = Line {
        event,
        level,
        fields,
    };
    // Texts and numbers under names: there is nothing in them that serde could refuse.
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_one_object_and_its_members_stand_in_order() {
        let fields =
            json!({"request_id": "req_1", "cause": "a \"b\"\n{\"event\":\"x\"}", "of": null});
        let line = text("failure", Some("error"), fields);
        assert_eq!(
            line,
            r#"{"event":"failure","level":"error","request_id":"req_1","cause":"a \"b\"\n{\"event\":\"x\"}","of":null}"#
        );
        assert_eq!(
            text("purge", None, json!({"deleted": 1})),
            r#"{"event":"purge","deleted":1}"#
        );
    }
}
