//! Postmark: `POST /email`. It knows no key: what it may have taken is not asked of it again.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::delivery::post::{Deadline, Post};
use crate::delivery::Outcome;
use crate::rules::secret::Secret;
use crate::rules::send::Refusal;
use crate::settings::Reader;

#[derive(Debug)]
pub(crate) struct Postmark {
    base: String,
    server_token: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Mail<'a> {
    from: &'a str,
    to: &'a str,
    subject: &'a str,
    text_body: &'a str,
    message_stream: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    error_code: i64,
    #[serde(rename = "MessageID")]
    message_id: Option<String>,
}

impl Postmark {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Postmark> {
        let base = reader.api_base("POSTMARK_API_BASE", "https://api.postmarkapp.com");
        let server_token = reader.required("POSTMARK_SERVER_TOKEN").map(Secret::new);
        Some(Postmark {
            base: base?,
            server_token: server_token?,
        })
    }

    pub(super) async fn send(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let mail = Mail {
            from: message.from.unwrap_or_default(),
            to: message.to,
            subject: message.subject,
            text_body: message.text,
            message_stream: "outbound",
        };
        let token = String::from_utf8_lossy(self.server_token.expose());
        let headers = vec![
            ("X-Postmark-Server-Token", token.into_owned()),
            ("Accept", "application/json".into()),
        ];
        let url = format!("{}/email", self.base);
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

/// The error codes of Postmark's "API error codes". Two of them speak of the recipient.
fn outcome(status: u16, body: &[u8]) -> Outcome {
    let answer = serde_json::from_slice::<Answer>(body).ok();
    let code = answer.as_ref().map(|answer| answer.error_code);
    match (status, code) {
        (200, Some(0)) if answer.is_some_and(|a| a.message_id.is_some_and(|id| !id.is_empty())) => {
            Outcome::Accepted
        }
        (422, Some(300)) => Outcome::Refused(Refusal::Invalid),
        (422, Some(406)) => Outcome::Refused(Refusal::Unreachable),
        (429, _) => Outcome::Busy("429".into()),
        (408, _) => Outcome::Unknown("408".into()),
        (400..=499, Some(code)) => Outcome::Failed(format!(
            "{status}, error {code}: check the account's settings"
        )),
        (400..=499, None) => Outcome::Failed(format!("{status} without an error code")),
        _ => Outcome::Unknown(format!("status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, code: i64) -> Outcome {
        let body = format!(r#"{{"ErrorCode":{code},"Message":"m"}}"#);
        outcome(status, body.as_bytes())
    }

    #[test]
    fn only_a_message_with_an_id_and_no_error_is_accepted() {
        let taken = br#"{"ErrorCode":0,"MessageID":"b7bc2f4a","To":"a@example.com"}"#;
        assert_eq!(outcome(200, taken), Outcome::Accepted);
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"ErrorCode":0}"#,
            r#"{"ErrorCode":0,"MessageID":""}"#,
            r#"{"ErrorCode":1,"MessageID":"a"}"#,
        ] {
            let outcome = outcome(200, body.as_bytes());
            assert!(matches!(outcome, Outcome::Unknown(_)), "{body}");
        }
    }

    #[test]
    fn two_codes_speak_of_the_recipient_and_no_other_does() {
        for code in (0..2000).filter(|code| ![300, 406].contains(code)) {
            assert!(matches!(error(422, code), Outcome::Failed(_)), "{code}");
        }
        assert_eq!(error(422, 300), Outcome::Refused(Refusal::Invalid));
        assert_eq!(error(422, 406), Outcome::Refused(Refusal::Unreachable));
        assert!(matches!(error(401, 10), Outcome::Failed(_)));
        for status in 400..500 {
            let page = outcome(status, b"<html>");
            assert!(!matches!(page, Outcome::Refused(_)), "{status}");
        }
    }

    #[test]
    fn too_many_is_worth_another_try_and_what_is_not_known_is_not_known() {
        assert!(matches!(error(429, 0), Outcome::Busy(_)));
        for status in [302, 408, 500, 503] {
            assert!(
                matches!(outcome(status, b""), Outcome::Unknown(_)),
                "{status}"
            );
        }
    }
}
