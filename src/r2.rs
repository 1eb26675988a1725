//! R2 as JavaScript has it: what is put only where there is nothing, read, listed and deleted.
//!
//! The crate's own types for R2 read all that an object has, and are 20 KB of the wasm.

use std::cell::OnceCell;
use std::fmt::Debug;

use js_sys::futures::JsFuture;
use js_sys::{Array, Promise, Reflect, JSON};
use serde_json::{json, Value};
use wasm_bindgen::prelude::*;
use web_sys::ReadableStream;
use worker::Env;

use crate::error::Error;

#[wasm_bindgen]
extern "C" {
    pub(crate) type Bucket;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Bucket, key: &str, body: &JsValue, options: &JsValue)
        -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn list(this: &Bucket, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &Bucket, key: &str) -> Result<Promise, JsValue>;

    type List;

    #[wasm_bindgen(method, getter)]
    fn objects(this: &List) -> Array;

    #[wasm_bindgen(method, getter)]
    fn truncated(this: &List) -> bool;

    /// One of a list has no content.
    pub(crate) type Object;

    #[wasm_bindgen(method, getter)]
    fn key(this: &Object) -> String;

    #[wasm_bindgen(method, getter, js_name = customMetadata)]
    fn custom_metadata(this: &Object) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = text)]
    fn read_text(this: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &Object) -> ReadableStream;
}

/// A bucket, by the name of its binding: looked up when it is first needed.
pub(crate) struct Store {
    env: Env,
    binding: String,
    bucket: OnceCell<Bucket>,
}

/// A page of a list, in the order of the names.
pub(crate) struct Page {
    pub(crate) objects: Vec<Listed>,
    pub(crate) are_more: bool,
}

pub(crate) struct Listed {
    pub(crate) key: String,
    /// What was said of it as it was put.
    pub(crate) says: Option<String>,
}

/// A list that is to be asked for: names that begin so, after one, a thousand at most.
pub(crate) struct Listing<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) start_after: &'a str,
    pub(crate) limit: Option<u32>,
    /// Whether it tells what was said of each.
    pub(crate) tells: bool,
}

/// Under which name something is said of an object.
const SAYS: &str = "says";

impl Store {
    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) fn binding(&self) -> &str {
        &self.binding
    }

    pub(crate) fn new(env: &Env, binding: &str) -> Store {
        Store {
            env: env.clone(),
            binding: binding.into(),
            bucket: OnceCell::new(),
        }
    }

    /// `Unavailable` where nothing is bound.
    pub(crate) fn bucket(&self) -> Result<&Bucket, Error> {
        if let Some(bucket) = self.bucket.get() {
            return Ok(bucket);
        }
        let found = Reflect::get(&self.env, &self.binding.as_str().into());
        let found = found.map_err(|error| self.failed(error))?;
        match found.is_object() {
            true => Ok(self.bucket.get_or_init(|| found.unchecked_into())),
            false => Err(self.failed("is not bound")),
        }
    }

    /// Whether it was put: false where there was one. One that failed may have been taken. `says`: of it, beside its
    /// content.
    pub(crate) async fn put_if_absent(
        &self,
        key: &str,
        body: &JsValue,
        says: Option<&str>,
    ) -> Result<bool, Error> {
        let mut options = json!({ "onlyIf": { "etagDoesNotMatch": "*" } });
        if let Some(says) = says {
            options["customMetadata"] = json!({ SAYS: says });
        }
        let put = self.bucket()?.put(key, body, &self.options(&options)?);
        self.answer(put).await.map(|put| put.is_object())
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<Object>, Error> {
        let found = self.answer(self.bucket()?.get(key)).await?;
        Ok(found.is_object().then(|| found.unchecked_into()))
    }

    pub(crate) async fn list(&self, listing: &Listing<'_>) -> Result<Page, Error> {
        let mut options = json!({ "prefix": listing.prefix, "startAfter": listing.start_after });
        if let Some(limit) = listing.limit {
            options["limit"] = limit.into();
        }
        if listing.tells {
            options["include"] = json!(["customMetadata"]);
        }
        let list = self.bucket()?.list(&self.options(&options)?);
        let list = self.answer(list).await?;
        let list: List = list.unchecked_into();
        let objects = list.objects();
        let objects = objects.iter().map(|object| {
            let object: Object = object.unchecked_into();
            let said = Reflect::get(&object.custom_metadata(), &SAYS.into());
            Listed {
                key: object.key(),
                says: said.ok().and_then(|said| said.as_string()),
            }
        });
        Ok(Page {
            objects: objects.collect(),
            are_more: list.truncated(),
        })
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), Error> {
        let deleted = self.bucket()?.delete(key);
        self.answer(deleted).await.map(drop)
    }

    fn options(&self, options: &Value) -> Result<JsValue, Error> {
        JSON::parse(&options.to_string()).map_err(|error| self.failed(error))
    }

    async fn answer(&self, asked: Result<Promise, JsValue>) -> Result<JsValue, Error> {
        let asked = asked.map_err(|error| self.failed(error))?;
        let answer = JsFuture::from(asked).await;
        answer.map_err(|error| self.failed(error))
    }

    fn failed(&self, cause: impl Debug) -> Error {
        Error::Unavailable(format!("{}: {cause:?}", self.binding))
    }
}

impl Object {
    pub(crate) async fn text(&self) -> Result<String, Error> {
        let failed = |error: JsValue| Error::Unavailable(format!("an object of R2: {error:?}"));
        let text = JsFuture::from(self.read_text().map_err(failed)?).await;
        Ok(text.map_err(failed)?.as_string().unwrap_or_default())
    }
}
