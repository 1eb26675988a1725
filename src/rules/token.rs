//! Access tokens: JWTs of type `at+jwt` (RFC 9068), signed with the first of the service's keys
//! and verified with any of them.

use std::fmt;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use jwt_compact::alg::{Ed25519, Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header, TimeOptions, UntrustedToken};
use serde::{Deserialize, Serialize};

use crate::rules::id::{is_id, ClientId, PartnerId, SessionId};
use crate::rules::scope::{Scope, Scopes};
use crate::rules::secret::Secret;
use crate::rules::time::{millis, seconds, unix_seconds, Time};

/// The claims of RFC 9068 §2.2 and ours. `exp` and `iat` are beside them, in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) iss: String,
    pub(crate) aud: String,
    /// The user's id, or the client's own for a client token (RFC 9068 §2.2).
    pub(crate) sub: String,
    pub(crate) client_id: ClientId,
    pub(crate) partner_id: PartnerId,
    pub(crate) scope: Scopes,
    pub(crate) jti: String,
    /// Of a client's token: how often the client's tokens had been revoked when it was issued. The
    /// database says it with the secret that was right, so no token slips through by the clock.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) epoch: i64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<Login>,
}

// serde gives it a reference.
fn is_first(epoch: &i64) -> bool {
    *epoch == 0
}

impl AccessClaims {
    /// Either a user's or a client's, and nothing between.
    fn are_of_one_kind(&self) -> bool {
        match self.login {
            Some(_) => self.scope == Scopes::of([Scope::UserAuth]),
            None => !self.scope.has(Scope::UserAuth),
        }
    }
}

/// What a user's token says beyond a client's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The session.
    pub(crate) sid: SessionId,
    /// When the user proved who they are.
    #[serde(with = "unix_seconds")]
    pub(crate) auth_time: Time,
    /// RFC 8176: password, one-time password, sent by SMS.
    pub(crate) amr: Vec<String>,
    pub(crate) roles: Vec<String>,
}

/// A signed token and its life, as it goes to the caller. Times are whole seconds.
pub(crate) struct Signed {
    pub(crate) token: String,
    pub(crate) issued_at: Time,
    pub(crate) expires_at: Time,
}

impl Signed {
    pub(crate) fn life(&self) -> Duration {
        self.expires_at.since(self.issued_at)
    }
}

/// A token that is valid.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) claims: AccessClaims,
    pub(crate) issued_at: Time,
    pub(crate) expires_at: Time,
}

/// Why a token is not valid; one answer to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenInvalid;

/// A token longer than this is not read at all.
pub(crate) const LONGEST: usize = 4096;
/// By which another clock may be ahead of ours.
const LEEWAY: Duration = seconds(5);
const TYPE: &str = "at+jwt";

/// The service's signing keys: the first signs, all verify.
pub(crate) struct KeyRing {
    issuer: String,
    keys: Vec<Key>,
}

struct Key {
    id: String,
    material: Material,
}

enum Material {
    EdDsa(Box<SigningKey>),
    Hs256(Hs256Key),
}

/// A private JWK (RFC 7517; RFC 8037 for Ed25519, RFC 7518 §6.4 for HMAC).
#[derive(Deserialize)]
struct PrivateJwk {
    kty: String,
    kid: String,
    crv: Option<String>,
    d: Option<String>,
    k: Option<String>,
}

