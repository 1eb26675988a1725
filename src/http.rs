//! HTTP in and out: the body under a limit, the bearer token, the envelope, the headers.

pub(crate) mod cors;
pub(crate) mod incoming;
pub(crate) mod members;
pub(crate) mod oauth;
pub(crate) mod streaming;

use js_sys::JSON;
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use web_sys::{Headers, ReadableStream, Response, ResponseInit};

use self::members::Fields;
use crate::error::Error;
use crate::rules::id::{Id, Kind};
use crate::rules::limits::FRESH_LOGIN;
use crate::rules::time::Time;

/// Bytes of a request's body.
pub(crate) const LARGEST_BODY: usize = 16 * 1024;

/// What a handler gets of the request.
pub(crate) struct Input {
    /// The path's variable segments, in order.
    pub(crate) params: Vec<String>,
    /// The query's pairs, decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Input {
    /// The body as a JSON object. `UnsupportedMediaType`, `MalformedJson`.
    pub(crate) fn fields(&self) -> Result<Fields, Error> {
        Fields::of_body(self.media_type().as_deref(), &self.body)
    }

    /// The Content-Type without its parameters, in lower case. None where it says another charset than the UTF-8
    /// that everything is read as.
    pub(crate) fn media_type(&self) -> Option<String> {
        media_type_of(&self.header("Content-Type")?)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        incoming::header(&self.headers, name)
    }

    /// The one value of a query parameter. `InvalidField` when it is missing or stands twice.
    pub(crate) fn query_value(&self, name: &str) -> Result<&str, Error> {
        let mut values = self
            .query
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err(Error::invalid(name, "is missing from the query")),
            _ => Err(Error::invalid(name, "stands in the query twice")),
        }
    }

    /// The one value of a query parameter that may be absent.
    pub(crate) fn optional_query(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.query.iter().any(|(key, _)| key == name) {
            true => self.query_value(name).map(Some),
            false => Ok(None),
        }
    }

    /// Where a slip would widen what is asked for: no other parameters than these.
    pub(crate) fn only_in_query(&self, known: &[&str]) -> Result<(), Error> {
        let is_known = |(name, _): &(String, String)| known.contains(&name.as_str());
        match self.query.iter().all(is_known) {
            true => Ok(()),
            false => Err(Error::invalid(
                "query",
                format_args!("may hold {} and nothing else", known.join(", ")),
            )),
        }
    }

    /// A URL ends up in logs and histories: credentials in one are refused, not used and not ignored, in whatever
    /// spelling.
    pub(crate) fn without_credentials_in_query(self) -> Result<Input, Error> {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
        let mut names = self.query.iter().map(|(name, _)| plain(name));
        let found = names.find_map(|name| CREDENTIALS.iter().find(|known| plain(known) == name));
        match found {
            Some(name) => Err(Error::invalid(
                name,
                "belongs in the JSON body, never in the URL",
            )),
            None => Ok(self),
        }
    }

    /// `limit`: how many rows a page has, 1 to 100, 50 unless said.
    pub(crate) fn limit(&self) -> Result<u32, Error> {
        self.limit_of(50, 100)
    }

    /// The same where a page may have so many.
    pub(crate) fn limit_of(&self, unless_said: u32, most: u32) -> Result<u32, Error> {
        match self.optional_query("limit")? {
            None | Some("") => Ok(unless_said),
            Some(text) => whole_number(text)
                .filter(|limit| (1..=most).contains(limit))
                .ok_or_else(|| {
                    let why = format_args!("must be a whole number from 1 to {most}");
                    Error::invalid("limit", why)
                }),
        }
    }

    /// `since`: an RFC 3339 time; the first moment of all unless said.
    pub(crate) fn since(&self) -> Result<Time, Error> {
        match self.optional_query("since")? {
            None | Some("") => Ok(Time::from_millis(0)),
            Some(text) => {
                Time::parse(text).ok_or_else(|| Error::invalid("since", "must be an RFC 3339 time"))
            }
        }
    }

    /// `cursor`: the id that the page before ended with; empty for the first page.
    pub(crate) fn cursor<K: Kind>(&self) -> Result<String, Error> {
        let cursor = self.optional_query("cursor")?.unwrap_or_default();
        match cursor.is_empty() || cursor.len() <= 64 && Id::<K>::is_of_ours(cursor) {
            true => Ok(cursor.into()),
            false => Err(Error::invalid(
                "cursor",
                "must be a nextCursor of an earlier answer",
            )),
        }
    }

    /// The nth variable segment of the path.
    pub(crate) fn param(&self, nth: usize) -> &str {
        self.params.get(nth).map_or("", String::as_str)
    }
}

