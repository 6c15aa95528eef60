//! The parameters of a call over HTTP: in the query, or in a body of a content type that is spoken.

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Uri};
use botspec_schema::model::{FailureKind, HttpTransport};
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::bot::Bot;
use crate::faults::Switch;
use crate::transport::respond::JSON;
use crate::transport::urlencoded;

/// How a body is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// There is none.
    Nothing,
    Json,
    Form,
}

/// How the body of a request is to be read, if it is of a content type that is spoken.
pub(super) fn media(bot: &Bot, http: &HttpTransport, headers: &HeaderMap, body: &Body) -> Result<Media, Failure> {
    let given = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let unspoken = |text: String| Failure::new(FailureKind::UnsupportedContentType, text);
    // Where no failure is known for it, a body of any other content type is read like the first.
    let refused = bot.contract().failures.contains_key(&FailureKind::UnsupportedContentType);
    let lax = !refused || bot.faults.on(Switch::ContentTypeIgnored);
    let Some(given) = given else {
        return match body.size_hint().exact() {
            Some(0) if !http.body_required => Ok(Media::Nothing),
            _ if lax => Ok(Media::Json),
            _ => Err(unspoken("the body has no content type".to_owned())),
        };
    };
    let plain = given.split(';').next().unwrap_or_default().trim();
    let essence = if bot.faults.on(Switch::CharsetRefused) { given } else { plain };
    let spoken = http.content_types.iter().find(|spoken| spoken.eq_ignore_ascii_case(essence));
    match spoken.or(http.content_types.first().filter(|_| lax)).map(String::as_str) {
        Some(JSON) => Ok(Media::Json),
        Some(_) => Ok(Media::Form),
        None => Err(unspoken(format!("a body is {}, not {essence}", http.content_types.join(", ")))),
    }
}

/// The parameters in a body.
pub(super) async fn in_body(
    bot: &Bot,
    http: &HttpTransport,
    media: Media,
    body: Body,
) -> Result<Map<String, Value>, Failure> {
    let reading = to_bytes(body, bot.limits.body);
    let Ok(Ok(body)) = tokio::time::timeout(bot.limits.patience, reading).await else {
        return Err(malformed("the body is too long, or it did not arrive"));
    };
    match media {
        Media::Nothing => Ok(Map::new()),
        Media::Json if body.is_empty() && !http.body_required => Ok(Map::new()),
        Media::Json => object(bot, &body),
        Media::Form if bot.faults.on(Switch::FormIgnored) => Ok(Map::new()),
        Media::Form => {
            let pairs = pairs(bot, &body).ok_or_else(|| malformed("the form does not decode"))?;
            Ok(texts(pairs.into_iter()))
        }
    }
}

/// The parameters in the query.
pub(super) fn in_query(bot: &Bot, uri: &Uri) -> Result<Map<String, Value>, Failure> {
    if bot.faults.on(Switch::QueryIgnored) {
        return Ok(Map::new());
    }
    let token = bot.contract().auth.query.as_deref();
    let pairs =
        pairs(bot, uri.query().unwrap_or_default().as_bytes()).ok_or_else(|| malformed("the query does not decode"))?;
    let keep_token = bot.faults.on(Switch::QueryTokenIsParam);
    Ok(texts(pairs.into_iter().filter(|(key, _)| keep_token || Some(key.as_str()) != token)))
}

fn malformed(text: &str) -> Failure {
    Failure::new(FailureKind::MalformedBody, text)
}

fn pairs(bot: &Bot, text: &[u8]) -> Option<Vec<(String, String)>> {
    if bot.faults.on(Switch::PercentNotDecoded) { urlencoded::raw_pairs(text) } else { urlencoded::pairs(text) }
}

fn texts(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    pairs.map(|(key, value)| (key, Value::String(value))).collect()
}

fn object(bot: &Bot, body: &Bytes) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(params)) if params.is_empty() && bot.faults.on(Switch::EmptyObjectRefused) => {
            Err(malformed("the body is empty"))
        }
        Ok(Value::Object(params)) => Ok(params),
        _ if bot.faults.on(Switch::MalformedIsEmpty) => Ok(Map::new()),
        Ok(_) => Err(malformed("the body is JSON, but no object")),
        Err(error) => Err(malformed(&format!("the body does not parse: {error}"))),
    }
}
