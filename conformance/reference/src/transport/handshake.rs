//! The HTTP side of a WebSocket: who may connect, and to what.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use botspec_schema::model::{FailureKind, Wire, WsRole};
use hyper_util::rt::TokioIo;
use tokio::sync::Semaphore;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::{auth, urlencoded, ws};
use crate::answer::Failure;
use crate::bot::Bot;
use crate::faults::Switch;

/// What the handlers of a listener share.
#[derive(Clone)]
struct Entrance {
    bot: Arc<Bot>,
    places: Arc<Semaphore>,
}

/// The WebSocket side of a served account; `None` where the dialect has none.
pub(crate) fn router(bot: Arc<Bot>) -> Option<Router> {
    bot.contract().transports.ws.as_ref()?;
    let places = Arc::new(Semaphore::new(bot.limits.connections));
    Some(Router::new().fallback(serve).with_state(Entrance { bot, places }))
}

async fn serve(State(Entrance { bot, places }): State<Entrance>, mut request: Request) -> Response {
    let (role, refusal) = match admit(&bot, &request) {
        Ok(role) => (role, None),
        Err(Refused::With(response)) => return *response,
        Err(Refused::Afterwards(role, failure)) => (role, Some(failure)),
    };
    let Ok(place) = places.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many connections").into_response();
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let bare = without_body(&request);
    let response = match create_response(&bare) {
        Ok(response) => response,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let config = WebSocketConfig::default()
            .max_message_size(Some(bot.limits.message))
            .max_frame_size(Some(bot.limits.message));
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        match refusal {
            None => ws::serve(bot, role, socket).await,
            Some(failure) => ws::turn_away(&bot, socket, failure).await,
        }
        drop(place);
    });
    response.map(|()| Body::empty())
}

/// Why a connection is not served.
enum Refused {
    /// The handshake ends with this.
    With(Box<Response>),
    /// The dialect does not say how the handshake ends: it succeeds, the failure is told, and the connection ends.
    Afterwards(WsRole, Failure),
}

fn admit(bot: &Bot, request: &Request) -> Result<WsRole, Refused> {
    let with = |status: StatusCode, text: String| Refused::With(Box::new((status, text).into_response()));
    let role = role(bot, request.uri());
    let none = || with(StatusCode::NOT_FOUND, format!("nothing is served at {}", request.uri().path()));
    if let Err(failure) = auth::check(bot, Wire::Ws, request.headers(), request.uri()) {
        let status = handshake_status(bot, failure.kind).filter(|_| !bot.faults.on(Switch::HandshakeSucceeds));
        return Err(match status {
            Some(status) => with(status, failure.text),
            None => Refused::Afterwards(role.ok_or_else(none)?, failure),
        });
    }
    role.ok_or_else(none)
}

fn handshake_status(bot: &Bot, kind: FailureKind) -> Option<StatusCode> {
    let look = bot.contract().failures.get(&kind)?.ws.as_ref()?;
    StatusCode::from_u16(look.handshake_status?).ok()
}

fn role(bot: &Bot, uri: &Uri) -> Option<WsRole> {
    let path = urlencoded::decode(uri.path().as_bytes(), false)?;
    let endpoints = &bot.contract().transports.ws.as_ref()?.endpoints;
    endpoints.iter().find(|endpoint| endpoint.paths.contains(&path)).map(|endpoint| endpoint.role)
}

fn without_body(request: &Request) -> axum::http::Request<()> {
    let mut bare = axum::http::Request::new(());
    *bare.method_mut() = request.method().clone();
    *bare.uri_mut() = request.uri().clone();
    *bare.version_mut() = request.version();
    bare.headers_mut().clone_from(request.headers());
    bare
}