impl KeyRing {
    /// `jwks`: a JSON array of private JWKs. The error is a sentence without key material.
    pub(crate) fn parse(issuer: &str, jwks: &Secret) -> Result<KeyRing, String> {
        let jwks: Vec<PrivateJwk> = serde_json::from_slice(jwks.expose())
            .map_err(|_| "must be a JSON array of private JWKs, each with kty and kid")?;
        let keys = jwks
            .into_iter()
            .map(Key::from_jwk)
            .collect::<Result<Vec<_>, _>>()?;
        let unique = |key: &Key| keys.iter().filter(|other| other.id == key.id).count() == 1;
        if keys.is_empty() || !keys.iter().all(unique) {
            return Err("must hold at least one key, and no kid twice".into());
        }
        Ok(KeyRing {
            issuer: issuer.into(),
            keys,
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.id.as_str())
    }

    /// `iss` and `aud` are set here.
    pub(crate) fn sign(
        &self,
        mut claims: AccessClaims,
        now: Time,
        life: Duration,
    ) -> Result<Signed, String> {
        let issued_at = Time::from_unix_seconds(now.unix_seconds());
        let expires_at = issued_at + life;
        claims.iss = self.issuer.clone();
        claims.aud = self.issuer.clone();
        let clock = at(issued_at);
        let claims = Claims::new(claims).set_duration_and_issuance(
            &TimeOptions::new(TimeDelta::zero(), || clock),
            TimeDelta::milliseconds(millis(life)),
        );
        let key = &self.keys[0];
        let header = Header::empty()
            .with_token_type(TYPE)
            .with_key_id(key.id.as_str());
        let token = match &key.material {
            Material::EdDsa(signing) => Ed25519.token(&header, &claims, signing.as_ref()),
            Material::Hs256(secret) => Hs256.token(&header, &claims, secret),
        };
        let token = token.map_err(|error| format!("signing a token: {error}"))?;
        Ok(Signed {
            token,
            issued_at,
            expires_at,
        })
    }

    /// Checks everything a token says of itself: type, key, algorithm, signature, issuer,
    /// audience and times (RFC 9068 §4, RFC 8725).
    pub(crate) fn verify(&self, text: &str, now: Time) -> Result<Verified, TokenInvalid> {
        let header = StrictHeader::read(text)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id == header.kid)
            .ok_or(TokenInvalid)?;
        if header.alg != key.algorithm() || header.typ != TYPE {
            return Err(TokenInvalid);
        }
        let token = UntrustedToken::new(text).map_err(|_| TokenInvalid)?;
        let token = match &key.material {
            Material::EdDsa(signing) => {
                Ed25519.validator(&signing.verifying_key()).validate(&token)
            }
            Material::Hs256(secret) => Hs256.validator(secret).validate(&token),
        };
        let claims: Claims<AccessClaims> = token.map_err(|_| TokenInvalid)?.claims().clone();
        let (Some(expires), Some(issued)) = (claims.expiration, claims.issued_at) else {
            return Err(TokenInvalid);
        };
        let (expires_at, issued_at) = (second(expires), second(issued));
        let latest = now + LEEWAY;
        let ours = claims.custom.iss == self.issuer && claims.custom.aud == self.issuer;
        let begun =
            issued_at <= latest && claims.not_before.is_none_or(|time| second(time) <= latest);
        if !ours || !begun || now >= expires_at || !claims.custom.are_of_one_kind() {
            return Err(TokenInvalid);
        }
        Ok(Verified {
            claims: claims.custom,
            issued_at,
            expires_at,
        })
    }

    /// The public half (RFC 7517 §5). HMAC keys have none and are not in it.
    pub(crate) fn public_jwks(&self) -> Vec<PublicJwk> {
        self.keys.iter().filter_map(Key::public_jwk).collect()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.key_ids()).finish()
    }
}

