//! Twilio's Programmable Messaging: `POST /2010-04-01/Accounts/{sid}/Messages.json`.

use serde::Deserialize;

use super::sender::{self, is_sender};
use super::Message;
use crate::delivery::post::{basic_auth, form, Deadline, Post};
use crate::delivery::Outcome;
use crate::rules::secret::Secret;
use crate::rules::send::Refusal;
use crate::settings::Reader;

#[derive(Debug)]
pub(crate) struct Twilio {
    base: String,
    account_sid: String,
    auth_token: Secret,
    sender: Sender,
}

#[derive(Debug)]
enum Sender {
    From(String),
    MessagingService(String),
}

#[derive(Deserialize)]
struct Created {
    sid: String,
}

#[derive(Deserialize)]
struct Problem {
    code: i64,
}

impl Twilio {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Twilio> {
        let base = reader.api_base("TWILIO_API_BASE", "https://api.twilio.com");
        let account_sid = account_sid(reader);
        let auth_token = reader.required("TWILIO_AUTH_TOKEN").map(Secret::new);
        let sender = sender(reader);
        Some(Twilio {
            base: base?,
            account_sid: account_sid?,
            auth_token: auth_token?,
            sender: sender?,
        })
    }

    pub(super) fn from(&self) -> Option<&str> {
        match &self.sender {
            Sender::From(number) => Some(number),
            Sender::MessagingService(_) => None,
        }
    }

    pub(super) async fn send(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let sender = match (message.from, &self.sender) {
            (Some(own), _) => ("From", own),
            (None, Sender::From(number)) => ("From", number.as_str()),
            (None, Sender::MessagingService(sid)) => ("MessagingServiceSid", sid.as_str()),
        };
        let post = Post {
            url: format!(
                "{}/2010-04-01/Accounts/{}/Messages.json",
                self.base, self.account_sid
            ),
            headers: vec![
                (
                    "Authorization",
                    basic_auth(&self.account_sid, &self.auth_token),
                ),
                ("Content-Type", "application/x-www-form-urlencoded".into()),
            ],
            body: form(&[("To", message.to.as_str()), ("Body", message.text), sender]),
        };
        match post.send(deadline).await {
            Ok(answer) => outcome(answer.status, &answer.body),
            Err(failure) => failure.into(),
        }
    }
}

fn account_sid(reader: &mut Reader<'_>) -> Option<String> {
    let sid = reader.required("TWILIO_ACCOUNT_SID")?;
    match is_sid("AC", &sid) {
        true => Some(sid),
        false => reader.refuse("TWILIO_ACCOUNT_SID", "must be AC and 32 hex digits"),
    }
}

fn sender(reader: &mut Reader<'_>) -> Option<Sender> {
    let from = reader.optional("TWILIO_FROM");
    match (from, reader.optional("TWILIO_MESSAGING_SERVICE_SID")) {
        (Some(from), None) if is_sender(&from) => Some(Sender::From(from)),
        (Some(_), None) => reader.refuse("TWILIO_FROM", sender::RULE),
        (None, Some(sid)) if is_sid("MG", &sid) => Some(Sender::MessagingService(sid)),
        (None, Some(_)) => reader.refuse(
            "TWILIO_MESSAGING_SERVICE_SID",
            "must be MG and 32 hex digits",
        ),
        _ => reader.refuse(
            "TWILIO_FROM",
            "or TWILIO_MESSAGING_SERVICE_SID must be set, and not both",
        ),
    }
}

fn is_sid(kind: &str, text: &str) -> bool {
    let digits = text.strip_prefix(kind).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The description knows only 201; the error numbers are those of Twilio's error dictionary.
fn outcome(status: u16, body: &[u8]) -> Outcome {
    match status {
        200 | 201 => match serde_json::from_slice::<Created>(body) {
            Ok(created) if !created.sid.is_empty() => Outcome::Accepted,
            _ => Outcome::Unknown(format!("{status} without a message sid")),
        },
        429 => Outcome::Busy("429".into()),
        // Whoever stands between may have passed it on.
        408 => Outcome::Unknown("408".into()),
        400..=499 => match serde_json::from_slice(body) {
            Ok(Problem { code }) => problem(status, code),
            Err(_) => Outcome::Failed(format!("{status} without an error code")),
        },
        _ => Outcome::Unknown(format!("status {status}")),
    }
}

/// Only what speaks of the recipient is theirs. A sender that may not send, a full queue, a suspended
/// account and every number not known here is for the fallback, and for the operator.
fn problem(status: u16, code: i64) -> Outcome {
    match code {
        21211 | 21614 => Outcome::Refused(Refusal::Invalid),
        21612 => Outcome::Refused(Refusal::Unreachable),
        21408 => Outcome::Refused(Refusal::Country),
        21610 => Outcome::Refused(Refusal::OptedOut),
        20429 => Outcome::Busy("20429".into()),
        _ => Outcome::Failed(format!(
            "{status}, error {code}: check the account's settings"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, code: i64) -> Outcome {
        outcome(
            status,
            format!(r#"{{"code":{code},"message":"m","more_info":"u","status":{status}}}"#)
                .as_bytes(),
        )
    }

    #[test]
    fn only_a_created_message_with_a_sid_is_accepted() {
        assert_eq!(outcome(201, br#"{"sid":"SM1"}"#), Outcome::Accepted);
        for body in ["", "<html>", "{}", r#"{"sid":""}"#, r#"{"sid":1}"#] {
            assert!(
                matches!(outcome(201, body.as_bytes()), Outcome::Unknown(_)),
                "{body}"
            );
        }
    }

    #[test]
    fn a_number_that_cannot_receive_is_refused_and_never_retried() {
        for (code, refusal) in [
            (21211, Refusal::Invalid),
            (21612, Refusal::Unreachable),
            (21408, Refusal::Country),
            (21610, Refusal::OptedOut),
            (21614, Refusal::Invalid),
        ] {
            assert_eq!(error(400, code), Outcome::Refused(refusal), "{code}");
        }
    }

    #[test]
    fn what_does_not_speak_of_the_recipient_is_the_providers_failure() {
        // A wrong sender, a full queue, a suspended account, a balance, and what nobody knows yet.
        for (status, code) in [
            (400, 21606),
            (400, 21659),
            (429, 21611),
            (403, 20005),
            (401, 20003),
            (402, 10001),
            (400, 99999),
            (404, 20404),
        ] {
            let outcome = error(status, code);
            let failed = matches!(outcome, Outcome::Failed(_) | Outcome::Busy(_));
            assert!(failed, "{status} {code}: {outcome:?}");
        }
        for status in 400..500 {
            let page = outcome(status, b"<html>");
            assert!(!matches!(page, Outcome::Refused(_)), "{status}");
        }
        assert!(matches!(outcome(408, b""), Outcome::Unknown(_)));
        assert!(matches!(outcome(402, b""), Outcome::Failed(_)));
    }

    #[test]
    fn only_too_many_requests_is_worth_the_same_provider_again() {
        assert!(matches!(error(429, 20429), Outcome::Busy(_)));
        assert!(matches!(error(401, 20003), Outcome::Failed(_)));
        for status in [302, 500, 502, 503] {
            assert!(
                matches!(outcome(status, b""), Outcome::Unknown(_)),
                "{status}"
            );
        }
    }
}
