//! Actions over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use botspec_schema::model::{FailureKind, HttpTransport, Wire};
use serde_json::{Map, Value};

use super::{auth, urlencoded};
use crate::answer::{Answer, Body, Failure};
use crate::bot::Bot;
use crate::faults::Switch;

/// What stands for the name of an action in a path of the contract.
const PLACEHOLDER: &str = "{action}";
/// The media type of a JSON text.
const JSON: &str = "application/json";

/// The HTTP side of a served account; `None` where the dialect has none.
pub(crate) fn router(bot: Arc<Bot>) -> Option<Router> {
    bot.contract().transports.http.as_ref()?;
    Some(Router::new().fallback(serve).with_state(bot))
}

async fn serve(State(bot): State<Arc<Bot>>, request: Request) -> Response {
    let Some(http) = &bot.contract().transports.http else { return StatusCode::NOT_FOUND.into_response() };
    let (head, body) = request.into_parts();
    if !http.methods.iter().any(|method| method == head.method.as_str()) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, http.methods.join(", "))]).into_response();
    }
    let name = match find(&bot, http, &head.uri, &head.headers) {
        Ok(name) => name,
        Err(failure) => return respond(&bot, bot.failed(Wire::Http, failure)),
    };
    let body = async {
        let reading = to_bytes(body, bot.limits.body);
        match tokio::time::timeout(bot.limits.patience, reading).await {
            Ok(Ok(body)) => Ok(body),
            _ => Err(Failure::new(FailureKind::MalformedBody, "the body is too long, or it did not arrive")),
        }
    };
    let params = match head.method {
        Method::POST => match body.await {
            Ok(body) => in_body(&bot, http, &head.headers, &body),
            Err(failure) => Err(failure),
        },
        _ => in_query(&bot, &head.uri),
    };
    match params {
        Ok(params) => respond(&bot, bot.call(&name, Value::Object(params), Wire::Http)),
        Err(failure) => respond(&bot, bot.failed(Wire::Http, failure)),
    }
}

/// The action that the path names, if the client may call it.
fn find(bot: &Bot, http: &HttpTransport, uri: &Uri, headers: &HeaderMap) -> Result<String, Failure> {
    auth::check(bot, Wire::Http, headers, uri)?;
    let unknown = || Failure::new(FailureKind::UnknownAction, format!("there is no action at {}", uri.path()));
    let path = urlencoded::decode(uri.path().as_bytes(), false).ok_or_else(unknown)?;
    let strict = bot.faults.on(Switch::TrailingSlashRefused);
    let mut paths = http.paths.iter().filter(|template| !strict || template.ends_with(PLACEHOLDER));
    let name = paths.find_map(|template| action_in(template, &path)).ok_or_else(unknown)?;
    if bot.knows(name) { Ok(name.to_owned()) } else { Err(unknown()) }
}

fn action_in<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let (before, after) = template.split_once(PLACEHOLDER)?;
    let name = path.strip_prefix(before)?.strip_suffix(after)?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

fn in_query(bot: &Bot, uri: &Uri) -> Result<Map<String, Value>, Failure> {
    if bot.faults.on(Switch::QueryIgnored) {
        return Ok(Map::new());
    }
    let token = bot.contract().auth.query.as_deref();
    let pairs = pairs(bot, uri.query().unwrap_or_default().as_bytes())
        .ok_or_else(|| Failure::new(FailureKind::MalformedBody, "the query does not decode"))?;
    let keep_token = bot.faults.on(Switch::QueryTokenIsParam);
    Ok(texts(pairs.into_iter().filter(|(key, _)| keep_token || Some(key.as_str()) != token)))
}

fn pairs(bot: &Bot, text: &[u8]) -> Option<Vec<(String, String)>> {
    if bot.faults.on(Switch::PercentNotDecoded) { urlencoded::raw_pairs(text) } else { urlencoded::pairs(text) }
}

fn texts(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    pairs.map(|(key, value)| (key, Value::String(value))).collect()
}

fn in_body(bot: &Bot, http: &HttpTransport, headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Failure> {
    let given = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let Some(given) = given else {
        if body.is_empty() {
            return Ok(Map::new());
        }
        return Err(Failure::new(FailureKind::UnsupportedContentType, "the body has no content type"));
    };
    let plain = given.split(';').next().unwrap_or_default().trim();
    let essence = if bot.faults.on(Switch::CharsetRefused) { given } else { plain };
    let spoken = http.content_types.iter().find(|spoken| spoken.eq_ignore_ascii_case(essence));
    let lax = bot.faults.on(Switch::ContentTypeIgnored).then(|| http.content_types.first()).flatten();
    match spoken.or(lax).map(String::as_str) {
        Some(JSON) => object(bot, body),
        Some(_) if bot.faults.on(Switch::FormIgnored) => Ok(Map::new()),
        Some(_) => {
            let pairs =
                pairs(bot, body).ok_or_else(|| Failure::new(FailureKind::MalformedBody, "the form does not decode"))?;
            Ok(texts(pairs.into_iter()))
        }
        None => {
            let spoken = http.content_types.join(", ");
            let text = format!("a body is {spoken}, not {essence}");
            Err(Failure::new(FailureKind::UnsupportedContentType, text))
        }
    }
}

fn object(bot: &Bot, body: &Bytes) -> Result<Map<String, Value>, Failure> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(params)) => Ok(params),
        _ if bot.faults.on(Switch::MalformedIsEmpty) => Ok(Map::new()),
        Ok(_) => Err(Failure::new(FailureKind::MalformedBody, "the body is JSON, but no object")),
        Err(error) => Err(Failure::new(FailureKind::MalformedBody, format!("the body does not parse: {error}"))),
    }
}

fn respond(bot: &Bot, answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let separator = bot.contract().envelope.stream.as_ref().map_or("\n", |mark| mark.separator.as_str());
    match answer.body {
        Body::Text(text) => (status, text).into_response(),
        body @ Body::Envelope(_) => (status, [(CONTENT_TYPE, JSON)], body.texts().concat()).into_response(),
        body @ Body::Parts(_) => {
            let text: String = body.texts().iter().flat_map(|part| [part.as_str(), separator]).collect();
            (status, text).into_response()
        }
    }
}