impl Key {
    fn from_jwk(jwk: PrivateJwk) -> Result<Key, String> {
        if !is_id(&jwk.kid) || jwk.kid.len() > 64 {
            return Err("has a kid that is not 1 to 64 letters, digits, _ and -".into());
        }
        let bytes = |member: Option<String>| {
            member
                .and_then(|text| Base64UrlUnpadded::decode_vec(&text).ok())
                .unwrap_or_default()
        };
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => {
                let seed: [u8; 32] = bytes(jwk.d)
                    .try_into()
                    .map_err(|_| format!("key {}: d must be 32 bytes in base64url", jwk.kid))?;
                Material::EdDsa(Box::new(SigningKey::from_bytes(&seed)))
            }
            ("oct", _) => {
                let secret = bytes(jwk.k);
                if secret.len() < 32 {
                    return Err(format!(
                        "key {}: k must be at least 32 bytes in base64url",
                        jwk.kid
                    ));
                }
                Material::Hs256(Hs256Key::new(secret))
            }
            _ => {
                return Err(format!(
                    "key {}: kty must be OKP with crv Ed25519, or oct",
                    jwk.kid
                ))
            }
        };
        Ok(Key {
            id: jwk.kid,
            material,
        })
    }

    fn algorithm(&self) -> &'static str {
        match self.material {
            Material::EdDsa(_) => "EdDSA",
            Material::Hs256(_) => "HS256",
        }
    }

    fn public_jwk(&self) -> Option<PublicJwk> {
        let Material::EdDsa(signing) = &self.material else {
            return None;
        };
        Some(PublicJwk {
            kty: "OKP",
            crv: "Ed25519",
            public_key_use: "sig",
            alg: self.algorithm(),
            kid: self.id.clone(),
            x: Base64UrlUnpadded::encode_string(signing.verifying_key().as_bytes()),
        })
    }
}

/// What anybody may know of an Ed25519 key (RFC 7517 §4, RFC 8037 §2).
#[derive(Serialize)]
pub(crate) struct PublicJwk {
    pub(crate) kty: &'static str,
    pub(crate) crv: &'static str,
    #[serde(rename = "use")]
    pub(crate) public_key_use: &'static str,
    pub(crate) alg: &'static str,
    pub(crate) kid: String,
    /// base64url
    pub(crate) x: String,
}

/// The three header members that this service writes. Whatever else a header may hold (`jwk`,
/// `jku`, `x5u`, `crit`, `b64`, ...) makes the token one that we did not issue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

impl StrictHeader {
    fn read(token: &str) -> Result<StrictHeader, TokenInvalid> {
        if token.len() > LONGEST || token.bytes().filter(|byte| *byte == b'.').count() != 2 {
            return Err(TokenInvalid);
        }
        let encoded = token.split('.').next().unwrap_or_default();
        let json = Base64UrlUnpadded::decode_vec(encoded).map_err(|_| TokenInvalid)?;
        serde_json::from_slice(&json).map_err(|_| TokenInvalid)
    }
}

fn at(time: Time) -> DateTime<Utc> {
    DateTime::from_timestamp(time.unix_seconds(), 0).unwrap_or_default()
}

