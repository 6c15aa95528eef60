//! The HTTP side of a WebSocket: who may connect, and to what.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::UPGRADE;
use axum::response::{IntoResponse, Response};
use botspec_schema::model::{FailureKind, Lifecycle, WsFailure, WsRole, WsTransport};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connection_limit::ConnectionPermit;
use super::fragment_limit::FragmentLimited;
use super::{auth, origin, urlencoded, ws};
use crate::answer::Failure;
use crate::bot::{Bot, Registered};
use crate::connection_settings::ConnectionSettings;
use crate::faults::Switch;
use crate::session::{Frames, Session};

/// Where WebSocket connections come in.
#[derive(Clone)]
pub(crate) struct WsState {
    bot: Arc<Bot>,
    ws: &'static WsTransport,
    settings: Arc<ConnectionSettings>,
}

impl WsState {
    pub(crate) fn new(bot: &Arc<Bot>, ws: &'static WsTransport, settings: ConnectionSettings) -> Self {
        Self { bot: Arc::clone(bot), ws, settings: Arc::new(settings) }
    }

    /// Whether something is served at a path.
    pub(crate) fn serves(&self, path: &str) -> bool {
        self.role(path).is_some()
    }

    fn role(&self, path: &str) -> Option<WsRole> {
        let path = urlencoded::decode(path.as_bytes(), false)?;
        if !self.bot.faults.traits.serves(&path) {
            return None;
        }
        let named = self.ws.endpoints.iter().find(|endpoint| endpoint.paths.contains(&path));
        named.map(|endpoint| endpoint.role).or(self.ws.other_paths)
    }
}

/// An address that has WebSocket connections alone.
pub(crate) fn router(entrance: WsState) -> Router {
    Router::new().fallback(async |State(entrance), request| serve(entrance, request)).with_state(entrance)
}

/// Whether a request wants to become a WebSocket.
pub(crate) fn is_upgrade(request: &Request) -> bool {
    let wanted = request.headers().get(UPGRADE).and_then(|value| value.to_str().ok());
    wanted.is_some_and(|wanted| wanted.split(',').any(|it| it.trim().eq_ignore_ascii_case("websocket")))
}

/// What becomes of a connection after its handshake.
enum HandshakeOutcome {
    /// It is served, and is notified of everything from now on.
    Accepted(Registered, Frames),
    /// It is answered why not, and ends.
    TurnedAway(Failure, WsFailure),
}

pub(crate) fn serve(entrance: WsState, mut request: Request) -> Response {
    let admitted = admit(&entrance, &request);
    let WsState { bot, settings, .. } = entrance;
    let (role, refusal) = match admitted {
        Ok(role) => (role, None),
        Err(Refused::With(response)) => return *response,
        Err(Refused::Afterwards(role, failure, encoding)) => (role, Some((failure, encoding))),
    };
    let place = request.extensions().get::<ConnectionPermit>().cloned();
    let upgrade = hyper::upgrade::on(&mut request);
    let bare = without_body(&request);
    let response = match create_response(&bare) {
        Ok(response) => response,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let fate = if let Some((failure, encoding)) = refusal {
        HandshakeOutcome::TurnedAway(failure, encoding)
    } else {
        // Before the answer leaves: whoever has it misses nothing.
        let (registered, frames) = bot.welcome(Session::new(&settings, role, &bot.limits), Lifecycle::Connect);
        HandshakeOutcome::Accepted(registered, frames)
    };
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let config = ws_config(&bot);
        let stream = FragmentLimited::new(TokioIo::new(upgraded), most_frames(&bot));
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        match fate {
            HandshakeOutcome::Accepted(registered, frames) => {
                bot.note_connected(&registered.session);
                ws::serve(registered, frames, socket).await;
            }
            HandshakeOutcome::TurnedAway(failure, encoding) => {
                ws::turn_away(&bot, &settings, socket, failure, &encoding).await;
            }
        }
        drop(place);
    });
    response.map(|()| Body::empty())
}

/// A frame that is longer is a long one, where those are refused.
const LONG: usize = 64 * 1024;

/// How much of a WebSocket is read at once. Clients are many and say little: buffers of the usual 128 KiB would be most of
/// the memory of a server.
const READ_AT_ONCE: usize = 8 * 1024;

/// How much goes through a WebSocket at once.
pub(crate) fn ws_config(bot: &Bot) -> WebSocketConfig {
    let most = if bot.faults.on(Switch::BigFrameRefused) { LONG } else { bot.limits.message };
    let most = Some(most);
    WebSocketConfig::default().max_message_size(most).max_frame_size(most).read_buffer_size(READ_AT_ONCE)
}

/// In how many frames a message may come.
pub(crate) fn most_frames(bot: &Bot) -> usize {
    if bot.faults.on(Switch::FragmentsRefused) { 1 } else { bot.limits.fragments }
}

/// Why a connection is not served.
enum Refused {
    /// The handshake ends with this.
    With(Box<Response>),
    /// The dialect lets the handshake succeed: the failure is reported or not, and the connection ends.
    Afterwards(WsRole, Failure, WsFailure),
}

fn admit(entrance: &WsState, request: &Request) -> Result<WsRole, Refused> {
    let WsState { bot, settings, .. } = entrance;
    let with = |status: StatusCode, text: String| Refused::With(Box::new((status, text).into_response()));
    if !origin::may_connect(request.headers(), &settings.allowed_origins) {
        return Err(with(StatusCode::FORBIDDEN, "a web page of another origin may not connect".to_owned()));
    }
    let role = entrance.role(request.uri().path());
    let none = || with(StatusCode::NOT_FOUND, format!("nothing is served at {}", request.uri().path()));
    if let Err(failure) = auth::check(bot, settings, request.headers(), request.uri()) {
        let encoding = encoding(bot, failure.kind);
        let status = encoding.handshake_status.and_then(|status| StatusCode::from_u16(status).ok());
        return Err(match status.filter(|_| !bot.faults.on(Switch::HandshakeSucceeds)) {
            Some(status) => with(status, failure.text),
            None => Refused::Afterwards(role.ok_or_else(none)?, failure, encoding),
        });
    }
    let role = role.ok_or_else(none)?;
    if bot.faults.traits.one_client_per_role && bot.sessions.has_ws(role) {
        return Err(with(StatusCode::SERVICE_UNAVAILABLE, "a client of that role is there already".to_owned()));
    }
    Ok(role)
}

fn encoding(bot: &Bot, kind: FailureKind) -> WsFailure {
    let encoding = bot.contract().failures.get(&kind).and_then(|encoding| encoding.ws.clone());
    encoding.unwrap_or_default()
}

fn without_body(request: &Request) -> axum::http::Request<()> {
    let mut bare = axum::http::Request::new(());
    *bare.method_mut() = request.method().clone();
    *bare.uri_mut() = request.uri().clone();
    *bare.version_mut() = request.version();
    bare.headers_mut().clone_from(request.headers());
    bare
}
