//! A WebSocket that the account opens to a client, and opens again whenever it ends.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{HeaderName, USER_AGENT};
use axum::http::{HeaderValue, Uri};
use botspec_schema::model::{Lifecycle, ReverseWsTransport, WsRole};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::fragment_limit::FragmentLimited;
use super::handshake::{most_frames, ws_config};
use super::ws;
use crate::bot::{Bot, Registered};
use crate::connection_settings::ConnectionSettings;
use crate::faults::{INVENTED, Switch};
use crate::refused::{Refusals, cause};
use crate::session::{Frames, Session};

/// How long an implementation waits where neither the dialect nor the configuration sets it.
const USUAL_RECONNECT: Duration = Duration::from_secs(3);
/// The port that an address without one means.
const USUAL_PORT: u16 = 80;

/// Whom to connect to, as what.
pub(crate) struct Reverse {
    bot: Arc<Bot>,
    settings: Arc<ConnectionSettings>,
    role: WsRole,
    host: String,
    port: u16,
    request: Request,
    reconnect: Duration,
    refusals: Refusals,
}

impl Reverse {
    /// What is wrong with the address or the role is the error, as a sentence.
    pub(crate) fn new(
        bot: &Arc<Bot>,
        ws: &'static ReverseWsTransport,
        settings: ConnectionSettings,
        url: &str,
        role: WsRole,
        reconnect: Option<Duration>,
        refusals: Refusals,
    ) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|error| format!("{error}"))?;
        if uri.scheme_str() != Some("ws") {
            return Err("it has to begin with ws://".to_owned());
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or("it names no host")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        // An authority may have any number behind its colon.
        let port = match uri.authority().and_then(|it| it.as_str().rsplit_once(':')) {
            Some((_, port)) if !port.ends_with(']') => port.parse().map_err(|_| format!("there is no port {port}"))?,
            _ => USUAL_PORT,
        };
        let reconnect = reconnect.or(ws.reconnect_ms.map(Duration::from_millis)).unwrap_or(USUAL_RECONNECT);
        Ok(Self {
            bot: Arc::clone(bot),
            role,
            host,
            port,
            request: request(bot, ws, &settings, url, role)?,
            settings: Arc::new(settings),
            reconnect,
            refusals,
        })
    }

    /// Connects until the server ends.
    pub(crate) async fn run(self) {
        let mut end = self.bot.end.clone();
        loop {
            let attempt = tokio::select! {
                attempt = self.connect() => attempt,
                _ = end.wait_for(|end| *end) => return,
            };
            let gives_up = match attempt {
                Ok((registered, frames, socket)) => {
                    self.refusals.reached();
                    self.bot.note_connected(&registered.session);
                    ws::serve(registered, frames, socket).await;
                    Switch::ReverseNotReopened
                }
                Err(reason) => {
                    self.refusals.refused(reason);
                    Switch::ReverseNotRetried
                }
            };
            if self.bot.faults.on(gives_up) {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(self.reconnect) => {}
                _ = end.wait_for(|end| *end) => return,
            }
        }
    }

    /// One attempt, that takes no longer than a client may take for a request.
    async fn connect(&self) -> Result<(Registered, Frames, WebSocketStream<FragmentLimited<TcpStream>>), String> {
        let attempt = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
            let stream = stream.map_err(|error| cause(&error))?;
            // Frames are small and nobody should wait for more of them.
            let _ = stream.set_nodelay(true);
            // Before the client can take the handshake for done: whoever answers it misses nothing.
            let session = Session::new(&self.settings, self.role, &self.bot.limits);
            let (registered, frames) = self.bot.welcome(session, Lifecycle::Connect);
            let config = Some(ws_config(&self.bot));
            let stream = FragmentLimited::before_handshake(stream, most_frames(&self.bot));
            let shaken = client_async_with_config(self.request.clone(), stream, config).await;
            let (socket, _) = shaken.map_err(|error| cause(&error))?;
            Ok((registered, frames, socket))
        };
        let patience = self.bot.limits.patience;
        let ended = tokio::time::timeout(patience, attempt).await;
        ended.unwrap_or_else(|_| Err(format!("no answer within {} s", patience.as_secs())))
    }
}

/// The handshake, with the headers that the dialect has.
fn request(
    bot: &Bot,
    ws: &ReverseWsTransport,
    settings: &ConnectionSettings,
    url: &str,
    role: WsRole,
) -> Result<Request, String> {
    let word = ws.roles.get(&role).ok_or_else(|| {
        let title = &bot.contract().title.en;
        format!("{title} has no reverse WebSocket of that role; it has {}", words(ws))
    })?;
    let mut request = url.into_client_request().map_err(|error| error.to_string())?;
    let mut put = |name: &str, value: &str| -> Result<(), String> {
        let name: HeaderName = name.parse().map_err(|_| format!("`{name}` is no name of a header"))?;
        let value = HeaderValue::from_str(value).map_err(|_| "the token does not go into a header".to_owned())?;
        request.headers_mut().insert(name, value);
        Ok(())
    };
    if !bot.faults.on(Switch::ReverseSelfIdMissing) {
        put(&ws.self_id_header, &bot.account.to_string())?;
    }
    if bot.faults.on(Switch::ReverseRoleOther) {
        put(&ws.role_header, "Botspec")?;
    } else if !bot.faults.on(Switch::ReverseRoleMissing) {
        put(&ws.role_header, word)?;
    }
    let invented = bot.faults.on(Switch::ReverseTokenInvented).then_some(INVENTED);
    let token = settings.token.as_deref().filter(|_| !bot.faults.on(Switch::ReverseTokenMissing));
    if let Some(token) = token.or(invented) {
        let auth = &bot.contract().auth;
        put(&auth.header, &format!("{} {token}", auth.scheme))?;
    }
    if let Some(agent) = &ws.user_agent {
        put(USER_AGENT.as_str(), agent)?;
    }
    Ok(request)
}

fn words(ws: &ReverseWsTransport) -> String {
    ws.roles.values().map(String::as_str).collect::<Vec<_>>().join(", ")
}
