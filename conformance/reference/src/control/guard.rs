//! Who may control a world: its owner, and no web page that happens to be open on the same machine.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::transport::origin::{host_of_authority, is_loopback};

/// Refuses a request that may not come from the owner.
pub(super) fn check(request: &Request, token: Option<&str>) -> Result<(), (StatusCode, &'static str)> {
    let headers = request.headers();
    let host = text(headers, &HOST).unwrap_or_default();
    // A page can have a name of its own point to this machine, but not choose the name that its requests carry. With a
    // token there is nothing to win by that.
    if token.is_none() && !is_loopback(host_of_authority(host)) {
        return Err((StatusCode::FORBIDDEN, "the Host header names another machine"));
    }
    if let Some(origin) = text(headers, &ORIGIN)
        && !origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
    {
        return Err((StatusCode::FORBIDDEN, "a web page of another origin controls nothing here"));
    }
    if let Some(token) = token {
        let given = text(headers, &AUTHORIZATION).and_then(|value| value.split_once(' '));
        if !given.is_some_and(|(scheme, given)| scheme.eq_ignore_ascii_case("bearer") && given.trim() == token) {
            return Err((StatusCode::UNAUTHORIZED, "the token of the control address is missing or wrong"));
        }
    }
    if request.method() != Method::GET && !has_json(headers) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content type has to be application/json"));
    }
    Ok(())
}

/// Whether a body is JSON, or there is none.
fn has_json(headers: &HeaderMap) -> bool {
    match text(headers, &CONTENT_TYPE) {
        Some(given) => {
            given.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
        }
        None => !headers.contains_key(TRANSFER_ENCODING) && text(headers, &CONTENT_LENGTH).is_none_or(|it| it == "0"),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}
