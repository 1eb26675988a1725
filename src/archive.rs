//! The archive of the audit log, in R2: gzipped lines, an object a partner and day of UTC, and further ones of the day
//! under the next numbers. Each is put only where there is none, so whoever puts the nth knows all before it: no row
//! is in two of them.

use std::fmt::Debug;
use std::rc::Rc;

use js_sys::futures::JsFuture;
use wasm_bindgen::prelude::*;
use web_sys::{ReadableStream, Response};
use worker::Env;

use crate::error::Error;
use crate::r2::{Listed, Listing, Store};
use crate::rules::home::Homes;
use crate::rules::id::{AuditId, PartnerId};
use crate::rules::time::Time;

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream`, as a thing that can be piped.
    type Piped;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &Piped, transform: &JsValue) -> Result<ReadableStream, JsValue>;

    type CompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

#[derive(Clone)]
pub(crate) struct Archive(Rc<Store>);

/// Which object: the nth of a partner's day, from 1.
pub(crate) struct Name<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) day: Time,
    pub(crate) nth: u32,
}

/// An object that is there.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) nth: u32,
    /// The lowest and the highest of its ids, as it was put.
    ids: Option<(String, String)>,
}

impl Archive {
    /// That of a home, of whose name its binding is made: `ARCHIVE` of `DB`, `ARCHIVE_EU` of `HOME_EU`.
    pub(crate) fn of(env: &Env, home: &str) -> Archive {
        let binding = match home.strip_prefix("HOME_") {
            Some(name) => format!("ARCHIVE_{name}"),
            None => "ARCHIVE".into(),
        };
        Archive(Rc::new(Store::new(env, &binding)))
    }

    /// Another home's.
    pub(crate) fn beside(&self, home: &str) -> Archive {
        Archive::of(self.0.env(), home)
    }

    /// That of the home which a note names; this one where it names none. `Unavailable` where there is no such home:
    /// an object of the same name may be in any bucket, and is another.
    pub(crate) fn that_of(&self, home: Option<&str>, homes: &Homes) -> Result<Archive, Error> {
        match home {
            None => Ok(self.clone()),
            Some(home) if homes.has(home) => Ok(self.beside(home)),
            Some(home) => Err(Error::Unavailable(format!(
                "a part of the log is in the archive of {home}, which is none of HOMES"
            ))),
        }
    }

    pub(crate) fn binding(&self) -> &str {
        self.0.binding()
    }

    /// `Unavailable` where nothing is bound.
    pub(crate) fn is_bound(&self) -> Result<(), Error> {
        self.0.bucket().map(drop)
    }

    /// Whether it was put: false where there is an object of this name. One that failed may have been taken.
    pub(crate) async fn put(
        &self,
        name: &str,
        lines: &str,
        (first, last): (&AuditId, &AuditId),
    ) -> Result<bool, Error> {
        let body = gzipped(lines).await.map_err(unavailable)?;
        let says = format!("{first} {last}");
        self.0.put_if_absent(name, &body, Some(&says)).await
    }

    /// Every object of a partner's day, in no order.
    pub(crate) async fn of_day(
        &self,
        partner_id: &PartnerId,
        day: Time,
    ) -> Result<Vec<Found>, Error> {
        let prefix = prefix(partner_id, day);
        let mut found = Vec::new();
        let mut after = prefix.clone();
        loop {
            let listing = Listing {
                prefix: &prefix,
                start_after: &after,
                limit: None,
                tells: true,
            };
            let page = self.0.list(&listing).await?;
            let Some(last) = page.objects.last() else {
                return Ok(found);
            };
            after.clone_from(&last.key);
            for object in page.objects {
                let nth = nth_of(&object.key, &prefix).ok_or_else(|| unavailable(&object.key))?;
                found.push(Found::of(object, nth));
            }
            if !page.are_more {
                return Ok(found);
            }
        }
    }

    /// What it holds, a row a line. None where there is no such object.
    pub(crate) async fn lines(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(object) = self.0.get(name).await? else {
            return Ok(None);
        };
        let text = gunzipped(&object.body()).await.map_err(unavailable)?;
        Ok(Some(text))
    }

    pub(crate) async fn delete(&self, name: &str) -> Result<(), Error> {
        self.0.delete(name).await
    }
}

impl Found {
    fn of(object: Listed, nth: u32) -> Found {
        let ids = object.says.as_deref().and_then(|says| says.split_once(' '));
        Found {
            nth,
            ids: ids.map(|(first, last)| (first.into(), last.into())),
            name: object.key,
        }
    }

    /// Whether it may hold one of the ids from the first to the last of these.
    pub(crate) fn may_hold(&self, first: &AuditId, last: &AuditId) -> bool {
        self.ids.as_ref().is_none_or(|(from, to)| {
            first.as_str() <= to.as_str() && from.as_str() <= last.as_str()
        })
    }
}

impl Name<'_> {
    pub(crate) fn text(&self) -> String {
        let prefix = prefix(self.partner_id, self.day);
        match self.nth {
            1 => format!("{prefix}{SUFFIX}"),
            nth => format!("{prefix}{nth:04}.{SUFFIX}"),
        }
    }
}

const SUFFIX: &str = "ndjson.gz";

fn prefix(partner_id: &PartnerId, day: Time) -> String {
    format!("audit/{partner_id}/{}.", day.date())
}

fn nth_of(name: &str, prefix: &str) -> Option<u32> {
    match name.strip_prefix(prefix)?.strip_suffix(SUFFIX)? {
        "" => Some(1),
        nth => nth.strip_suffix('.')?.parse().ok(),
    }
}

/// By the runtime's own streams: what compresses need not be in the wasm.
async fn gzipped(text: &str) -> Result<JsValue, JsValue> {
    let body = body_of(&Response::new_with_opt_str(Some(text))?)?;
    let gzip = CompressionStream::new("gzip")?;
    let gzipped = body.unchecked_ref::<Piped>().pipe_through(&gzip)?;
    let whole = Response::new_with_opt_readable_stream(Some(&gzipped))?;
    JsFuture::from(whole.array_buffer()?).await
}

/// The format has a checksum, which is compared.
async fn gunzipped(body: &ReadableStream) -> Result<String, JsValue> {
    let gunzip = DecompressionStream::new("gzip")?;
    let plain = body.unchecked_ref::<Piped>().pipe_through(&gunzip)?;
    let whole = Response::new_with_opt_readable_stream(Some(&plain))?;
    let text = JsFuture::from(whole.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

fn body_of(response: &Response) -> Result<ReadableStream, JsValue> {
    response.body().ok_or(JsValue::NULL)
}

fn unavailable(cause: impl Debug) -> Error {
    Error::Unavailable(format!("the archive: {cause:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_known_by_its_partner_its_day_and_its_number() {
        let partner_id = PartnerId::given("prt_1");
        let day = Time::of_date("2026-01-05").unwrap();
        let name = |nth| {
            let partner_id = &partner_id;
            Name {
                partner_id,
                day,
                nth,
            }
            .text()
        };
        assert_eq!(name(1), "audit/prt_1/2026-01-05.ndjson.gz");
        assert_eq!(name(2), "audit/prt_1/2026-01-05.0002.ndjson.gz");
        assert_eq!(name(12_345), "audit/prt_1/2026-01-05.12345.ndjson.gz");
        let prefix = prefix(&partner_id, day);
        for nth in [1, 2, 9_999, 12_345] {
            assert_eq!(nth_of(&name(nth), &prefix), Some(nth));
        }
        for other in [
            "audit/prt_1/2026-01-06.ndjson.gz",
            "audit/prt_1/2026-01-05.0002ndjson.gz",
            "audit/prt_1/2026-01-05.x.ndjson.gz",
            "audit/prt_1/2026-01-05.ndjson",
        ] {
            assert_eq!(nth_of(other, &prefix), None, "{other}");
        }
    }

    #[test]
    fn an_object_that_does_not_say_what_it_holds_may_hold_anything() {
        let found = |ids: Option<(&str, &str)>| Found {
            name: String::new(),
            nth: 1,
            ids: ids.map(|(first, last)| (first.into(), last.into())),
        };
        let id = |text: &str| AuditId::given(text);
        let held = found(Some(("b", "d")));
        for (first, last, may) in [
            ("a", "a", false),
            ("a", "b", true),
            ("c", "c", true),
            ("a", "e", true),
            ("d", "e", true),
            ("e", "f", false),
        ] {
            assert_eq!(held.may_hold(&id(first), &id(last)), may, "{first} {last}");
            assert!(found(None).may_hold(&id(first), &id(last)));
        }
    }
}
