//! A gateway of the operator's own: a signed POST (Standard Webhooks).

use base64ct::{Base64, Encoding};
use serde::Serialize;

use super::post::{Deadline, Post};
use super::{Context, Outcome};
use crate::rules::secret::Secret;
use crate::rules::send::Refusal;
use crate::rules::webhook_signature::sign;
use crate::settings::Reader;

#[derive(Debug)]
pub(crate) struct Gateway {
    url: String,
    secret: Secret,
}

impl Gateway {
    /// By the settings of these names: its URL, and what is signed with.
    pub(crate) fn read(reader: &mut Reader<'_>, [url, secret]: [&str; 2]) -> Option<Gateway> {
        let url = self::url(reader, url);
        let secret = self::secret(reader, secret);
        Some(Gateway {
            url: url?,
            secret: secret?,
        })
    }

    /// `id` is the message's: the same of one that is sent again.
    pub(crate) async fn send(
        &self,
        id: &str,
        message: &impl Serialize,
        context: &Context<'_>,
        deadline: &Deadline,
    ) -> Outcome {
        let post = match Post::json(self.url.clone(), Vec::new(), message) {
            Ok(post) => post,
            Err(failure) => return failure.into(),
        };
        let timestamp = context.now.unix_seconds().to_string();
        let signature = sign(&self.secret, id, &timestamp, post.body.as_bytes());
        let post = post.with([
            ("webhook-id", id.into()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature),
        ]);
        match post.send(deadline).await {
            Ok(answer) => outcome(answer.status),
            Err(failure) => failure.into(),
        }
    }
}

fn url(reader: &mut Reader<'_>, name: &str) -> Option<String> {
    let url = reader.required(name)?;
    match reader.is_safe_url(&url) {
        true => Some(url),
        false => reader.refuse(name, "must be a public https URL without credentials"),
    }
}

fn secret(reader: &mut Reader<'_>, name: &str) -> Option<Secret> {
    let secret = reader.required(name)?;
    match secret.strip_prefix("whsec_").map(Base64::decode_vec) {
        Some(Ok(bytes)) if bytes.len() >= 24 => Some(Secret::new(bytes)),
        _ => reader.refuse(
            name,
            "must be whsec_ and base64 of at least 24 random bytes",
        ),
    }
}

/// 422 is the gateway's word for a recipient that cannot receive; every other failure is its own.
fn outcome(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Accepted,
        422 => Outcome::Refused(Refusal::Unreachable),
        429 | 503 => Outcome::Busy(format!("status {status}")),
        408 => Outcome::Unknown("status 408".into()),
        400..=499 => Outcome::Failed(format!("status {status}: check the gateway's settings")),
        _ => Outcome::Unknown(format!("status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_is_an_acceptance() {
        assert_eq!(outcome(204), Outcome::Accepted);
        assert!(matches!(outcome(429), Outcome::Busy(_)));
        assert!(matches!(outcome(401), Outcome::Failed(_)));
        assert_eq!(outcome(422), Outcome::Refused(Refusal::Unreachable));
        assert!(matches!(outcome(302), Outcome::Unknown(_)));
        assert!(matches!(outcome(500), Outcome::Unknown(_)));
    }

    #[test]
    fn one_status_speaks_of_the_recipient() {
        let refused = (100..600).filter(|status| matches!(outcome(*status), Outcome::Refused(_)));
        assert_eq!(refused.collect::<Vec<u16>>(), [422]);
    }
}