/// What proves who somebody is, as the API's bodies name it.
const CREDENTIALS: [&str; 6] = [
    "username",
    "password",
    "code",
    "refreshToken",
    "accessToken",
    "clientSecret",
];

fn media_type_of(content_type: &str) -> Option<String> {
    let mut parts = content_type.split(';');
    let media_type = parts.next()?.trim().to_ascii_lowercase();
    let will_do = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        !name.trim().eq_ignore_ascii_case("charset")
            || quoted.unwrap_or(value).eq_ignore_ascii_case("utf-8")
    };
    parts.all(will_do).then_some(media_type)
}

/// Digits and nothing else: the standard library takes a `+` before them too.
pub(crate) fn whole_number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The pairs of a query, decoded. A `+` is a plus, as RFC 3986 has it: nothing that is asked for in
/// a query here can hold the space that a form means by it, and an e-mail, a phone number and the
/// offset of a time hold the plus itself.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let query = query.replace('+', "%2B");
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// The bearer token of an Authorization header, the one place for it (RFC 6750 §2.1).
/// `TokenMissing` without one, `TokenInvalid` for what no token can look like.
pub(crate) fn bearer(authorization: Option<&str>) -> Result<&str, Error> {
    bearer_of(authorization.ok_or(Error::TokenMissing)?)
}

fn bearer_of(header: &str) -> Result<&str, Error> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Error::TokenMissing);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    if token.is_empty() || !token.bytes().all(plain) {
        return Err(Error::TokenInvalid);
    }
    Ok(token)
}

/// What every `/v1` answer is: `success` never disagrees with the status.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a, T: ?Sized> {
    success: bool,
    data: Option<&'a T>,
    error_code: u32,
    error_message: String,
}

/// What is read of one that was kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorCode {
    error_code: u32,
}

/// An answer, before it meets the request's headers.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Instead of the body.
    stream: Option<ReadableStream>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Of a failure, 0 otherwise; the words of RFC 6749 have none.
    pub(crate) error_code: u32,
}

impl Reply {
    /// A success in the envelope.
    pub(crate) fn data(data: &(impl Serialize + ?Sized)) -> Result<Reply, Error> {
        Reply::json(
            200,
            &Envelope {
                success: true,
                data: Some(data),
                error_code: 0,
                error_message: String::new(),
            },
        )
    }

    /// JSON as it is: the OAuth endpoints and what has no envelope.
    pub(crate) fn json(status: u16, body: &(impl Serialize + ?Sized)) -> Result<Reply, Error> {
        let body = serde_json::to_string(body)
            .map_err(|error| Error::Internal(format!("writing an answer: {error}")))?;
        Ok(Reply::text(status, body))
    }

    /// Without a body.
    pub(crate) fn empty() -> Reply {
        Reply::text(204, String::new())
    }

    /// JSON that is text already.
    pub(crate) fn text(status: u16, body: String) -> Reply {
        Reply {
            status,
            body,
            stream: None,
            headers: Vec::new(),
            error_code: 0,
        }
    }

    /// A success that is made while it is read.
    pub(crate) fn streamed(stream: ReadableStream) -> Reply {
        Reply {
            stream: Some(stream),
            ..Reply::text(200, String::new())
        }
    }

    /// In the envelope, as it was answered before.
    pub(crate) fn kept(status: u16, body: String) -> Reply {
        let failure = serde_json::from_str::<ErrorCode>(&body).ok();
        Reply {
            error_code: failure.map_or(0, |failure| failure.error_code),
            ..Reply::text(status, body)
        }
    }

    /// A failure in the envelope, with the headers that belong to it.
    pub(crate) fn failure(error: &Error) -> Reply {
        let code = error.code();
        let body = serde_json::to_string(&Envelope {
            success: false,
            data: error.facts().as_ref(),
            error_code: code.number(),
            error_message: error.message(),
        });
        // Words and numbers: there is nothing in them that serde could refuse.
        let mut reply = Reply::text(code.status(), body.unwrap_or_default());
        reply.error_code = code.number();
        if let Some(wait) = error.retry_after() {
            reply.headers.push(("Retry-After", wait.0.to_string()));
        }
        match error {
            // RFC 9110 §12.5.3: what would have been taken.
            Error::EncodedBody => reply.headers.push(("Accept-Encoding", "identity".into())),
            Error::MethodNotAllowed(allow) => reply.headers.push(("Allow", allow.clone())),
            Error::TokenMissing => reply.challenge(""),
            Error::TokenInvalid => reply.challenge(
                ", error=\"invalid_token\", error_description=\"The token is not valid\"",
            ),
            Error::InsufficientScope(scope) => {
                reply.challenge(&format!(
                    ", error=\"insufficient_scope\", scope=\"{scope}\""
                ));
            }
            // RFC 9470 §3, but for the status.
            Error::ReauthenticationRequired => reply.challenge(&format!(
                ", error=\"insufficient_user_authentication\", max_age=\"{}\"",
                FRESH_LOGIN.as_secs()
            )),
            _ => {}
        }
        reply
    }

