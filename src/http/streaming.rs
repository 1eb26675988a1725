//! An answer that is made while it is read, a piece at a time: it may be larger than an isolate's memory.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use js_sys::futures::future_to_promise;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::ReadableStream;

use crate::error::Error;

#[wasm_bindgen]
extern "C" {
    type Controller;

    #[wasm_bindgen(method, catch)]
    fn enqueue(this: &Controller, piece: &Uint8Array) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Controller) -> Result<(), JsValue>;
}

/// Gives the next piece, and none at the end. After a failure whoever reads gets no end, and knows that it is not whole.
pub(crate) trait Pieces: 'static {
    async fn next(&mut self) -> Result<Option<String>, Error>;
}

/// The first piece is there: what fails before it can still be said.
pub(crate) fn streamed(first: String, pieces: impl Pieces) -> Result<ReadableStream, Error> {
    let state = Rc::new(RefCell::new(Some((Some(first), pieces))));
    // It is asked for the next piece once it has the one before.
    let pull = Closure::<dyn FnMut(Controller) -> Promise>::new(move |controller: Controller| {
        let state = state.clone();
        future_to_promise(async move {
            let Some((first, mut pieces)) = state.take() else {
                return Err("it is over".into());
            };
            let piece = match first {
                Some(first) => Some(first),
                None => pieces.next().await.map_err(|_| "it cannot be read on")?,
            };
            match piece {
                Some(piece) => {
                    controller.enqueue(&Uint8Array::from(piece.as_bytes()))?;
                    state.replace(Some((None, pieces)));
                }
                None => controller.close()?,
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let source = Object::new();
    Reflect::set(&source, &"pull".into(), &pull.into_js_value()).map_err(failed)?;
    ReadableStream::new_with_underlying_source(&source).map_err(failed)
}

fn failed(cause: impl Debug) -> Error {
    Error::Internal(format!("an answer that is streamed: {cause:?}"))
}
