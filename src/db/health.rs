//! Whether the database answers.

use super::statement::{statements, Statement};

statements! {
    PING = "SELECT 1 AS up";
}

pub(crate) fn ping() -> Statement {
    Statement::new(PING, [])
}
