//! How a connection comes about: botspec opens it, or waits for the target to.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;

use super::{Connection, ConnectionKind, EVENT_STREAM};
use crate::client::frames::{Cursor, Frames};
use crate::client::reverse::{Incoming, Reverse};
use crate::client::sse::SseClient;
use crate::client::ws::{NoHandshake, WsClient};
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::gate::{Credentials, Gate, Permit, Refusal};
use crate::received::Received;

impl Gate {
    /// Opens a connection of a role over a transport: at the first path that has it, or the one that the target opened.
    /// What is seen in place of a connection comes back as an exchange.
    pub async fn open(
        &self,
        transport: Transport,
        role: WsRole,
        credentials: &Credentials,
    ) -> Result<Result<Connection, Exchange>, Refusal> {
        match transport {
            Transport::Ws => {
                let (mut refused, mut passed_over) = (None, Vec::new());
                for (role, path) in self.served_paths(role, credentials) {
                    match self.open_path(role, &path, credentials).await? {
                        Ok(connection) => {
                            self.not_served.lock().unwrap_or_else(PoisonError::into_inner).extend(passed_over);
                            return Ok(Ok(connection));
                        }
                        // Only an answer of the target states that it does not serve the path.
                        Err(no) if no.status.is_some() => {
                            refused.get_or_insert(no);
                            // What was served before may be occupied by the run itself.
                            if self.held.of(role).is_none() {
                                passed_over.push(path);
                            }
                        }
                        Err(no) => return Ok(Err(refused.unwrap_or(no))),
                    }
                }
                refused.map(Err).ok_or(Refusal::NoTransport(transport))
            }
            Transport::ReverseWs => match self.connected(role).await? {
                Ok(incoming) if incoming.disturbed.load(Ordering::Acquire) => Ok(self.again(incoming).await),
                Ok(incoming) => Ok(Ok(self.reverse_line(incoming, false))),
                Err(no) => Ok(Err(no)),
            },
            Transport::Sse => {
                let path = self.contract.file().transports.sse.as_ref().and_then(|sse| sse.paths.first());
                self.open_stream(path.ok_or(Refusal::NoTransport(transport))?, credentials).await
            }
            Transport::Webhook => self.posts().map(Ok),
            Transport::Http => Err(Refusal::NoTransport(transport)),
        }
    }

    /// The paths at which a connection of a role may be served, the first of its own at the front. Where there is no path for
    /// this alone, or it is refused, the one for everything will do. Without valid credentials a refusal proves nothing about paths.
    fn served_paths(&self, role: WsRole, credentials: &Credentials) -> Vec<(WsRole, String)> {
        let endpoints = self.contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
        let (own, others): (Vec<_>, Vec<_>) =
            endpoints.filter(|it| [role, WsRole::Universal].contains(&it.role)).partition(|it| it.role == role);
        let paths = own.into_iter().chain(others).flat_map(|it| it.paths.iter().map(|path| (it.role, path.clone())));
        let all: Vec<(WsRole, String)> = paths.collect();
        if *credentials != Credentials::Valid {
            return all.into_iter().take(1).collect();
        }
        let not_served = self.not_served.lock().unwrap_or_else(PoisonError::into_inner);
        let served: Vec<_> = all.iter().filter(|(_, path)| !not_served.contains(path)).cloned().collect();
        if served.is_empty() { all.into_iter().take(1).collect() } else { served }
    }

    /// Opens a connection that nobody has used before; on a reverse WebSocket by ending the one that stands.
    pub async fn open_anew(
        &self,
        transport: Transport,
        role: WsRole,
        credentials: &Credentials,
    ) -> Result<Result<Connection, Exchange>, Refusal> {
        if transport != Transport::ReverseWs {
            return self.open(transport, role, credentials).await;
        }
        match self.connected(role).await? {
            Ok(standing) => Ok(self.again(standing).await),
            Err(no) => Ok(Err(no)),
        }
    }

