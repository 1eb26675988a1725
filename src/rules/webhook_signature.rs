//! Standard Webhooks signatures, `v1`: HMAC-SHA-256 over `id.timestamp.body`, in base64. We
//! verify them on what the KYC provider sends and make them on what we send to an SMS gateway.
//!
//! The `standardwebhooks` crate reads the clock of the standard library, which panics on wasm;
//! here the time is a parameter.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::rules::limits::WEBHOOK_TOLERANCE;
use crate::rules::secret::{equal, Secret};
use crate::rules::time::Time;

/// Read of a webhook: a provider that exchanges its secret signs with several.
const MOST_SIGNATURES: usize = 16;

/// The three headers of a webhook.
pub(crate) struct SignedHeaders<'a> {
    pub(crate) id: &'a str,
    /// Seconds since 1970, in decimal.
    pub(crate) timestamp: &'a str,
    /// One to sixteen `v1,<base64>`, separated by spaces.
    pub(crate) signature: &'a str,
}

impl SignedHeaders<'_> {
    /// Whether one of the signatures is by one of the secrets over this body, and its time is
    /// within five minutes of `now`.
    pub(crate) fn verify(&self, secrets: &[Secret], body: &[u8], now: Time) -> bool {
        self.is_timely(now) && secrets.iter().any(|secret| self.is_by(secret, body))
    }

    /// Whether it can be one of now, whoever signed it: nobody is looked up for another.
    pub(crate) fn is_timely(&self, now: Time) -> bool {
        // Digits alone: the standard library takes a sign before them too.
        let digits = self.timestamp.bytes().all(|b| b.is_ascii_digit());
        let time = self.timestamp.parse().ok().filter(|_| digits);
        let time = time.map(Time::from_unix_seconds);
        let fresh = time.is_some_and(|time| now.is_within(WEBHOOK_TOLERANCE, time));
        fresh && !self.id.is_empty() && self.id.len() <= 256
    }

    fn is_by(&self, secret: &Secret, body: &[u8]) -> bool {
        let expected = sign(secret, self.id, self.timestamp, body);
        // Several headers of the name come joined by a comma and a space.
        self.signature
            .split(' ')
            .take(MOST_SIGNATURES)
            .map(|given| given.trim_end_matches(','))
            .any(|given| equal(given.as_bytes(), expected.as_bytes()))
    }
}

/// `v1,<base64>`
pub(crate) fn sign(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Time = Time::from_millis(1_614_265_330_000);

    fn secret() -> Secret {
        // The example of the Standard Webhooks specification.
        Secret::new(Base64::decode_vec("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap())
    }

    fn verify(timestamp: &str, signature: &str, body: &[u8], now: Time) -> bool {
        SignedHeaders {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp,
            signature,
        }
        .verify(&[secret()], body, now)
    }

    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn the_specifications_example_verifies() {
        assert!(verify("1614265330", SIGNATURE, BODY, NOW));
        assert!(verify(
            "1614265330",
            &format!("v1,AAAA v2,BBBB {SIGNATURE}"),
            BODY,
            NOW
        ));
    }

    #[test]
    fn sixteen_signatures_are_read_and_the_right_one_may_be_the_last() {
        let verified = |wrong: usize, between: &str| {
            let signatures = format!("{}{SIGNATURE}", format!("v1,AAAA{between}").repeat(wrong));
            verify("1614265330", &signatures, BODY, NOW)
        };
        assert!(verified(8, " ") && verified(15, " ") && verified(3, ", "));
        assert!(!verified(16, " "));
    }

    #[test]
    fn five_minutes_either_way_and_not_a_second_more() {
        for (off, fine) in [(-300, true), (300, true), (-301, false), (301, false)] {
            assert_eq!(
                verify(
                    "1614265330",
                    SIGNATURE,
                    BODY,
                    Time::from_unix_seconds(1_614_265_330 + off)
                ),
                fine,
                "{off}"
            );
        }
    }

    #[test]
    fn anything_else_does_not() {
        assert!(!verify("1614265330", SIGNATURE, b"{}", NOW));
        assert!(!verify("1614265331", SIGNATURE, BODY, NOW));
        for signature in [
            "",
            "v1,",
            "v1",
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ] {
            assert!(!verify("1614265330", signature, BODY, NOW), "{signature}");
        }
        for timestamp in [
            "",
            "-1",
            "9223372036854775807",
            "1e9",
            " 1614265330",
            "+1614265330",
        ] {
            let signature = sign(&secret(), "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp, BODY);
            assert!(!verify(timestamp, &signature, BODY, NOW), "{timestamp}");
        }
    }

    proptest! {
        #[test]
        fn no_headers_make_it_panic(id in "\\PC{0,40}", timestamp in "\\PC{0,30}", signature in "\\PC{0,200}") {
            let headers = SignedHeaders { id: &id, timestamp: &timestamp, signature: &signature };
            prop_assert!(!headers.verify(&[secret()], BODY, NOW));
        }
    }
}
