//! The key that the service of the tests signs with: for forgeries that only their content gives
//! away.

use ed25519_dalek::{Signer, SigningKey};
use serde_json::Value;

use super::jwt::encode;

/// A setting of the service. Production refuses a key whose name begins with `dev`.
pub const KEYS: &str = r#"[{"kty":"OKP","crv":"Ed25519","kid":"dev-tests","d":"CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk"}]"#;

/// A token of these parts, rightly signed.
pub fn signed(header: &Value, claims: &str) -> String {
    let encode_text = |part: &str| encode(part.as_bytes());
    let signed = format!(
        "{}.{}",
        encode_text(&header.to_string()),
        encode_text(claims)
    );
    let signature = SigningKey::from_bytes(&[9; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", encode(&signature.to_bytes()))
}
