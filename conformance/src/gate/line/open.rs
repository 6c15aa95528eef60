//! How a connection comes about: botspec opens it, or waits for the target to.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;

use super::{EVENT_STREAM, Line, Way};
use crate::client::frames::{Frames, Mark};
use crate::client::reverse::{Incoming, Reverse};
use crate::client::sse::SseClient;
use crate::client::ws::{NoHandshake, WsClient};
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::gate::{Gate, Pass, Proof, Refusal, SILENT_AFTER};
use crate::seen::Seen;

impl Gate {
    /// Opens a connection of a role over a transport: at the first path that has it, or the one that the target opened.
    /// What is seen in place of a connection comes back as an exchange.
    pub async fn open(
        &self,
        transport: Transport,
        role: WsRole,
        proof: &Proof,
    ) -> Result<Result<Line, Exchange>, Refusal> {
        match transport {
            Transport::Ws => {
                let endpoints = self.contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
                let exact = endpoints.clone().find(|endpoint| endpoint.role == role);
                // Where there is no connection for this alone, the one for everything will do.
                let endpoint = exact.or_else(|| endpoints.clone().find(|endpoint| endpoint.role == WsRole::Universal));
                match endpoint.and_then(|endpoint| Some((endpoint.role, endpoint.paths.first()?))) {
                    Some((role, path)) => self.open_path(role, path, proof).await,
                    None => Err(Refusal::NoTransport(transport)),
                }
            }
            Transport::ReverseWs => match self.came(role).await? {
                Ok(incoming) if incoming.disturbed.load(Ordering::Acquire) => Ok(self.again(incoming).await),
                Ok(incoming) => Ok(Ok(self.reverse_line(incoming, false))),
                Err(no) => Ok(Err(no)),
            },
            Transport::Sse => {
                let path = self.contract.file().transports.sse.as_ref().and_then(|sse| sse.paths.first());
                self.open_stream(path.ok_or(Refusal::NoTransport(transport))?, proof).await
            }
            Transport::Webhook => self.posts().map(Ok),
            Transport::Http => Err(Refusal::NoTransport(transport)),
        }
    }

    /// Opens a connection that nobody has used before; on a reverse WebSocket by ending the one that stands.
    pub async fn open_anew(
        &self,
        transport: Transport,
        role: WsRole,
        proof: &Proof,
    ) -> Result<Result<Line, Exchange>, Refusal> {
        if transport != Transport::ReverseWs {
            return self.open(transport, role, proof).await;
        }
        match self.came(role).await? {
            Ok(standing) => Ok(self.again(standing).await),
            Err(no) => Ok(Err(no)),
        }
    }

    /// Ends a connection that the target opened, and waits for another one of the same kind.
    async fn again(&self, standing: Arc<Incoming>) -> Result<Line, Exchange> {
        let began = Instant::now();
        let Some(reverse) = self.doors.reverse() else { return Err(self.nobody_came(began)) };
        let (since, own) = (reverse.attempts(), standing.role);
        reverse.end(standing).await;
        let until = Instant::now() + self.target.limits.connect_timeout;
        match reverse.wait_like(own, since, until).await {
            Some(incoming) => Ok(self.reverse_line(incoming, true)),
            None => Err(self.nobody_came(began)),
        }
    }

    /// Opens a WebSocket at a path.
    pub async fn open_path(&self, role: WsRole, path: &str, proof: &Proof) -> Result<Result<Line, Exchange>, Refusal> {
        let adapter = self.target.ws.as_ref().ok_or(Refusal::NoTransport(Transport::Ws))?;
        let (url, headers) = self.with_proof(Transport::Ws, format!("{}{path}", adapter.url), proof);
        let sent_at = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        match WsClient::connect(&Pass(()), &url, &headers, &self.target.limits).await {
            Ok(client) => {
                let frames = Arc::clone(&client.frames);
                Ok(Ok(self.line(Way::Forward(client), frames, role, url, headers)))
            }
            Err(no) => Ok(Err(self.not_opened(Transport::Ws, Sent::Handshake { url, headers }, sent_at, no))),
        }
    }

    /// Opens a stream of server-sent events at a path.
    pub async fn open_stream(&self, path: &str, proof: &Proof) -> Result<Result<Line, Exchange>, Refusal> {
        let adapter = self.target.sse.as_ref().ok_or(Refusal::NoTransport(Transport::Sse))?;
        let client = self.http.as_ref().ok_or(Refusal::NoTransport(Transport::Sse))?;
        let (url, mut headers) = self.with_proof(Transport::Sse, format!("{}{path}", adapter.url), proof);
        headers.push(("Accept".to_owned(), EVENT_STREAM.to_owned()));
        let request = HttpRequest {
            method: "GET".to_owned(),
            url: url.clone(),
            headers: headers.clone(),
            ..HttpRequest::default()
        };
        let sent_at = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        match SseClient::connect(client, &Pass(()), request.clone(), &self.target.limits).await {
            Ok(client) => {
                let frames = Arc::clone(&client.frames);
                Ok(Ok(self.line(Way::Stream(client), frames, WsRole::Event, url, headers)))
            }
            Err(no) => Ok(Err(self.not_opened(Transport::Sse, Sent::Http(request), sent_at, no))),
        }
    }

