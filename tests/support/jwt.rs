//! Access tokens as the services behind this one read them: offline, from the JWKS, with a
//! library other than the one that made them.

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

pub struct Jwt {
    pub header: Value,
    pub claims: Value,
    signature: Vec<u8>,
    /// What the signature is over.
    signed: String,
}

impl Jwt {
    pub fn read(token: &str) -> Jwt {
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3, "a JWS has three parts: {token}");
        Jwt {
            header: json(parts[0]),
            claims: json(parts[1]),
            signature: decode(parts[2]),
            signed: format!("{}.{}", parts[0], parts[1]),
        }
    }

    /// Whether the key that the header names, in this JWKS, made the signature.
    pub fn is_signed_by(&self, jwks: &Value) -> bool {
        let keys = jwks["keys"].as_array().expect("a JWKS has keys");
        let Some(key) = keys.iter().find(|key| key["kid"] == self.header["kid"]) else {
            return false;
        };
        let x = decode(key["x"].as_str().expect("an OKP key has x"));
        let x: [u8; 32] = x.try_into().expect("x has 32 bytes");
        let key = VerifyingKey::from_bytes(&x).expect("x is a point");
        let signature = Signature::from_slice(&self.signature).expect("a signature has 64 bytes");
        key.verify_strict(self.signed.as_bytes(), &signature)
            .is_ok()
    }
}

pub fn decode(part: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(part).unwrap_or_else(|e| panic!("not base64url: {part}: {e}"))
}

pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn json(part: &str) -> Value {
    serde_json::from_slice(&decode(part)).expect("a part of a JWT is JSON")
}
