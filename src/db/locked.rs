//! Whether a challenge can be answered, and whether codes are locked for its subject and purpose. The
//! tries and the caps are settings, so no view can say it; every statement that asks says it in these words.
//! A challenge keeps those that it was issued under: a code of four digits never meets the caps of ten, and what
//! is over does not begin again, whatever is set in the meantime. Where the settings are tighter by now, they hold.

use super::statement::Param;
use crate::rules::limits::{CodeCaps, CODE_WINDOW_LONG, CODE_WINDOW_SHORT};

/// The smaller of what the challenge `c` was issued under and what is in force, which `:$rule` is.
macro_rules! kept {
    ($rule:literal) => {
        concat!("min(:", $rule, ", COALESCE(c.", $rule, ", :", $rule, "))")
    };
}

/// A row if the wrong codes of the challenge `c` reach a cap. Takes `:now` and [`caps`].
macro_rules! locked {
    () => {
        concat!("(SELECT COUNT(*) FROM wrong_answers w
          WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > :now - :code_window_long
          HAVING SUM(w.in_streak) >= ", kept!("consecutive"), "
              OR SUM(w.at > :now - :code_window_short AND NOT w.is_excused) >= ", kept!("in_30_days"), "
              OR COUNT(*) >= ", kept!("in_365_days"), ")")
    };
}

/// The challenge `c` takes one more answer, but for the caps. Takes `:now` and `:max_tries`.
macro_rules! answerable {
    () => {
        concat!(
            "(c.expires_at > :now AND c.tries < ",
            kept!("max_tries"),
            " AND NOT c.is_answered AND c.is_as_issued)"
        )
    };
}

pub(super) use {answerable, kept, locked};

pub(super) fn caps(caps: CodeCaps) -> [(&'static str, Param); 5] {
    [
        ("code_window_long", CODE_WINDOW_LONG.into()),
        ("code_window_short", CODE_WINDOW_SHORT.into()),
        ("consecutive", caps.consecutive.into()),
        ("in_30_days", caps.in_30_days.into()),
        ("in_365_days", caps.in_365_days.into()),
    ]
}
