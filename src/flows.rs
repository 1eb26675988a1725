//! What several features do, over storage and the outside.

pub(crate) mod answer_code;
pub(crate) mod attempts;
pub(crate) mod caller;
pub(crate) mod changing;
pub(crate) mod client_auth;
pub(crate) mod custody;
pub(crate) mod destination;
pub(crate) mod idempotency;
pub(crate) mod lost;
pub(crate) mod notices;
pub(crate) mod objects;
pub(crate) mod opening;
pub(crate) mod paging;
pub(crate) mod passwords;
pub(crate) mod places;
pub(crate) mod points;
pub(crate) mod proving;
pub(crate) mod purge;
pub(crate) mod refresh;
pub(crate) mod reserving;
pub(crate) mod sealed;
pub(crate) mod send_code;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod terms;
pub(crate) mod tokens;
