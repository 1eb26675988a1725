//! What is the same for every request that an isolate serves: which version of the service it runs, where, and
//! whether its log is read on a terminal.

use std::cell::RefCell;
use std::rc::Rc;

use worker::{Env, WorkerVersionMetadata};

use crate::log;

/// What the platform calls a version, where `CF_VERSION` is bound.
pub(crate) struct Version {
    pub(crate) id: String,
    /// As whoever deployed it named it; empty unless they did.
    pub(crate) tag: String,
    /// When it was uploaded.
    pub(crate) time: String,
}

thread_local! {
    /// None before the first request.
    static VERSION: RefCell<Option<Option<Rc<Version>>>> = const { RefCell::new(None) };
    /// None until a request has said it.
    static COLO: RefCell<Option<Rc<str>>> = const { RefCell::new(None) };
}

/// Before all else that a request or a scheduled run does.
pub(crate) fn begin(env: &Env) {
    VERSION.with_borrow_mut(|version| {
        version.get_or_insert_with(|| {
            let name = env.var("ENVIRONMENT").map(|name| name.to_string());
            if name.is_ok_and(|name| name.trim() == "local") {
                log::write_lines();
            }
            let bound = env
                .get_binding::<WorkerVersionMetadata>("CF_VERSION")
                .ok()?;
            Some(Rc::new(Version {
                id: bound.id(),
                tag: bound.tag(),
                time: bound.timestamp(),
            }))
        });
    });
}

/// Cloudflare's location, which a request tells: to ask it costs more than all else that is told of one.
pub(crate) fn colo(ask: impl FnOnce() -> Option<String>) -> Option<Rc<str>> {
    COLO.with_borrow_mut(|colo| {
        *colo = colo.take().or_else(|| ask().map(Rc::from));
        colo.clone()
    })
}

pub(crate) fn version() -> Option<Rc<Version>> {
    VERSION.with_borrow(|version| version.clone().flatten())
}
