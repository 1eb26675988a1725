//! The OAuth endpoints' own way of speaking: a form in, RFC 6749's errors out, and the client's
//! credentials.

use base64ct::{Base64, Encoding};
use serde::Serialize;

use super::{Input, Reply};
use crate::error::{Error, RetryAfter};
use crate::rules::id::ClientId;

/// What a client says to be.
pub(crate) struct Credentials {
    pub(crate) id: ClientId,
    pub(crate) secret: String,
    /// By HTTP Basic, not by the body (RFC 6749 §2.3.1).
    pub(crate) basic: bool,
}

impl Credentials {
    pub(crate) fn read(authorization: Option<&str>, form: &Form) -> Result<Credentials, Refusal> {
        let body = (form.value("client_id")?, form.value("client_secret")?);
        match (authorization, body) {
            (Some(_), (_, Some(_))) => Err(invalid_request(
                "authenticate in one way: by Basic or by the body",
            )),
            (Some(header), (body_id, None)) => {
                let (id, secret) = basic(header).ok_or_else(|| {
                    let why = "the Authorization header is not Basic with id and secret";
                    OAuthError::new(401, "invalid_client", why)
                })?;
                if body_id.is_some_and(|body_id| body_id != id) {
                    return Err(invalid_request(
                        "client_id differs from the one in the Authorization header",
                    ));
                }
                Ok(Credentials::of(id, secret, true))
            }
            (None, (Some(id), Some(secret))) => Ok(Credentials::of(id, secret, false)),
            (None, _) => {
                let why = "send the client's id and secret";
                Err(OAuthError::new(401, "invalid_client", why).into())
            }
        }
    }

    fn of(id: String, secret: String, basic: bool) -> Credentials {
        Credentials {
            id: ClientId::given(id),
            secret,
            basic,
        }
    }
}

/// Id and secret are each form-urlencoded before they are joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") || encoded.len() > 2048 {
        return None;
    }
    let pair = String::from_utf8(Base64::decode_vec(encoded).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

fn form_decode(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return Some(text.into());
    }
    let pair = format!("v={text}");
    let (_, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(value.into_owned())
}

/// The parameters of a form, none of them twice (RFC 6749 §3.2).
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn read(input: &Input) -> Result<Form, Refusal> {
        if input.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(invalid_request(
                "send the body as application/x-www-form-urlencoded",
            ));
        }
        if !input.query.is_empty() {
            return Err(invalid_request(
                "parameters belong in the body, not in the URL",
            ));
        }
        Ok(Form(
            form_urlencoded::parse(&input.body).into_owned().collect(),
        ))
    }

    /// Without a value it is treated as absent (RFC 6749 §3.2).
    pub(crate) fn value(&self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(invalid_request(&format!("{name} stands in the body twice"))),
            (value, None) => Ok(value.filter(|value| !value.is_empty()).cloned()),
        }
    }
}

/// An error of RFC 6749 §5.2, or one that any call may meet.
pub(crate) enum Refusal {
    OAuth(OAuthError),
    Ours(Error),
}

pub(crate) struct OAuthError {
    status: u16,
    code: &'static str,
    description: String,
    wait: Option<RetryAfter>,
}

impl OAuthError {
    pub(crate) fn new(status: u16, code: &'static str, description: &str) -> OAuthError {
        OAuthError {
            status,
            code,
            description: description.into(),
            wait: None,
        }
    }

    /// The same, with a time to wait.
    pub(crate) fn after(mut self, wait: RetryAfter) -> OAuthError {
        self.wait = Some(wait);
        self
    }

    fn into_reply(self) -> Result<Reply, Error> {
        let body = Body {
            error: self.code,
            error_description: &self.description,
        };
        let mut reply = Reply::json(self.status, &body)?.with_header("Pragma", "no-cache");
        if self.status == 401 {
            reply = reply.with_header("WWW-Authenticate", "Basic realm=\"gatehouse\"");
        }
        if let Some(wait) = self.wait {
            reply = reply.with_header("Retry-After", wait.0.to_string());
        }
        Ok(reply)
    }
}

/// RFC 6749 §5.2
#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: &'a str,
}

impl Refusal {
    /// Said in the words of RFC 6749 where it is one of its errors.
    pub(crate) fn answered(self) -> Result<Reply, Error> {
        match self {
            Refusal::OAuth(problem) => problem.into_reply(),
            Refusal::Ours(error) => Err(error),
        }
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Refusal {
        Refusal::OAuth(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Ours(error)
    }
}

pub(crate) fn invalid_request(description: &str) -> Refusal {
    OAuthError {
        status: 400,
        code: "invalid_request",
        description: description.into(),
        wait: None,
    }
    .into()
}

/// A failure that any path may meet, said as an OAuth error (RFC 6749 §5.2).
pub(crate) fn in_its_words(error: &Error, reply: Reply) -> Reply {
    let code = match error {
        Error::Unavailable(_) | Error::TooManyRequests => "temporarily_unavailable",
        Error::Internal(_) => "server_error",
        _ => "invalid_request",
    };
    let body = Body {
        error: code,
        error_description: &error.message(),
    };
    Reply {
        // Two texts: there is nothing in them that serde could refuse.
        body: serde_json::to_string(&body).unwrap_or_default(),
        ..reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(id: &str, secret: &str) -> String {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        format!(
            "Basic {}",
            Base64::encode_string(format!("{}:{}", encode(id), encode(secret)).as_bytes())
        )
    }

    #[test]
    fn id_and_secret_come_out_of_basic_as_they_went_in() {
        assert_eq!(
            basic(&encoded("cli_1", "p+ss:%41 ü")),
            Some(("cli_1".into(), "p+ss:%41 ü".into()))
        );
        for header in ["", "Basic", "Basic !!!", "Bearer abc", "Basic YWJj"] {
            assert_eq!(basic(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_id_and_secret_survive_basic(id in "\\PC{1,20}", secret in "\\PC{1,40}") {
            prop_assert_eq!(basic(&encoded(&id, &secret)), Some((id, secret)));
        }

        #[test]
        fn no_header_makes_it_panic(header in "\\PC{0,200}") {
            let _ = basic(&header);
        }
    }
}