    /// What is seen where the target does not let a connection come about.
    fn not_opened(&self, transport: Transport, sent: Sent, sent_at: Instant, no: NoHandshake) -> Exchange {
        let NoHandshake { status, headers, seen } = no;
        let exchange =
            Exchange { transport, sent, sent_at, seen_at: Instant::now(), status, headers, seen, echo: None };
        self.heard(transport, &exchange);
        exchange
    }

    /// The connection of a role that the target opened. It is waited for.
    async fn came(&self, role: WsRole) -> Result<Result<Arc<Incoming>, Exchange>, Refusal> {
        let reverse = self.doors.reverse().ok_or(Refusal::NoTransport(Transport::ReverseWs))?;
        let began = Instant::now();
        if let Some(incoming) = reverse.wait(role, began).await {
            self.silence(Transport::ReverseWs).store(0, Ordering::Relaxed);
            return Ok(Ok(incoming));
        }
        self.answering(Transport::ReverseWs)?;
        if self.doors.was_missed(role) {
            return Ok(Err(self.nobody_came(began)));
        }
        let came = reverse.wait(role, began + self.target.limits.connect_timeout).await;
        if came.is_none() {
            self.doors.miss(role);
        }
        Ok(came.ok_or_else(|| self.nobody_came(began)))
    }

    /// What is seen where the target does not connect. One that does not at all is not waited for again and again.
    fn nobody_came(&self, sent_at: Instant) -> Exchange {
        if self.connected_roles().is_empty() {
            self.silence(Transport::ReverseWs).store(SILENT_AFTER, Ordering::Relaxed);
        }
        let url = self.doors.url(&self.target, Transport::ReverseWs);
        let failed = self.doors.reverse().and_then(Reverse::failed);
        let late = || Seen::Late(self.target.limits.connect_timeout, Vec::new());
        Exchange {
            transport: Transport::ReverseWs,
            sent: Sent::Waiting { url, headers: Vec::new(), text: None },
            sent_at,
            seen_at: Instant::now(),
            status: None,
            headers: Vec::new(),
            seen: failed.map_or_else(late, |why| Seen::Broken(why.en)),
            echo: None,
        }
    }

    /// A connection that the target opened. What came over it before somebody else used it does not count.
    fn reverse_line(&self, incoming: Arc<Incoming>, is_new: bool) -> Line {
        let role = incoming.role.unwrap_or(WsRole::Universal);
        let headers = incoming.attempt.headers.clone();
        let url = path_at(&self.doors.url(&self.target, Transport::ReverseWs), &incoming.attempt.path);
        let frames = Arc::clone(&incoming.client.frames);
        let mut line = self.line(Way::Reverse(incoming), frames, role, url, headers);
        if !is_new {
            line.opened = line.mark();
        }
        line
    }

    /// Where the posts of the target arrive.
    fn posts(&self) -> Result<Line, Refusal> {
        let webhook = self.doors.webhook().ok_or(Refusal::NoTransport(Transport::Webhook))?;
        let url = self.doors.url(&self.target, Transport::Webhook);
        let frames = Arc::clone(&webhook.frames);
        Ok(self.line(Way::Posts, frames, WsRole::Event, url, Vec::new()))
    }

    /// The second place where the posts of the target arrive, where there is one.
    pub(crate) fn posts_again(&self) -> Option<Line> {
        let webhook = self.doors.again()?;
        let (url, frames) = (format!("http://{}", webhook.addr), Arc::clone(&webhook.frames));
        Some(self.line(Way::Posts, frames, WsRole::Event, url, Vec::new()))
    }

    fn line(&self, way: Way, frames: Arc<Frames>, role: WsRole, url: String, headers: Vec<(String, String)>) -> Line {
        let contract = Arc::clone(&self.contract);
        let shared = matches!(way, Way::Posts);
        let opened = if shared { frames.mark() } else { Mark::default() };
        Line { way, frames, contract, role, url, headers, timeout: self.target.limits.timeout, opened }
    }

    /// An address and headers with what proves who the client is.
    fn with_proof(&self, transport: Transport, url: String, proof: &Proof) -> (String, Vec<(String, String)>) {
        let added = self.proof(transport, proof);
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