fn second(time: DateTime<Utc>) -> Time {
    Time::from_unix_seconds(time.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{json, Value};

    const NOW: Time = Time::from_millis(1_752_157_186_359);
    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"ed","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}"#;
    const HS: &str =
        r#"{"kty":"oct","kid":"hs","k":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"}"#;

    fn ring(jwks: &[&str]) -> KeyRing {
        KeyRing::parse(
            "https://id.example.com",
            &Secret::new(format!("[{}]", jwks.join(","))),
        )
        .unwrap()
    }

    fn claims() -> AccessClaims {
        AccessClaims {
            iss: String::new(),
            aud: String::new(),
            sub: "usr_1".into(),
            client_id: ClientId::given("cli_1"),
            partner_id: PartnerId::given("prt_1"),
            scope: Scopes::of([Scope::UserAuth]),
            jti: "j".into(),
            epoch: 0,
            login: Some(Login {
                sid: SessionId::given("ses_1"),
                auth_time: Time::from_unix_seconds(NOW.unix_seconds()),
                amr: vec!["pwd".into(), "otp".into(), "sms".into()],
                roles: vec![],
            }),
        }
    }

    /// A token with any header and claims, signed with the ring's key.
    fn forge(ring: &KeyRing, header: &str, payload: &str) -> String {
        let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = match &ring.keys[0].material {
            Material::EdDsa(key) => {
                use ed25519_dalek::Signer;
                key.sign(signed.as_bytes()).to_bytes().to_vec()
            }
            Material::Hs256(key) => {
                use jwt_compact::{Algorithm, AlgorithmSignature};
                Hs256.sign(key, signed.as_bytes()).as_bytes().to_vec()
            }
        };
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
    }

    const HEADER: &str = r#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#;

    fn payload(change: impl Fn(&mut serde_json::Map<String, Value>)) -> String {
        let mut value = json!({
            "iss": "https://id.example.com", "aud": "https://id.example.com", "sub": "usr_1",
            "client_id": "cli_1", "partner_id": "prt_1", "scope": "client_auth", "jti": "j",
            "iat": NOW.unix_seconds(), "exp": NOW.unix_seconds() + 900
        });
        change(value.as_object_mut().unwrap());
        value.to_string()
    }

    #[test]
    fn what_is_signed_verifies_with_either_algorithm_and_any_live_key() {
        for jwks in [[ED, HS], [HS, ED]] {
            let signed = ring(&jwks).sign(claims(), NOW, seconds(900)).unwrap();
            let read = ring(&[jwks[1], jwks[0]])
                .verify(&signed.token, NOW)
                .unwrap()
                .claims;
            assert_eq!(
                AccessClaims {
                    iss: String::new(),
                    aud: String::new(),
                    ..read
                },
                claims()
            );
            assert_eq!(signed.life(), seconds(900));
            assert!(
                ring(&[jwks[1]]).verify(&signed.token, NOW).is_err(),
                "a dropped key"
            );
        }
    }

    #[test]
    fn it_ends_on_its_second_and_does_not_begin_early() {
        let ring = ring(&[ED]);
        let token = ring.sign(claims(), NOW, seconds(900)).unwrap().token;
        let end = Time::from_unix_seconds(NOW.unix_seconds() + 900);
        assert!(ring.verify(&token, end - Duration::from_millis(1)).is_ok());
        assert!(ring.verify(&token, end).is_err());
        assert!(ring.verify(&token, NOW - seconds(5)).is_ok());
        assert!(ring.verify(&token, NOW - seconds(6)).is_err());
    }

    #[test]
    fn a_header_with_anything_more_or_less_is_not_ours() {
        let ring = ring(&[ED]);
        assert!(
            ring.verify(&forge(&ring, HEADER, &payload(|_| ())), NOW)
                .is_ok(),
            "the control"
        );
        for header in [
            r#"{"alg":"none","kid":"ed","typ":"at+jwt"}"#,
            r#"{"alg":"None","kid":"ed","typ":"at+jwt"}"#,
            r#"{"alg":"HS256","kid":"ed","typ":"at+jwt"}"#,
            r#"{"alg":"eddsa","kid":"ed","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":"ed"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
            r#"{"kid":"ed","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":"ed","typ":"JWT"}"#,
            r#"{"alg":"EdDSA","kid":"ed","typ":"AT+JWT"}"#,
            r#"{"alg":"EdDSA","kid":"../../ed","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":["ed"],"typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":null,"typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt","crit":["b64"],"b64":false}"#,
            r#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt","jku":"https://evil.example"}"#,
            r#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt","jwk":{}}"#,
            r#"{"alg":"EdDSA","alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#,
            "[]",
            "",
        ] {
            assert!(
                ring.verify(&forge(&ring, header, &payload(|_| ())), NOW)
                    .is_err(),
                "{header}"
            );
        }
    }

    #[test]
    fn claims_of_another_issuer_audience_or_time_are_refused() {
        let ring = ring(&[ED]);
        let huge: Value = serde_json::from_str("1e300").unwrap();
        for (claim, value) in [
            ("iss", json!("https://id.example.com/")),
            ("iss", json!("https://id.example.co")),
            ("iss", json!("https://ID.example.com")),
            ("aud", json!(["https://id.example.com"])),
            ("aud", json!("https://id.example.com.evil")),
            ("exp", json!(NOW.unix_seconds())),
            ("exp", json!(-1)),
            ("exp", json!("9999999999")),
            ("exp", Value::Null),
            ("exp", huge),
            ("iat", json!(NOW.unix_seconds() + 60)),
            ("nbf", json!(NOW.unix_seconds() + 60)),
            ("scope", json!("user_auth")),
            ("scope", json!("client_auth user_auth")),
            ("scope", json!(["admin"])),
        ] {
            let changed = payload(|claims| drop(claims.insert(claim.into(), value.clone())));
            assert!(
                ring.verify(&forge(&ring, HEADER, &changed), NOW).is_err(),
                "{claim} = {value}"
            );
        }
        for claim in [
            "iss",
            "aud",
            "exp",
            "iat",
            "sub",
            "client_id",
            "jti",
            "scope",
        ] {
            let changed = payload(|claims| drop(claims.remove(claim)));
            assert!(
                ring.verify(&forge(&ring, HEADER, &changed), NOW).is_err(),
                "without {claim}"
            );
        }
    }

    #[test]
    fn a_public_key_is_no_hmac_secret() {
        let ed = ring(&[ED]);
        let jwk = &json!(ed.public_jwks())[0];
        let x = Base64UrlUnpadded::decode_vec(jwk["x"].as_str().unwrap()).unwrap();
        for secret in [x, jwk.to_string().into_bytes()] {
            let k = Base64UrlUnpadded::encode_string(&secret);
            let attacker = ring(&[&json!({"kty": "oct", "kid": "ed", "k": k}).to_string()]);
            let token = forge(
                &attacker,
                r#"{"alg":"HS256","kid":"ed","typ":"at+jwt"}"#,
                &payload(|_| ()),
            );
            assert!(attacker.verify(&token, NOW).is_ok(), "the control");
            assert!(ed.verify(&token, NOW).is_err());
        }
    }

    #[test]
    fn the_key_set_shows_public_members_only() {
        let shown = json!({ "keys": ring(&[ED, HS]).public_jwks() });
        assert_eq!(shown["keys"].as_array().unwrap().len(), 1);
        assert!(shown["keys"][0].get("d").is_none());
        assert!(!format!("{:?}", ring(&[ED, HS])).contains("AQEB"));
    }

    #[test]
    fn weak_or_ambiguous_key_sets_are_refused_without_showing_them() {
        for jwks in [
            "",
            "[]",
            "{}",
            &format!("[{ED},{ED}]"),
            r#"[{"kty":"oct","kid":"a","k":"c2hvcnQ"}]"#,
            r#"[{"kty":"RSA","kid":"a"}]"#,
        ] {
            let error = KeyRing::parse("i", &Secret::new(jwks)).unwrap_err();
            assert!(
                !error.contains("c2hvcnQ") && !error.contains("AQEB"),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_changed_character_makes_it_invalid(at in 0usize..1000, to in "[A-Za-z0-9_=+/ .-]") {
            let ring = ring(&[ED]);
            let token = ring.sign(claims(), NOW, seconds(900)).unwrap().token;
            let at = at % token.len();
            prop_assume!(token.get(at..=at) != Some(to.as_str()));
            let forged = format!("{}{}{}", &token[..at], to, &token[at + 1..]);
            prop_assert!(ring.verify(&forged, NOW).is_err());
        }

        #[test]
        fn padding_spaces_and_more_segments_make_it_invalid(tail in "[=. +/]{1,3}|\\.[A-Za-z0-9_-]{1,9}") {
            let ring = ring(&[ED]);
            let token = ring.sign(claims(), NOW, seconds(900)).unwrap().token;
            let forged = format!("{token}{tail}");
            prop_assert!(ring.verify(&forged, NOW).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}") {
            prop_assert!(ring(&[ED]).verify(&text, NOW).is_err());
        }
    }
}
