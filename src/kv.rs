//! KV carries: records written when something begins, changes or ends. It is near and it lags,
//! so nothing here decides what must be exact; `db/` does.

pub(crate) mod challenges;
pub(crate) mod revocations;
pub(crate) mod sessions;

use worker::kv::KvError;

use crate::error::Error;

fn unavailable(error: &KvError) -> Error {
    Error::Unavailable(format!("KV: {error}"))
}
