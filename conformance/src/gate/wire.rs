//! How a call looks on the wire, as the dialect defines it.

use botspec_schema::model::{Auth, HttpTransport, RequestFrame};
use serde_json::{Map, Value};

use crate::exchange::HttpRequest;
use crate::target::{Adapter, Token};

/// How the parameters of a call over HTTP travel. Over a WebSocket there is but one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a JSON body.
    Json,
    /// As a JSON body that travels in pieces, cut within characters.
    Pieces,
    /// As an urlencoded body.
    Urlencoded,
    /// In the query.
    Query,
}

const JSON: &str = "json";
const URLENCODED: &str = "urlencoded";
const BODYLESS: &str = "GET";

/// The method and the content type of a form, where the dialect has it.
pub(crate) fn form_parts(spoken: &HttpTransport, form: Form) -> Option<(&str, Option<&str>)> {
    let method = |bodyless: bool| spoken.methods.iter().find(|method| (*method == BODYLESS) == bodyless);
    let content = |word: &str| spoken.content_types.iter().find(|name| name.ends_with(word));
    match form {
        Form::Query => Some((method(true)?, None)),
        Form::Json | Form::Pieces => Some((method(false)?, Some(content(JSON)?))),
        Form::Urlencoded => Some((method(false)?, Some(content(URLENCODED)?))),
    }
}

/// The address of an action under one of the paths of the dialect.
pub(crate) fn address(adapter: &Adapter, path: &str, action: &str) -> String {
    format!("{}{}", adapter.url, path.replace("{action}", &encode(action)))
}

/// The header that proves who the client is.
pub(crate) fn proof_header(auth: &Auth, token: &Token) -> (String, String) {
    (auth.header.clone(), format!("{} {}", auth.scheme, token.expose()))
}

pub(super) fn http_call(
    spoken: &HttpTransport,
    auth: &Auth,
    adapter: &Adapter,
    action: &str,
    params: &Value,
    form: Form,
) -> HttpRequest {
    // A form that the dialect has not falls back to the first method with the first content type.
    let (method, content_type) = form_parts(spoken, form).unwrap_or_else(|| {
        let method = spoken.methods.iter().find(|method| *method != BODYLESS).or(spoken.methods.first());
        (method.map_or(BODYLESS, String::as_str), spoken.content_types.first().map(String::as_str))
    });
    let mut url = address(adapter, spoken.paths.first().map_or("/{action}", String::as_str), action);
    let mut headers = Vec::new();
    headers.extend(adapter.token.as_ref().map(|token| proof_header(auth, token)));
    let body = match form {
        Form::Query => {
            let query = urlencoded(params);
            if !query.is_empty() {
                url = format!("{url}?{query}");
            }
            Vec::new()
        }
        Form::Json | Form::Pieces => params.to_string().into_bytes(),
        Form::Urlencoded => urlencoded(params).into_bytes(),
    };
    headers.extend(content_type.map(|name| ("Content-Type".to_owned(), name.to_owned())));
    let cuts = if form == Form::Pieces { within_characters(&body) } else { Vec::new() };
    HttpRequest { method: method.to_owned(), url, headers, body, cuts }
}

/// The offsets in a text that are within a character, or one in the middle where there is none.
pub(crate) fn within_characters(text: &[u8]) -> Vec<usize> {
    let continues = |at: &usize| text[*at] & 0b1100_0000 == 0b1000_0000;
    let cuts: Vec<usize> = (1..text.len()).filter(continues).collect();
    if cuts.is_empty() && text.len() > 1 { vec![text.len() / 2] } else { cuts }
}

/// A call as a frame.
pub(crate) fn frame(keys: &RequestFrame, action: &str, params: Option<&Value>, echo: Option<&Value>) -> Value {
    let mut frame = Map::new();
    frame.insert(keys.action.clone(), action.into());
    if let Some(params) = params {
        frame.insert(keys.params.clone(), params.clone());
    }
    if let Some(echo) = echo {
        frame.insert(keys.echo.clone(), echo.clone());
    }
    Value::Object(frame)
}

/// Parameters as a query or an urlencoded body. What is no scalar travels as JSON.
pub(crate) fn urlencoded(params: &Value) -> String {
    let pairs = params.as_object().into_iter().flatten().map(|(key, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        format!("{}={}", encode(key), encode(&value))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Percent-encodes everything but what never needs it.
pub(crate) fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Undoes percent-encoding, leaving alone what is none.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parameters_are_urlencoded() {
        let params = json!({"a b": "x&y=z", "list": [1], "n": -5, "yes": true, "text": "群 +"});
        assert_eq!(urlencoded(&params), "a%20b=x%26y%3Dz&list=%5B1%5D&n=-5&yes=true&text=%E7%BE%A4%20%2B");
        assert_eq!(urlencoded(&Value::Null), "");
        for text in ["群 +%", "%zz", "%", "%4", "a%2"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode("%73end%5fmsg%"), "send_msg%");
    }

    #[test]
    fn texts_are_cut_within_characters() {
        assert_eq!(within_characters("a群b".as_bytes()), [2, 3]);
        assert_eq!(within_characters(b"abcd"), [2]);
        assert_eq!(within_characters(b"a"), [0; 0]);
    }
}
