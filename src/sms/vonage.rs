//! Vonage's SMS API: `POST /sms/json`. It answers 200 to everything; the word is in `status`.

use serde::Deserialize;

use super::sender::{self, is_sender};
use super::Message;
use crate::delivery::post::{form, Deadline, Post};
use crate::delivery::Outcome;
use crate::rules::secret::Secret;
use crate::rules::send::Refusal;
use crate::settings::Reader;

#[derive(Debug)]
pub(crate) struct Vonage {
    base: String,
    api_key: String,
    api_secret: Secret,
    from: String,
}

#[derive(Deserialize)]
struct Answer {
    messages: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    status: String,
}

impl Vonage {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Vonage> {
        let base = reader.api_base("VONAGE_API_BASE", "https://rest.nexmo.com");
        let api_key = reader.required("VONAGE_API_KEY");
        let api_secret = reader.required("VONAGE_API_SECRET");
        let from = reader.required("VONAGE_FROM");
        let from = match from {
            Some(from) if !is_sender(&from) && !is_sender(&format!("+{from}")) => {
                reader.refuse("VONAGE_FROM", sender::RULE)
            }
            from => from,
        };
        Some(Vonage {
            base: base?,
            api_key: api_key?,
            api_secret: Secret::new(api_secret?),
            from: from?,
        })
    }

    pub(super) fn from(&self) -> &str {
        &self.from
    }

    pub(super) async fn send(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let secret = String::from_utf8_lossy(self.api_secret.expose());
        let from = message.from.unwrap_or(&self.from);
        let post = Post {
            url: format!("{}/sms/json", self.base),
            headers: vec![("Content-Type", "application/x-www-form-urlencoded".into())],
            body: form(&[
                ("api_key", &self.api_key),
                ("api_secret", &secret),
                // Numbers go without their plus there.
                ("from", from.trim_start_matches('+')),
                ("to", message.to.as_str().trim_start_matches('+')),
                ("text", message.text),
            ]),
        };
        match post.send(deadline).await {
            Ok(answer) => outcome(answer.status, &answer.body),
            Err(failure) => failure.into(),
        }
    }
}

/// The status numbers of Vonage's "Troubleshooting SMS" table. Two of them speak of the recipient; 3
/// and 6 may, and 29 says that the account is still in demo mode.
fn outcome(status: u16, body: &[u8]) -> Outcome {
    match (status, serde_json::from_slice::<Answer>(body)) {
        (429, _) => Outcome::Busy("429".into()),
        (408, _) => Outcome::Unknown("408".into()),
        (400..=499, _) => Outcome::Failed(format!("{status}: check the account's settings")),
        (200, Ok(answer)) => match answer.messages.first().map(|part| part.status.as_str()) {
            Some("0") => Outcome::Accepted,
            Some("1") => Outcome::Busy("status 1, throttled".into()),
            Some("7") => Outcome::Refused(Refusal::OptedOut),
            Some("33") => Outcome::Refused(Refusal::Invalid),
            // The platform stumbled over it halfway.
            None | Some("5") => Outcome::Unknown("status 5 or none".into()),
            Some(other) => Outcome::Failed(format!("status {other}: check the account's settings")),
        },
        _ => Outcome::Unknown(format!("status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_status(status: &str) -> Outcome {
        outcome(
            200,
            format!(r#"{{"message-count":"1","messages":[{{"status":"{status}"}}]}}"#).as_bytes(),
        )
    }

    #[test]
    fn the_word_is_in_the_status_of_the_message() {
        assert_eq!(with_status("0"), Outcome::Accepted);
        assert!(matches!(with_status("1"), Outcome::Busy(_)));
        assert!(matches!(with_status("4"), Outcome::Failed(_)));
        assert_eq!(with_status("7"), Outcome::Refused(Refusal::OptedOut));
        assert!(matches!(with_status("5"), Outcome::Unknown(_)));
    }

    #[test]
    fn what_does_not_speak_of_the_recipient_is_the_providers_failure() {
        for status in (2..=99).filter(|status| ![5, 7, 33].contains(status)) {
            let outcome = with_status(&status.to_string());
            assert!(matches!(outcome, Outcome::Failed(_)), "{status}");
        }
        for status in 400..500 {
            let page = outcome(status, b"<html>");
            assert!(!matches!(page, Outcome::Refused(_)), "{status}");
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_no_acceptance() {
        for body in ["", "<html>", "{}", r#"{"messages":[]}"#] {
            assert!(
                matches!(outcome(200, body.as_bytes()), Outcome::Unknown(_)),
                "{body}"
            );
        }
    }
}
