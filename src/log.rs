//! One JSON object a line. serde writes it, so no value can break out of its string or start
//! a line of its own; callers pass ids and outcomes, never a phone number, code or token.

use serde::Serialize;
use web_sys::console;

#[derive(Serialize)]
struct Line<'a, F> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(flatten)]
    fields: F,
}

/// Writes `{"event": event, ...fields}` to the log. As text: the runtime would take an object apart, which
/// costs more, and the log's own reader takes text that is JSON apart all the same.
pub(crate) fn event(event: &str, fields: impl Serialize) {
    console::log_1(&text(event, None, fields).into());
}

/// The same, for what somebody has to look at.
pub(crate) fn problem(event: &str, fields: impl Serialize) {
    console::error_1(&text(event, Some("error"), fields).into());
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
