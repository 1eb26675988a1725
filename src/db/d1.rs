//! D1 as JavaScript has it: statements in as they are bound, results out as one text.
//!
//! The crate's own types read a result field by field, a crossing each; and hand over the SQL anew with
//! every statement.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::futures::JsFuture;
use js_sys::{Array, Error as JsError, JsString, Promise, JSON};
use serde::Deserialize;
use serde_json::value::RawValue;
use wasm_bindgen::prelude::*;
use worker::d1::D1Database;

use super::statement::{Numbered, Param, Sql, Statement};

#[wasm_bindgen]
extern "C" {
    /// A database, or a session of one: both take batches alike.
    pub(super) type Database;

    #[wasm_bindgen(method, catch, js_name = withSession)]
    fn with_session(this: &Database, from: &str) -> Result<Database, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getBookmark)]
    fn get_bookmark(this: &Database) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Database, sql: &JsString) -> Result<Prepared, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn batch(this: &Database, statements: &Array) -> Result<Promise, JsValue>;

    type Prepared;

    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Prepared, values: &Array) -> Result<Prepared, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn all(this: &Prepared) -> Result<Promise, JsValue>;
}

/// What came of a statement.
#[derive(Deserialize)]
pub(super) struct Outcome {
    /// The rows, a JSON array of objects.
    pub(super) results: Option<Box<RawValue>>,
    #[serde(default)]
    pub(super) meta: Meta,
    error: Option<String>,
}

/// What D1 says of its work.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub(super) changes: Option<usize>,
    /// Milliseconds.
    pub(super) duration: Option<f64>,
    /// Bytes of the database.
    pub(super) size_after: Option<u64>,
}

pub(super) fn whole(database: &D1Database) -> &Database {
    database.unchecked_ref()
}

/// `from`: a bookmark, or who answers first. The error is D1's text.
pub(super) fn session(database: &D1Database, from: &str) -> Result<Database, String> {
    let session = whole(database).with_session(from);
    session.map_err(|error| text_of(&error))
}

impl Database {
    /// Of a session: how far it has come.
    pub(super) fn bookmark(&self) -> Option<String> {
        self.get_bookmark().ok()?.as_string()
    }
}

/// Runs the statements as one transaction. The error is D1's text.
pub(super) async fn run(
    database: &Database,
    statements: &[Statement],
) -> Result<Vec<Outcome>, String> {
    let outcomes = read(
        &asked(database, statements)
            .await
            .map_err(|error| text_of(&error))?,
    )?;
    match outcomes.iter().find_map(|outcome| outcome.error.clone()) {
        Some(error) => Err(error),
        None => Ok(outcomes),
    }
}

/// A statement alone is a transaction by itself.
async fn asked(database: &Database, statements: &[Statement]) -> Result<JsValue, JsValue> {
    if let [statement] = statements {
        let result = JsFuture::from(bound(database, statement)?.all()?).await?;
        return Ok(Array::of1(&result).into());
    }
    let prepared = statements.iter().map(|one| bound(database, one));
    let prepared = prepared.collect::<Result<Vec<Prepared>, JsValue>>()?;
    JsFuture::from(database.batch(&prepared.iter().collect())?).await
}

fn bound(database: &Database, statement: &Statement) -> Result<Prepared, JsValue> {
    let (sql, numbered) = known(statement.sql());
    let values = statement.values(&numbered).into_iter().map(js);
    database.prepare(&sql)?.bind(&values.collect())
}

fn js(param: &Param) -> JsValue {
    match param {
        Param::Text(text) => JsValue::from_str(text),
        Param::Number(number) => JsValue::from_f64(*number),
        Param::Null => JsValue::NULL,
    }
}

type Known = (JsString, Rc<Numbered>);

thread_local! {
    /// SQL as D1 takes it, by where it stands: there are as many as statements in `db/`.
    static KNOWN: RefCell<HashMap<(*const u8, usize), Known>> = RefCell::default();
}

fn known(sql: Sql) -> Known {
    KNOWN.with_borrow_mut(|known| {
        let numbered = || {
            let numbered = sql.numbered();
            (JsString::from(numbered.sql.as_str()), Rc::new(numbered))
        };
        let place = (sql.0.as_ptr(), sql.0.len());
        known.entry(place).or_insert_with(numbered).clone()
    })
}

fn read(results: &JsValue) -> Result<Vec<Outcome>, String> {
    let text = JSON::stringify(results).map_err(|error| text_of(&error))?;
    serde_json::from_str(&String::from(text)).map_err(|error| format!("what D1 answered: {error}"))
}

/// D1's own errors carry their text once more as the cause, without a prefix.
fn text_of(error: &JsValue) -> String {
    let message = |error: &JsError| String::from(error.message());
    let Some(error) = error.dyn_ref::<JsError>() else {
        return format!("{error:?}");
    };
    let cause = error.cause();
    cause.dyn_ref().map_or_else(|| message(error), message)
}