    /// RFC 6750 §3
    fn challenge(&mut self, rest: &str) {
        self.headers.push((
            "WWW-Authenticate",
            format!("Bearer realm=\"gatehouse\"{rest}"),
        ));
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// `no-store` unless the reply says otherwise: what is not public is not kept.
    pub(crate) fn into_response(self, request_id: &str) -> worker::Result<Response> {
        let headers = serde_json::to_string(&HeadersOf {
            reply: &self,
            request_id,
        })?;
        let init = ResponseInit::new();
        init.set_status(self.status);
        init.set_headers(&JSON::parse(&headers)?);
        if let Some(stream) = &self.stream {
            let stream = Some(stream);
            return Ok(Response::new_with_opt_readable_stream_and_init(
                stream, &init,
            )?);
        }
        let body = Some(self.body.as_str()).filter(|_| self.status != 204);
        Ok(Response::new_with_opt_str_and_init(body, &init)?)
    }
}

/// A reply's headers as one object: it crosses into JavaScript once, where each header alone would.
struct HeadersOf<'a> {
    reply: &'a Reply,
    request_id: &'a str,
}

impl Serialize for HeadersOf<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let own = &self.reply.headers;
        let is_own = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let always = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-Id", self.request_id),
        ];
        let mut map = to.serialize_map(None)?;
        for (name, value) in always {
            let is_left_out = self.reply.status == 204 && name == "Content-Type";
            if !is_left_out && !is_own(name) {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, value) in own {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bearer_token_has_one_space_before_it_and_nothing_around_it() {
        assert_eq!(bearer_of("Bearer abc.def").unwrap(), "abc.def");
        assert_eq!(bearer_of("bearer abc").unwrap(), "abc");
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer  abc",
            "Bearer a b",
            "Bearer a,Bearer b",
            "Bearer é",
        ] {
            assert!(
                matches!(bearer_of(header), Err(Error::TokenInvalid)),
                "{header}"
            );
        }
        for header in ["", "Basic abc", "Bearerabc"] {
            assert!(
                matches!(bearer_of(header), Err(Error::TokenMissing)),
                "{header}"
            );
        }
    }

    #[test]
    fn a_body_is_utf_8_or_says_no_charset() {
        for text in [
            "application/json",
            " Application/JSON ; charset=utf-8",
            "application/json;charset=UTF-8",
            "application/json; Charset=\"utf-8\"",
            "application/json; version=1; charset=utf-8",
            "application/json;",
        ] {
            let media_type = media_type_of(text);
            assert_eq!(media_type.as_deref(), Some("application/json"), "{text}");
        }
        for text in [
            "application/json;charset=utf-16",
            "application/json; charset=\"utf-16\"",
            "application/json; charset=",
            "application/json; charset",
            "application/json; charset=\"utf-8",
            "application/json; charset=iso-8859-1; charset=utf-8",
            "application/json; charset=utf-8; CHARSET=utf-7",
        ] {
            assert_eq!(media_type_of(text), None, "{text}");
        }
    }

    #[test]
    fn success_and_status_agree() {
        let ok = Reply::data(&serde_json::json!({})).unwrap();
        assert_eq!(
            ok.body,
            r#"{"success":true,"data":{},"errorCode":0,"errorMessage":""}"#
        );
        let bad = Reply::failure(&Error::ChallengeGone);
        assert_eq!(bad.status, 410);
        assert!(bad
            .body
            .starts_with(r#"{"success":false,"data":null,"errorCode":4002,"#));
    }

    #[test]
    fn a_plus_in_a_query_is_a_plus() {
        let read = pairs("email=ada+a@example.com&phone=+1555&since=T14:19:46+02:00&s=a%20b%2B");
        let values: Vec<&str> = read.iter().map(|(_, value)| value.as_str()).collect();
        let expected = ["ada+a@example.com", "+1555", "T14:19:46+02:00", "a b+"];
        assert_eq!(values, expected);
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(header in "\\PC{0,200}") {
            let _ = bearer_of(&header);
        }
    }
}