    /// Ends a connection that the target opened, and waits for another one of the same kind.
    async fn again(&self, standing: Arc<Incoming>) -> Result<Connection, Exchange> {
        let began = Instant::now();
        let Some(reverse) = self.listeners.reverse() else { return Err(self.never_connected(began)) };
        let (since, own) = (reverse.attempts(), standing.role);
        reverse.end(standing).await;
        let until = Instant::now() + self.target.limits.connect_timeout;
        match reverse.wait_like(own, since, until).await {
            Some(incoming) => Ok(self.reverse_line(incoming, true)),
            None => Err(self.never_connected(began)),
        }
    }

    /// Opens a WebSocket at a path.
    pub async fn open_path(
        &self,
        role: WsRole,
        path: &str,
        credentials: &Credentials,
    ) -> Result<Result<Connection, Exchange>, Refusal> {
        let adapter = self.target.ws.as_ref().ok_or(Refusal::NoTransport(Transport::Ws))?;
        let (url, headers) = self.with_proof(Transport::Ws, format!("{}{path}", adapter.url), credentials);
        let sent_at = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        match WsClient::connect(&Permit(()), &url, &headers, &self.target.limits, &self.tls).await {
            Ok(client) => {
                let frames = Arc::clone(&client.frames);
                let kind = ConnectionKind::Forward(Box::new(client), self.held.hold(role));
                Ok(Ok(self.connection(kind, frames, role, url, headers)))
            }
            Err(no) => Ok(Err(self.not_opened(Transport::Ws, Sent::Handshake { url, headers }, sent_at, no))),
        }
    }

    /// Opens a stream of server-sent events at a path.
    pub async fn open_stream(
        &self,
        path: &str,
        credentials: &Credentials,
    ) -> Result<Result<Connection, Exchange>, Refusal> {
        let adapter = self.target.sse.as_ref().ok_or(Refusal::NoTransport(Transport::Sse))?;
        let client = self.http.as_ref().ok_or(Refusal::NoTransport(Transport::Sse))?;
        let (url, mut headers) = self.with_proof(Transport::Sse, format!("{}{path}", adapter.url), credentials);
        headers.push(("Accept".to_owned(), EVENT_STREAM.to_owned()));
        let request = HttpRequest {
            method: "GET".to_owned(),
            url: url.clone(),
            headers: headers.clone(),
            ..HttpRequest::default()
        };
        let sent_at = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        match SseClient::connect(client, &Permit(()), request.clone(), &self.target.limits).await {
            Ok(client) => {
                let frames = Arc::clone(&client.frames);
                Ok(Ok(self.connection(ConnectionKind::Stream(client), frames, WsRole::Event, url, headers)))
            }
            Err(no) => Ok(Err(self.not_opened(Transport::Sse, Sent::Http(request), sent_at, no))),
        }
    }

    /// What is seen where the target does not let a connection come about.
    fn not_opened(&self, transport: Transport, sent: Sent, sent_at: Instant, no: NoHandshake) -> Exchange {
        let NoHandshake { status, headers, received } = no;
        let exchange =
            Exchange { transport, sent, sent_at, received_at: Instant::now(), status, headers, received, echo: None };
        self.observe(transport, &exchange);
        exchange
    }

    /// The connection of a role that the target opened. It is waited for.
    async fn connected(&self, role: WsRole) -> Result<Result<Arc<Incoming>, Exchange>, Refusal> {
        let reverse = self.listeners.reverse().ok_or(Refusal::NoTransport(Transport::ReverseWs))?;
        let began = Instant::now();
        if let Some(incoming) = reverse.wait(role, began).await {
            self.liveness.is_there(Transport::ReverseWs);
            return Ok(Ok(incoming));
        }
        if self.liveness.is_gone(Transport::ReverseWs) {
            return Err(Refusal::Silent(Transport::ReverseWs));
        }
        if self.listeners.never_connects(role) {
            return Ok(Err(self.never_connected(began)));
        }
        let connected = reverse.wait(role, began + self.target.limits.connect_timeout).await;
        if connected.is_none() {
            self.listeners.mark_never_connects(role);
        }
        Ok(connected.ok_or_else(|| self.never_connected(began)))
    }

