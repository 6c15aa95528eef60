//! How one proves who one is, in the words that both API formats share.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;
use crate::model::{Auth, Signature, SignatureAlgorithm};

/// The scheme of a token in the header.
pub(super) const HEADER: &str = "token_header";
/// The scheme of a token in the query.
pub(super) const QUERY: &str = "token_query";
/// The scheme of a signature over the body.
pub(super) const SIGNATURE: &str = "signature";

/// The header whose schemes HTTP itself knows; those have a type of their own.
const AUTHORIZATION: &str = "authorization";

/// The security schemes of a dialect. `api_key` is what the format calls a key in a header or a query.
pub(super) fn schemes(dialect: &Dialect, api_key: &str) -> Map<String, Value> {
    let key = |place: &str, name: &str, words: String| json!({ "type": api_key, "in": place, "name": name, "description": words });
    let Auth { header, scheme, query, .. } = &dialect.file.auth;
    let words = "Where a token is set. / 设了令牌时。".to_owned();
    let mut schemes = Map::new();
    schemes.insert(
        HEADER.to_owned(),
        if header.eq_ignore_ascii_case(AUTHORIZATION) {
            json!({ "type": "http", "scheme": scheme.to_ascii_lowercase(), "description": words })
        } else {
            key("header", header, format!("{words} `{scheme} TOKEN`"))
        },
    );
    if let Some(query) = query {
        schemes.insert(QUERY.to_owned(), key("query", query, words));
    }
    if let Some(signature) = signature(dialect) {
        schemes.insert(SIGNATURE.to_owned(), key("header", &signature.header, signed(signature)));
    }
    schemes
}

/// The signature of posted events.
pub(super) fn signature(dialect: &Dialect) -> Option<&Signature> {
    dialect.file.transports.webhook.as_ref()?.signature.as_ref()
}

fn signed(signature: &Signature) -> String {
    let how = match signature.algorithm {
        SignatureAlgorithm::HmacSha1 => "the HMAC-SHA1 of the body, keyed with the secret, in hexadecimal digits",
    };
    format!("Where a secret is set: `{}` and {how}. / 设了密钥时：对请求体的签名。", signature.prefix)
}
