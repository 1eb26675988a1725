//! A request as it comes in. The runtime's own object is asked for what is needed, and for nothing twice:
//! every question crosses from WebAssembly into JavaScript and back.

use futures_util::StreamExt;
use js_sys::futures::JsFuture;
use js_sys::{Reflect, Uint8Array};
use web_sys::{Headers, Request};
use worker::ByteStream;

use super::LARGEST_BODY;
use crate::error::Error;

pub(crate) struct Incoming {
    request: Request,
    pub(crate) headers: Headers,
    pub(crate) method: String,
    url: Url,
}

impl Incoming {
    pub(crate) fn new(request: Request) -> Incoming {
        Incoming {
            headers: request.headers(),
            method: request.method(),
            url: Url::new(request.url()),
            request,
        }
    }

    /// Scheme, host and port: `https://id.example.com`.
    pub(crate) fn origin(&self) -> &str {
        self.url.origin()
    }

    pub(crate) fn path(&self) -> &str {
        match self.url.path() {
            "" => "/",
            path => path,
        }
    }

    pub(crate) fn query(&self) -> Option<&str> {
        self.url.query()
    }

    /// Where it came to Cloudflare: the code of an airport. What the platform says of a connection lies beside
    /// the request.
    pub(crate) fn colo(&self) -> Option<String> {
        let cf = Reflect::get(&self.request, &"cf".into()).ok()?;
        Reflect::get(&cf, &"colo".into()).ok()?.as_string()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        header(&self.headers, name)
    }

    /// `EncodedBody`; `BodyTooLarge` as soon as it is known, without reading on.
    pub(crate) async fn body(&self) -> Result<Vec<u8>, Error> {
        let encoding = self.header("Content-Encoding").unwrap_or_default();
        if !["", "identity"].contains(&encoding.trim().to_ascii_lowercase().as_str()) {
            return Err(Error::EncodedBody);
        }
        let declared = self.header("Content-Length");
        match declared.and_then(|text| text.parse::<usize>().ok()) {
            Some(length) if length > LARGEST_BODY => Err(Error::BodyTooLarge),
            // HTTP gives so many bytes and no more, unless they are chunked (RFC 9112 §6.3): they come in one piece.
            Some(_) if self.header("Transfer-Encoding").is_none() => self.whole_body().await,
            _ => self.streamed_body().await,
        }
    }

    async fn whole_body(&self) -> Result<Vec<u8>, Error> {
        let broke_off = |_| Error::MalformedJson("it broke off");
        let bytes = self.request.array_buffer().map_err(broke_off)?;
        let bytes = JsFuture::from(bytes).await.map_err(broke_off)?;
        let body = Uint8Array::new(&bytes).to_vec();
        match body.len() > LARGEST_BODY {
            true => Err(Error::BodyTooLarge),
            false => Ok(body),
        }
    }

    async fn streamed_body(&self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        let Some(stream) = self.request.body() else {
            return Ok(body);
        };
        let mut chunks = ByteStream::from(stream);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Error::MalformedJson("it broke off"))?;
            if body.len() + chunk.len() > LARGEST_BODY {
                return Err(Error::BodyTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

pub(super) fn header(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// A URL and where its path lies in it.
struct Url {
    text: String,
    path: usize,
    path_end: usize,
}

impl Url {
    fn new(text: String) -> Url {
        let host = text.find("://").map_or(0, |at| at + 3);
        let until =
            |from: usize, ends: &[char]| text[from..].find(ends).map_or(text.len(), |at| from + at);
        let path = until(host, &['/', '?', '#']);
        let path_end = until(path, &['?', '#']);
        Url {
            text,
            path,
            path_end,
        }
    }

    fn origin(&self) -> &str {
        &self.text[..self.path]
    }

    fn path(&self) -> &str {
        &self.text[self.path..self.path_end]
    }

    /// From the end of the path on.
    fn rest(&self) -> &str {
        &self.text[self.path_end..]
    }

    fn query(&self) -> Option<&str> {
        let query = self.rest().strip_prefix('?')?;
        query.split('#').next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_url_is_taken_apart_where_its_parts_end() {
        for (text, path, rest) in [
            ("https://id.example.com/", "/", ""),
            ("https://id.example.com/a/b?c=/d#e?f", "/a/b", "?c=/d#e?f"),
            ("http://[::1]:8787/a#b?c", "/a", "#b?c"),
            ("https://id.example.com?a=/b", "", "?a=/b"),
            ("https://id.example.com/a%3F%23%2Fb?c", "/a%3F%23%2Fb", "?c"),
            ("no-scheme", "", ""),
        ] {
            let url = Url::new(text.into());
            assert_eq!(url.path(), path, "{text}");
            assert_eq!(url.rest(), rest, "{text}");
        }
    }

    proptest! {
        /// As the parser of the URL standard takes it apart.
        #[test]
        fn it_is_taken_apart_as_the_standard_does(
            host in "[a-z]{1,9}(\\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,3})?",
            path in "(/[a-zA-Z0-9%._~-]{0,9}){1,4}",
            rest in "(\\?[a-z0-9=&/?+%]{0,20})?(#[a-z?/]{0,9})?",
        ) {
            let text = format!("https://{host}{path}{rest}");
            let parsed = url::Url::parse(&text).unwrap();
            prop_assume!(parsed.as_str() == text);
            let url = Url::new(text);
            prop_assert_eq!(url.path(), parsed.path());
            prop_assert_eq!(url.query(), parsed.query());
            prop_assert_eq!(url.origin(), parsed.origin().ascii_serialization());
        }
    }
}
