//! Calls over HTTP, and what else a dialect serves on the same address.

mod params;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use botspec_schema::model::{FailureKind, HttpStep, HttpTransport};
use serde_json::{Map, Value};

use super::handshake::{self, WsState};
use super::respond::respond;
use super::{auth, sse, urlencoded};
use crate::answer::{Answer, Failure};
use crate::bot::Bot;
use crate::connection_settings::ConnectionSettings;
use crate::faults::Switch;

/// What stands for the name of an action in a path of the contract.
const PLACEHOLDER: &str = "{action}";

/// What is served on one address.
#[derive(Clone)]
pub(crate) struct HttpState {
    pub(crate) bot: Arc<Bot>,
    pub(crate) http: &'static HttpTransport,
    /// For calls.
    pub(crate) settings: Arc<ConnectionSettings>,
    /// For streams of events, where there are any.
    pub(crate) sse: Option<Arc<ConnectionSettings>>,
    /// For WebSocket connections, where they share the address.
    pub(crate) ws: Option<WsState>,
}

/// Serves all of it.
pub(crate) fn router(desk: HttpState) -> Router {
    Router::new().fallback(serve).with_state(desk)
}

async fn serve(State(desk): State<HttpState>, request: Request) -> Response {
    let path = request.uri().path();
    let upgrades = handshake::is_upgrade(&request) && !desk.bot.faults.on(Switch::UpgradeIgnored);
    if let Some(entrance) = desk.ws.as_ref().filter(|ws| ws.serves(path) && upgrades) {
        return handshake::serve(entrance.clone(), request);
    }
    if let Some(settings) =
        desk.sse.as_ref().filter(|_| request.method() == Method::GET && sse::serves(&desk.bot, path))
    {
        return sse::serve(&desk.bot, settings, &request);
    }
    let HttpState { bot, http, settings, .. } = &desk;
    let any_method = bot.faults.on(Switch::GetServed);
    if !any_method && !http.methods.iter().any(|method| method == request.method().as_str()) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, http.methods.join(", "))]).into_response();
    }
    let (head, body) = request.into_parts();
    match ask(&desk, &head, body).await {
        Ok(Asked::Hello) => respond(bot, bot.greet(settings)),
        Ok(Asked::Call(name, mut params)) => {
            bot.faults.unblocked().await;
            let echo = take_echo(bot, http, &mut params);
            let Some(mut answer) = bot.call(&name, Value::Object(params), settings).await else {
                return never_answered(bot).await;
            };
            put_echo(&mut answer, echo);
            respond(bot, answer)
        }
        Err(failure) => respond(bot, bot.failed(settings, failure)),
    }
}

/// Keeps a client waiting until the server ends.
async fn never_answered(bot: &Bot) -> Response {
    let _ = bot.end.clone().wait_for(|end| *end).await;
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// What somebody asks for.
enum Asked {
    /// Whether anybody is there.
    Hello,
    /// An action with its parameters.
    Call(String, Map<String, Value>),
}

/// Looks at a request in the order in which the dialect does; the first thing that is wrong is the failure.
async fn ask(desk: &HttpState, head: &Parts, body: axum::body::Body) -> Result<Asked, Failure> {
    let HttpState { bot, http, settings, .. } = desk;
    let mut body = Some(body);
    let (mut params, mut named) = (None, None);
    for step in &http.order {
        match step {
            HttpStep::Token => auth::check(bot, settings, &head.headers, &head.uri)?,
            HttpStep::Action => named = Some(find(bot, http, &head.uri)?),
            HttpStep::ContentType => {
                if let Some(body) = body.as_ref().filter(|_| has_body(head)) {
                    params::media(bot, http, &head.headers, body)?;
                }
            }
            HttpStep::Body => {
                if let Some(body) = body.take() {
                    params = Some(read(desk, head, body).await?);
                }
            }
        }
    }
    let named = match named {
        Some(named) => named,
        None => find(bot, http, &head.uri)?,
    };
    Ok(match named {
        Some(name) => Asked::Call(name, params.unwrap_or_default()),
        None => Asked::Hello,
    })
}

fn has_body(head: &Parts) -> bool {
    head.method == Method::POST
}

async fn read(desk: &HttpState, head: &Parts, body: axum::body::Body) -> Result<Map<String, Value>, Failure> {
    let HttpState { bot, http, .. } = desk;
    if !has_body(head) {
        return params::in_query(bot, &head.uri);
    }
    let media = params::media(bot, http, &head.headers, &body)?;
    let mut params = params::in_body(bot, http, media, body).await?;
    if http.query_with_body {
        params.extend(params::in_query(bot, &head.uri)?);
    }
    Ok(params)
}

/// The action that the path names; `None` for a path that names none and is served all the same.
fn find(bot: &Bot, http: &HttpTransport, uri: &Uri) -> Result<Option<String>, Failure> {
    let unknown = || Failure::new(FailureKind::UnknownAction, format!("there is no action at {}", uri.path()));
    let path = urlencoded::decode(uri.path().as_bytes(), false).ok_or_else(unknown)?;
    if http.hello.contains(&path) {
        return Ok(None);
    }
    let strict = bot.faults.on(Switch::TrailingSlashRefused);
    let mut paths = http.paths.iter().filter(|template| !strict || template.ends_with(PLACEHOLDER));
    let name = paths.find_map(|template| action_in(template, &path)).ok_or_else(unknown)?;
    if bot.knows(name) { Ok(Some(name.to_owned())) } else { Err(unknown()) }
}

fn action_in<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let (before, after) = template.split_once(PLACEHOLDER)?;
    let name = path.strip_prefix(before)?.strip_suffix(after)?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The key and value of the echo, where the dialect has one over HTTP.
fn take_echo(bot: &Bot, http: &HttpTransport, params: &mut Map<String, Value>) -> Option<(&'static str, Value)> {
    let key = bot.contract().request_frame.as_ref().filter(|_| http.echo)?.echo.as_str();
    let given = params.shift_remove(key).filter(|echo| !echo.is_null());
    Some((key, given.unwrap_or_else(|| bot.made_up_echo().into())))
}

fn put_echo(answer: &mut Answer, echo: Option<(&'static str, Value)>) {
    let Some((key, echo)) = echo else { return };
    for envelope in answer.envelopes_mut() {
        envelope.insert(key.to_owned(), echo.clone());
    }
}
