//! Access tokens: JWTs of type `at+jwt` (RFC 9068), signed with the first of the service's keys
//! and verified with any of them.

mod memory;

use std::fmt;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use jwt_compact::alg::{Ed25519, Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Claims, Header, TimeOptions, UntrustedToken};
use serde::{Deserialize, Serialize};

use self::memory::{digest, Memory};
use crate::rules::id::{is_id, ClientId, PartnerId, SessionId};
use crate::rules::scope::{Scope, Scopes};
use crate::rules::secret::Secret;
use crate::rules::time::{millis, seconds, unix_seconds, unix_seconds_of_end, Time};

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
    /// Of a hold that had not ended when the token was signed.
    #[serde(
        default,
        with = "unix_seconds_of_end",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) hold_until: Option<Time>,
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

/// A token that is one of ours, whatever the time: signature, key, issuer, audience and kind are right.
#[derive(Clone)]
struct Sound {
    claims: AccessClaims,
    issued_at: Time,
    not_before: Option<Time>,
    expires_at: Time,
}

impl Sound {
    /// Begun, by a clock that may be a little ahead of ours, and not over.
    fn is_timely(&self, now: Time) -> bool {
        let latest = now + LEEWAY;
        let begun = self.issued_at <= latest && self.not_before.is_none_or(|time| time <= latest);
        begun && now < self.expires_at
    }

    fn verified(self, now: Time) -> Result<Verified, TokenInvalid> {
        match self.is_timely(now) {
            true => Ok(Verified {
                claims: self.claims,
                issued_at: self.issued_at,
                expires_at: self.expires_at,
            }),
            false => Err(TokenInvalid),
        }
    }
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
    known: Memory,
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
            known: Memory::default(),
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
    /// audience and times (RFC 9068 §4, RFC 8725). All but the times is remembered of a valid token.
    pub(crate) fn verify(&self, text: &str, now: Time) -> Result<Verified, TokenInvalid> {
        if text.len() > LONGEST {
            return Err(TokenInvalid);
        }
        let digest = digest(text);
        if let Some(sound) = self.known.get(&digest) {
            if now >= sound.expires_at {
                self.known.forget(&digest);
            }
            return sound.verified(now);
        }
        let sound = self.check(text)?;
        if sound.is_timely(now) {
            self.known.insert(digest, sound.clone());
        }
        sound.verified(now)
    }

    fn check(&self, text: &str) -> Result<Sound, TokenInvalid> {
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
        let ours = claims.custom.iss == self.issuer && claims.custom.aud == self.issuer;
        if !ours || !claims.custom.are_of_one_kind() {
            return Err(TokenInvalid);
        }
        Ok(Sound {
            claims: claims.custom,
            issued_at: second(issued),
            not_before: claims.not_before.map(second),
            expires_at: second(expires),
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
                hold_until: None,
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

    /// What the memory must not change, asked of a ring that has none.
    fn anew(ring: &KeyRing, token: &str, now: Time) -> Result<Verified, TokenInvalid> {
        ring.check(token).and_then(|sound| sound.verified(now))
    }

    #[test]
    fn a_token_that_was_valid_ends_on_its_millisecond_and_does_not_begin_before() {
        let ring = ring(&[ED]);
        let token = ring.sign(claims(), NOW, seconds(900)).unwrap().token;
        let begin = Time::from_unix_seconds(NOW.unix_seconds()) - LEEWAY;
        let end = Time::from_unix_seconds(NOW.unix_seconds() + 900);
        let tick = Duration::from_millis(1);
        for _ in 0..2 {
            assert!(ring.verify(&token, NOW).is_ok());
            assert_eq!(ring.known.len(), 1);
            assert!(ring.verify(&token, begin).is_ok());
            assert!(ring.verify(&token, begin - tick).is_err());
            assert!(ring.verify(&token, end - tick).is_ok());
            assert_eq!(ring.verify(&token, end).unwrap_err(), TokenInvalid);
            assert_eq!(ring.known.len(), 0, "what is over is forgotten");
        }
        let later =
            payload(|claims| drop(claims.insert("nbf".into(), json!(NOW.unix_seconds() + 5))));
        let later = forge(&ring, HEADER, &later);
        let from = Time::from_unix_seconds(NOW.unix_seconds());
        assert!(ring.verify(&later, from - tick).is_err());
        assert!(ring.verify(&later, from).is_ok());
        assert!(ring.verify(&later, from - tick).is_err(), "known by then");
    }

    #[test]
    fn what_is_not_valid_is_not_remembered_and_what_is_has_its_bound() {
        let ring = ring(&[ED]);
        let signed = |n: u64| ring.sign(claims(), NOW + Duration::from_secs(n), seconds(900));
        for n in 0..2_000 {
            let _ = ring.verify(&format!("{HEADER}.{n}.c2ln"), NOW);
            assert!(ring
                .verify(&signed(30 + n % 30).unwrap().token, NOW)
                .is_err());
        }
        assert_eq!(ring.known.len(), 0);
        let busy = signed(0).unwrap().token;
        let mut most = 0;
        for n in 0..2_000 {
            let token = AccessClaims {
                jti: n.to_string(),
                ..claims()
            };
            let token = ring.sign(token, NOW, seconds(900)).unwrap().token;
            assert!(ring.verify(&token, NOW).is_ok());
            assert!(ring.verify(&busy, NOW).is_ok());
            most = most.max(ring.known.len());
        }
        assert!((501..=1_000).contains(&most), "{most}");
        assert!(
            ring.known.get(&digest(&busy)).is_some(),
            "what is asked for stays"
        );
    }

    #[test]
    fn another_ring_knows_nothing_of_it() {
        let (old, new) = (ring(&[ED]), ring(&[HS]));
        let token = old.sign(claims(), NOW, seconds(900)).unwrap().token;
        assert!(old.verify(&token, NOW).is_ok());
        assert!(new.verify(&token, NOW).is_err());
        let other = KeyRing::parse("https://other.example.com", &Secret::new(format!("[{ED}]")));
        assert!(
            other.unwrap().verify(&token, NOW).is_err(),
            "another issuer"
        );
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

        /// Whatever was asked before, in whatever order and at whatever time.
        #[test]
        fn the_memory_changes_no_answer(
            asks in proptest::collection::vec(
                (0usize..4, proptest::option::of((0usize..700, "[A-Za-z0-9_.=-]")), -10_000i64..70_000),
                1..40,
            )
        ) {
            let ring = ring(&[HS, ED]);
            let others = super::tests::ring(&[ED, HS]);
            let tokens: Vec<String> = [(&ring, 30), (&ring, 60), (&others, 30), (&others, 60)]
                .iter()
                .map(|(by, life)| by.sign(claims(), NOW, seconds(*life)).unwrap().token)
                .collect();
            for (which, change, after) in asks {
                let mut token = tokens[which].clone();
                if let Some((at, to)) = change {
                    let at = at % token.len();
                    token.replace_range(at..=at, &to);
                }
                let now = Time::from_millis(NOW.millis() + after);
                let (known, fresh) = (ring.verify(&token, now), anew(&ring, &token, now));
                prop_assert_eq!(known.is_ok(), fresh.is_ok());
                if let (Ok(known), Ok(fresh)) = (known, fresh) {
                    prop_assert_eq!(known.claims, fresh.claims);
                    prop_assert_eq!(known.issued_at, fresh.issued_at);
                    prop_assert_eq!(known.expires_at, fresh.expires_at);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}") {
            prop_assert!(ring(&[ED]).verify(&text, NOW).is_err());
        }
    }
}
