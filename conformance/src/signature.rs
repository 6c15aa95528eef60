//! Signatures of posts, made as the dialect states it.

use std::fmt::Write as _;

use botspec_schema::model::{Signature, SignatureAlgorithm};
use hmac::{Hmac, KeyInit, Mac};

/// What the header of a signed post holds, for the secret and the bytes of the body.
pub fn sign(signature: &Signature, secret: &str, body: &[u8]) -> String {
    let SignatureAlgorithm::HmacSha1 = signature.algorithm;
    let mut signed = signature.prefix.clone();
    // A key of any length will do.
    if let Ok(mut mac) = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()) {
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            // Writing into a string cannot fail.
            let _ = write!(signed, "{byte:02x}");
        }
    }
    signed
}
