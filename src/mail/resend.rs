//! Resend: `POST /emails`. It remembers a key for a day, and sends what comes again with it once.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::delivery::post::{bearer_auth, Deadline, Post};
use crate::delivery::Outcome;
use crate::rules::secret::Secret;
use crate::settings::Reader;

#[derive(Debug)]
pub(crate) struct Resend {
    base: String,
    api_key: Secret,
}

#[derive(Serialize)]
struct Mail<'a> {
    from: &'a str,
    to: [&'a str; 1],
    subject: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

#[derive(Deserialize)]
struct Problem {
    name: String,
}

impl Resend {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Resend> {
        let base = reader.api_base("RESEND_API_BASE", "https://api.resend.com");
        let api_key = reader.required("RESEND_API_KEY").map(Secret::new);
        Some(Resend {
            base: base?,
            api_key: api_key?,
        })
    }

    pub(super) async fn send(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let mail = Mail {
            from: message.from.unwrap_or_default(),
            to: [message.to],
            subject: message.subject,
            text: message.text,
        };
        let headers = vec![
            ("Authorization", bearer_auth(&self.api_key)),
            ("Idempotency-Key", message.key.into()),
        ];
        let url = format!("{}/emails", self.base);
        let post = match Post::json(url, headers, &mail) {
            Ok(post) => post,
            Err(failure) => return failure.into(),
        };
        match post.send(deadline).await {
            Ok(answer) => outcome(answer.status, &answer.body),
            Err(failure) => failure.into(),
        }
    }
}

/// Nothing that it answers speaks of the recipient: whom mail does not reach, it finds out later.
fn outcome(status: u16, body: &[u8]) -> Outcome {
    let name = || match serde_json::from_slice(body) {
        Ok(Problem { name }) if is_word(&name) => name,
        _ => "without a name".into(),
    };
    match status {
        200..=299 => match serde_json::from_slice::<Taken>(body) {
            Ok(taken) if !taken.id.is_empty() => Outcome::Accepted,
            _ => Outcome::Unknown(format!("{status} without an id")),
        },
        429 => Outcome::Busy("429".into()),
        408 => Outcome::Unknown("408".into()),
        // The same is being sent at this moment.
        409 if name() == "concurrent_idempotent_requests" => Outcome::Unknown(name()),
        400..=499 => Outcome::Failed(format!(
            "{status}, {}: check the account's settings",
            name()
        )),
        _ => Outcome::Unknown(format!("status {status}")),
    }
}

/// As its errors are named; a text of another shape is not for the log.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, name: &str) -> Outcome {
        let body = format!(r#"{{"statusCode":{status},"name":"{name}","message":"m"}}"#);
        outcome(status, body.as_bytes())
    }

    #[test]
    fn only_a_message_with_an_id_is_accepted() {
        assert_eq!(outcome(200, br#"{"id":"49a3"}"#), Outcome::Accepted);
        for body in ["", "<html>", "{}", r#"{"id":""}"#, r#"{"id":1}"#] {
            let outcome = outcome(200, body.as_bytes());
            assert!(matches!(outcome, Outcome::Unknown(_)), "{body}");
        }
    }

    #[test]
    fn what_is_ours_to_mend_is_not_tried_again_and_refuses_nobody() {
        for (status, name) in [
            (400, "validation_error"),
            (422, "invalid_parameter"),
            (422, "missing_required_field"),
            (401, "missing_api_key"),
            (403, "invalid_api_key"),
            (409, "invalid_idempotent_request"),
        ] {
            let outcome = error(status, name);
            let Outcome::Failed(why) = &outcome else {
                panic!("{status} {name}: {outcome:?}");
            };
            assert!(why.contains(name), "{why}");
        }
        for status in 400..500 {
            let page = outcome(status, b"<html>");
            assert!(!matches!(page, Outcome::Refused(_)), "{status}");
        }
    }

    #[test]
    fn too_many_is_worth_another_try_and_what_is_not_known_is_not_known() {
        assert!(matches!(
            error(429, "rate_limit_exceeded"),
            Outcome::Busy(_)
        ));
        let concurrent = error(409, "concurrent_idempotent_requests");
        assert!(matches!(concurrent, Outcome::Unknown(_)));
        for status in [302, 408, 500, 502, 503] {
            assert!(
                matches!(outcome(status, b""), Outcome::Unknown(_)),
                "{status}"
            );
        }
    }

    #[test]
    fn no_text_of_the_providers_gets_into_the_log() {
        for name in ["a@example.com is no", "", "Name", "a\\u000ab"] {
            let Outcome::Failed(why) = error(422, name) else {
                panic!("{name}");
            };
            assert_eq!(why, "422, without a name: check the account's settings");
        }
    }
}
