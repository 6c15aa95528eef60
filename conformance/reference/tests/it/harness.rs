//! A server to try things on, and clients for it.

use std::time::Duration;

use botspec_reference::{Heartbeat, Server, ServerConfig, SharedWorld, spoken};
use botspec_schema::{Catalog, Dialect};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The dialect that everything is tried in.
pub(crate) const DIALECT: &str = "onebot11";
/// The bot of the default world.
pub(crate) const BOT: i64 = 10_001;
/// The second account.
pub(crate) const ACTOR: i64 = 20_002;
/// Longer than anything takes; what did not happen by then does not happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn dialect() -> &'static Dialect {
    Catalog::builtin().dialect(DIALECT).expect("the contracts of the dialect")
}

/// The usual configuration, without the heartbeats that would come between other events.
pub(crate) fn config() -> ServerConfig {
    config_in(DIALECT)
}

/// The same in another dialect.
pub(crate) fn config_in(dialect: &str) -> ServerConfig {
    let mut config = ServerConfig::new(dialect).on_loopback().each(|adapter| adapter.heartbeat = Heartbeat::Never);
    config.verify = true;
    config
}

/// Every dialect that is spoken.
pub(crate) fn dialects() -> impl Iterator<Item = &'static Dialect> {
    spoken().into_iter().map(|name| Catalog::builtin().dialect(&name).expect("the dialect"))
}

/// A world and an account of it that is served.
pub(crate) struct TestServer {
    pub(crate) world: SharedWorld,
    pub(crate) server: Server,
    pub(crate) dialect: &'static Dialect,
}

impl TestServer {
    pub(crate) async fn new() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: ServerConfig) -> Self {
        Self::of(config, &SharedWorld::seeded(1)).await
    }

    pub(crate) async fn of(config: ServerConfig, world: &SharedWorld) -> Self {
        let dialect = Catalog::builtin().dialect(&config.dialect).expect("the contracts of the dialect");
        let server = Server::start(config, world).await.expect("the server starts");
        Self { world: world.clone(), server, dialect }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.http_addr().expect("HTTP is served"))
    }

    /// Posts JSON to an action.
    pub(crate) async fn post(&self, action: &str, params: &Value) -> Reply {
        let paths = &self.dialect.file.transports.http.as_ref().expect("calls over HTTP").paths;
        let request = reqwest::Client::new().post(self.url(&paths[0].replace("{action}", action)));
        Reply::of(request.header("Content-Type", "application/json").body(params.to_string())).await
    }

    /// What an action reports; it has to succeed.
    pub(crate) async fn data(&self, action: &str, params: Value) -> Value {
        let reply = self.post(action, &params).await;
        let envelope = reply.json();
        assert_eq!(envelope["status"], "ok", "{action} {params}: {envelope}");
        envelope["data"].clone()
    }

    /// An action that has to fail.
    pub(crate) async fn refused(&self, action: &str, params: Value) {
        let envelope = self.post(action, &params).await.json();
        assert_eq!(envelope["status"], "failed", "{action} {params}: {envelope}");
    }

    pub(crate) async fn ws(&self, path: &str) -> Socket {
        Socket::open(&format!("ws://{}{path}", self.server.ws_addr().expect("WebSocket is served"))).await
    }

    /// Steps of the world, which have to be taken.
    pub(crate) fn step(&self, name: &str, params: &Value) -> Value {
        self.world.step(name, params).unwrap_or_else(|error| panic!("{name} {params}: {error}"))
    }

    /// Ends, after a look at whether the reference kept its own contracts.
    pub(crate) async fn done(self) {
        let defects = self.server.defects();
        assert!(defects.is_empty(), "{defects:#?}");
        self.server.shutdown().await;
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.timeout(PATIENCE).send().await.expect("an answer");
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type").and_then(|it| it.to_str().ok()).unwrap_or_default();
        let content_type = content_type.to_owned();
        Self { status, content_type, body: response.text().await.expect("a text") }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A WebSocket client.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(url: &str) -> Self {
        let (socket, _) = connect_async(url).await.expect("a connection");
        Self(socket)
    }

    pub(crate) async fn send(&mut self, frame: impl Into<String>) {
        self.0.send(Message::text(frame.into())).await.expect("the frame is sent");
    }

    /// The next message of any kind; `None` at the end.
    pub(crate) async fn message(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something within the time")
    }

    /// The next frame as JSON.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.message().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("expected a text frame, found {other:?}"),
        }
    }

    /// Calls an action and waits for the answer with its echo; events on the way are passed over.
    pub(crate) async fn call(&mut self, action: &str, params: &Value) -> Value {
        let echo = json!({ "for": action });
        self.send(json!({ "action": action, "params": params, "echo": echo }).to_string()).await;
        loop {
            let frame = self.frame().await;
            if frame.get("echo") == Some(&echo) {
                return frame;
            }
        }
    }
}
