//! An answer as HTTP.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use crate::answer::{Answer, Body};
use crate::bot::Bot;

/// The media type of a JSON text.
pub(crate) const JSON: &str = "application/json";

/// An answer as HTTP.
pub(crate) fn respond(bot: &Bot, answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let separator = bot.contract().envelope.stream.as_ref().map_or("\n", |mark| mark.separator.as_str());
    let again = (answer.status == StatusCode::TOO_MANY_REQUESTS).then_some([(RETRY_AFTER, "1")]);
    let mut response = match answer.body {
        Body::Text(text) => (status, text).into_response(),
        body @ (Body::Envelope(_) | Body::Written(..)) => {
            (status, [(CONTENT_TYPE, JSON)], body.texts().concat()).into_response()
        }
        body @ Body::Parts(_) => {
            let text: String = body.texts().iter().flat_map(|part| [part.as_str(), separator]).collect();
            (status, text).into_response()
        }
    };
    for (name, value) in again.into_iter().flatten() {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}