    /// What is seen where the target does not connect. One that does not at all is not waited for again and again.
    fn never_connected(&self, sent_at: Instant) -> Exchange {
        if self.open_roles().is_empty() {
            self.liveness.gone(Transport::ReverseWs);
        }
        let url = self.listeners.url(&self.target, Transport::ReverseWs);
        let failed = self.listeners.reverse().and_then(Reverse::failed);
        let late = || Received::TimedOut(self.target.limits.connect_timeout, Vec::new());
        Exchange {
            transport: Transport::ReverseWs,
            sent: Sent::Waiting { url, headers: Vec::new(), text: None },
            sent_at,
            received_at: Instant::now(),
            status: None,
            headers: Vec::new(),
            received: failed.map_or_else(late, |why| Received::ProtocolError(why.en)),
            echo: None,
        }
    }

    /// A connection that the target opened. What came over it before somebody else used it does not count.
    fn reverse_line(&self, incoming: Arc<Incoming>, is_new: bool) -> Connection {
        let role = incoming.role.unwrap_or(WsRole::Universal);
        let headers = incoming.attempt.headers.clone();
        let url = path_at(&self.listeners.url(&self.target, Transport::ReverseWs), &incoming.attempt.path);
        let frames = Arc::clone(&incoming.client.frames);
        let mut connection = self.connection(ConnectionKind::Reverse(incoming), frames, role, url, headers);
        if !is_new {
            connection.opened = connection.cursor();
        }
        connection
    }

    /// Where the posts of the target arrive.
    fn posts(&self) -> Result<Connection, Refusal> {
        let webhook = self.listeners.webhook().ok_or(Refusal::NoTransport(Transport::Webhook))?;
        let url = self.listeners.url(&self.target, Transport::Webhook);
        let frames = Arc::clone(&webhook.frames);
        Ok(self.connection(ConnectionKind::Posts, frames, WsRole::Event, url, Vec::new()))
    }

    /// The second place where the posts of the target arrive, where there is one.
    pub(crate) fn posts_again(&self) -> Option<Connection> {
        let webhook = self.listeners.again()?;
        let (url, frames) = (format!("http://{}", webhook.addr), Arc::clone(&webhook.frames));
        Some(self.connection(ConnectionKind::Posts, frames, WsRole::Event, url, Vec::new()))
    }

    fn connection(
        &self,
        kind: ConnectionKind,
        frames: Arc<Frames>,
        role: WsRole,
        url: String,
        headers: Vec<(String, String)>,
    ) -> Connection {
        let contract = Arc::clone(&self.contract);
        let shared = matches!(kind, ConnectionKind::Posts);
        let opened = if shared { frames.cursor() } else { Cursor::default() };
        let timeout = self.target.limits.timeout;
        let connection = Connection { kind, frames, contract, role, url, headers, timeout, opened };
        tracing::debug!(transport = %connection.transport(), ?role, "listens on a connection");
        self.observed.connection(&connection);
        connection
    }

    /// An address and headers with what proves who the client is.
    fn with_proof(
        &self,
        transport: Transport,
        url: String,
        credentials: &Credentials,
    ) -> (String, Vec<(String, String)>) {
        let added = self.credentials(transport, credentials);
        let url = match added.query {
            Some(query) => format!("{url}?{query}"),
            None => url,
        };
        (url, added.header.into_iter().collect())
    }
}

/// An address with another path.
fn path_at(url: &str, path: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("ws", url));
    format!("{scheme}://{}{path}", rest.split('/').next().unwrap_or_default())
}
