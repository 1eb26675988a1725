//! What several features do, over storage and the outside.

pub mod answer_code;
pub mod caller;
pub mod client_auth;
pub mod idempotency;
pub mod objects;
pub mod passwords;
pub mod purge;
pub mod refresh;
pub mod send_code;
pub mod sessions;
pub mod tokens;
