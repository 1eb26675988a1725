//! One JSON object a line. serde writes it, so no value can break out of its string or start
//! a line of its own; callers pass ids and outcomes, never a phone number, code or token.

use serde_json::{json, Value};
use web_sys::console;

/// Writes `{"event": event, ...fields}` to the log.
pub(crate) fn event(event: &str, fields: Value) {
    let mut line = json!({ "event": event });
    if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
        line.extend(fields);
    }
    console::log_1(&line.to_string().into());
}

/// The same, for what somebody has to look at.
pub(crate) fn problem(event: &str, fields: Value) {
    let mut line = json!({ "event": event, "level": "error" });
    if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
        line.extend(fields);
    }
    console::error_1(&line.to_string().into());
}
