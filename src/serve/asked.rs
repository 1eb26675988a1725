//! What of a request its answer depends on, whatever it asks for: whether it came to the right place, in which
//! words it is refused, and the headers of every answer.

use std::cell::RefCell;

use url::Url;

use super::telling::failure;
use crate::app::exposed;
use crate::error::Error;
use crate::http::incoming::Incoming;
use crate::http::{cors, oauth, Reply};
use crate::rules::id::RequestId;
use crate::settings::{is_near, is_public_host};

pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    origin: Option<String>,
    at: Place,
}

/// What of a request's URL decides whether it came to the right place; a caller's header has no part in it.
#[derive(Clone, Copy)]
struct Place {
    is_https: bool,
    is_public: bool,
    is_near: bool,
}

thread_local! {
    /// The last one: a service is asked at its own host.
    static PLACE: RefCell<Option<(String, Place)>> = const { RefCell::new(None) };
}

impl Place {
    /// `origin`: scheme, host and port.
    fn of(origin: &str) -> Place {
        PLACE.with_borrow_mut(|last| match last {
            Some((known, place)) if known == origin => *place,
            _ => {
                let place = Place::read(origin);
                *last = Some((origin.into(), place));
                place
            }
        })
    }

    fn read(origin: &str) -> Place {
        let url = Url::parse(origin).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        Place {
            is_https: url.as_ref().is_some_and(|url| url.scheme() == "https"),
            is_public: host.is_some_and(is_public_host),
            is_near: host.is_some_and(is_near),
        }
    }
}

impl<'a> Asked<'a> {
    pub(super) fn of(request: &'a Incoming) -> Asked<'a> {
        Asked {
            method: &request.method,
            path: request.path(),
            origin: request.header("Origin"),
            at: Place::of(request.origin()),
        }
    }

    /// Nothing is read of a request that came to the wrong place: a token that was sent without TLS is
    /// everybody's already. The scheme is the URL's; no header changes it.
    pub(super) fn admit(&self, is_local: bool) -> Result<(), Error> {
        let at = &self.at;
        match is_local {
            true if !at.is_near => Err(exposed()),
            false if at.is_public && !at.is_https => Err(Error::HttpsRequired),
            _ => Ok(()),
        }
    }

    /// Of the page that asks, if one does and it is not answered whatever it is.
    pub(super) fn origin(&self) -> Option<&str> {
        let origin = self.origin.as_deref();
        origin.filter(|_| !self.is_for_everybody())
    }

    /// The documents of the service: the key set and the metadata.
    pub(super) fn is_for_everybody(&self) -> bool {
        self.path.starts_with("/.well-known/")
    }

    /// In the envelope, or in the words of RFC 6749.
    pub(super) fn failure(&self, request_id: &RequestId, error: &Error) -> Reply {
        let reply = failure(request_id, error);
        match self.path.starts_with("/oauth2/") {
            true => oauth::in_its_words(error, reply),
            false => reply,
        }
    }

    /// With the headers of every answer. `is_allowed`: whether a page of its origin may read it.
    pub(super) fn finish(&self, mut reply: Reply, is_allowed: bool) -> Reply {
        let headers = match self.is_for_everybody() {
            true => cors::for_everybody(),
            false => cors::for_one(self.origin().filter(|_| is_allowed)),
        };
        reply.headers.extend(headers);
        if self.at.is_https {
            // RFC 6797: for a year no browser asks without TLS.
            reply = reply.with_header("Strict-Transport-Security", "max-age=31536000");
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_at(origin: &str) -> Asked<'static> {
        Asked {
            method: "GET",
            path: "/healthz",
            origin: None,
            at: Place::read(origin),
        }
    }

    #[test]
    fn a_public_host_is_asked_by_https_alone() {
        for origin in [
            "https://id.example.com",
            "http://gatehouse",
            "http://10.0.0.1",
        ] {
            assert!(asked_at(origin).admit(false).is_ok(), "{origin}");
        }
        let plain = asked_at("http://id.example.com").admit(false);
        assert!(matches!(plain, Err(Error::HttpsRequired)));
    }

    #[test]
    fn local_settings_are_asked_from_near_alone() {
        for origin in ["http://localhost:8787", "https://[::1]", "http://10.0.0.1"] {
            assert!(asked_at(origin).admit(true).is_ok(), "{origin}");
        }
    }

    #[test]
    fn what_came_by_https_has_to_go_on_so() {
        let hsts = |origin| {
            let reply = asked_at(origin).finish(Reply::empty(), false);
            let mut headers = reply.headers.into_iter();
            headers.find(|(name, _)| *name == "Strict-Transport-Security")
        };
        assert_eq!(
            hsts("https://id.example.com").unwrap().1,
            "max-age=31536000"
        );
        assert_eq!(hsts("http://id.example.com"), None);
    }
}
