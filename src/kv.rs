//! KV carries: records written when something begins, changes or ends. It is near and it lags,
//! so nothing here decides what must be exact; `db/` does.

pub(crate) mod challenges;
pub(crate) mod outbox;
pub(crate) mod partners;
pub(crate) mod revocations;
pub(crate) mod sessions;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use worker::kv::KvError;
use worker::{Env, KvStore};

use crate::error::Error;

/// The binding. It is looked up when a request first needs it: most need none, and a look-up is six
/// questions to JavaScript.
#[derive(Clone)]
pub(crate) struct Kv(Rc<Shared>);

struct Shared {
    env: Env,
    store: OnceCell<KvStore>,
    calls: Cell<u32>,
}

impl Kv {
    pub(crate) fn new(env: &Env) -> Kv {
        Kv(Rc::new(Shared {
            env: env.clone(),
            store: OnceCell::new(),
            calls: Cell::new(0),
        }))
    }

    /// `Unavailable` where nothing is bound. Taken anew for each call, and so counted.
    pub(crate) fn store(&self) -> Result<&KvStore, Error> {
        let Shared { env, store, calls } = &*self.0;
        calls.set(calls.get() + 1);
        if let Some(store) = store.get() {
            return Ok(store);
        }
        let found = env.kv("KV");
        let found = found.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(store.get_or_init(|| found))
    }

    /// The same as JavaScript has it.
    fn binding(&self) -> Result<JsValue, Error> {
        self.store()?;
        let binding = Reflect::get(&self.0.env, &"KV".into());
        binding.map_err(|error| Error::Unavailable(format!("{error:?}")))
    }

    /// How often KV was asked.
    pub(crate) fn calls(&self) -> u32 {
        self.0.calls.get()
    }
}

fn unavailable(error: &KvError) -> Error {
    Error::Unavailable(format!("KV: {error}"))
}
