//! An answer as HTTP.

use std::convert::Infallible;

use axum::body::{Body as HttpBody, Bytes};
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, SERVER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::answer::{Answer, Body};
use crate::bot::Bot;
use crate::variations::Variation;

/// The media type of a JSON text.
pub(crate) const JSON: &str = "application/json";

/// The same, written otherwise.
const JSON_WITH_CHARSET: &str = "Application/JSON; Charset=UTF-8";

/// A page in the place of a text.
const PAGE: &str = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Error</h1></body></html>";

/// How many bytes a chunk of a body has.
const CHUNK: usize = 11;

/// An answer as HTTP.
pub(crate) fn respond(bot: &Bot, answer: Answer) -> Response {
    let varied = |variation: Variation| bot.variations.on(variation);
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let separator = bot.contract().envelope.stream.as_ref().map_or("\n", |mark| mark.separator.as_str());
    let json = if varied(Variation::Headers) { JSON_WITH_CHARSET } else { JSON };
    let mut response = match answer.body {
        Body::Text(_) if varied(Variation::ErrorPages) => {
            (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response()
        }
        Body::Text(text) => (status, text).into_response(),
        body @ (Body::Envelope(_) | Body::Written(..)) => (
            status,
            [(CONTENT_TYPE, json)],
            written(bot, body.texts(|envelope| bot.variations.spelled_answer(envelope)).concat()),
        )
            .into_response(),
        body @ Body::Parts(_) => {
            let parts = body.texts(|envelope| bot.variations.spelled_answer(envelope));
            let text: String = parts.iter().flat_map(|part| [part.as_str(), separator]).collect();
            (status, written(bot, text)).into_response()
        }
    };
    let mut put = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        put(RETRY_AFTER, "1");
    }
    if varied(Variation::ConnectionClose) {
        put(CONNECTION, "close");
    }
    if varied(Variation::Headers) {
        put(SERVER, "build/1.0");
        put(HeaderName::from_static("x-powered-by"), "build");
        put(HeaderName::from_static("access-control-allow-origin"), "*");
    }
    response
}

/// A text as a body: with its length, or in chunks.
fn written(bot: &Bot, text: String) -> HttpBody {
    if !bot.variations.on(Variation::Chunks) {
        return HttpBody::from(text);
    }
    let bytes = Bytes::from(text);
    let begins = (0..bytes.len()).step_by(CHUNK);
    let chunks: Vec<_> = begins.map(|at| Ok::<_, Infallible>(bytes.slice(at..(at + CHUNK).min(bytes.len())))).collect();
    HttpBody::from_stream(stream::iter(chunks))
}
