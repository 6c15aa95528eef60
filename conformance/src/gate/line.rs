//! An open WebSocket to a target. It can be listened to freely; what is sent over it passes the gate.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;
use serde_json::Value;

use super::{Gate, Pass, Proof, Refusal, wire};
use crate::client::frames::{Frame, Mark};
use crate::client::ws::WsClient;
use crate::contract::Contract;
use crate::exchange::{Exchange, Sent};
use crate::seen::Seen;

/// What the echoes of plain calls begin with.
pub(super) const ECHO_PREFIX: &str = "botspec-";

/// An open connection.
#[derive(Debug)]
pub struct Line {
    client: WsClient,
    contract: Arc<Contract>,
    role: WsRole,
    url: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    opened: Mark,
}

impl Gate {
    /// Opens a connection of a role at the first path that has it. What is seen in place of a connection comes back as an
    /// exchange.
    pub async fn open(&self, role: WsRole, proof: &Proof) -> Result<Result<Line, Exchange>, Refusal> {
        let endpoints = self.contract.file().transports.ws.iter().flat_map(|ws| &ws.endpoints);
        let path = endpoints.filter(|endpoint| endpoint.role == role).flat_map(|endpoint| &endpoint.paths).next();
        match path {
            Some(path) => self.open_path(role, path, proof).await,
            None => Err(Refusal::NoTransport(Transport::Ws)),
        }
    }

    /// Opens a connection at a path.
    pub async fn open_path(&self, role: WsRole, path: &str, proof: &Proof) -> Result<Result<Line, Exchange>, Refusal> {
        let adapter = self.target.ws.as_ref().ok_or(Refusal::NoTransport(Transport::Ws))?;
        let added = self.proof(Transport::Ws, proof);
        let mut url = format!("{}{path}", adapter.url);
        if let Some(query) = added.query {
            url = format!("{url}?{query}");
        }
        let headers: Vec<_> = added.header.into_iter().collect();
        let sent_at = Instant::now();
        self.requests.fetch_add(1, Ordering::Relaxed);
        match WsClient::connect(&Pass(()), &url, &headers, &self.target.limits).await {
            Ok(client) => {
                let (contract, timeout) = (Arc::clone(&self.contract), self.target.limits.timeout);
                let opened = Mark::default();
                Ok(Ok(Line { client, contract, role, url, headers, timeout, opened }))
            }
            Err(no) => {
                let exchange = Exchange {
                    transport: Transport::Ws,
                    sent: Sent::Handshake { url, headers },
                    sent_at,
                    seen_at: Instant::now(),
                    status: no.status,
                    headers: no.headers,
                    seen: no.seen,
                    echo: None,
                };
                self.heard(Transport::Ws, &exchange);
                Ok(Err(exchange))
            }
        }
    }

    /// Calls an action over an open connection. `echo` is sent as it is, or not at all.
    pub async fn call_on(
        &self,
        line: &Line,
        action: &str,
        params: Option<&Value>,
        echo: Option<Value>,
    ) -> Result<Exchange, Refusal> {
        self.would_allow(action, params.unwrap_or(&Value::Null))?;
        let _turn = self.pace.turn().await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let keys = self.contract.call_keys().ok_or(Refusal::NoTransport(Transport::Ws))?;
        let frame = wire::frame(keys, action, params, echo.as_ref());
        let exchange = line.exchange(&Pass(()), frame.to_string(), echo).await;
        self.learn(action, &exchange);
        Ok(exchange)
    }

    /// Sends a frame as it is over an open connection and waits for the answer. Like raw HTTP, it may name read actions
    /// and actions that do not exist alone.
    pub async fn raw_frame(&self, line: &Line, text: &str) -> Result<Exchange, Refusal> {
        self.frame_is_harmless(text)?;
        let _turn = self.pace.turn().await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        Ok(line.exchange(&Pass(()), text.to_owned(), None).await)
    }

    /// Sends frames one after the other without waiting for answers.
    pub async fn raw_frames(&self, line: &Line, texts: &[String]) -> Result<Result<(), Seen>, Refusal> {
        for text in texts {
            self.frame_is_harmless(text)?;
        }
        let _turn = self.pace.turn().await;
        for text in texts {
            self.requests.fetch_add(1, Ordering::Relaxed);
            if let Err(seen) = line.client.send(&Pass(()), text).await {
                return Ok(Err(seen));
            }
        }
        Ok(Ok(()))
    }
}

impl Line {
    /// Whether the connection still stands, as far as we know.
    pub fn is_open(&self) -> bool {
        self.client.frames.ended().is_none()
    }

    /// How the connection ended, where it has.
    pub fn ended(&self) -> Option<Seen> {
        self.client.frames.ended()
    }

    /// What it carries.
    pub fn role(&self) -> WsRole {
        self.role
    }

    /// Where it was opened.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The place before the first frame.
    pub fn beginning(&self) -> Mark {
        self.opened
    }

    /// The place behind the last frame that came.
    pub fn mark(&self) -> Mark {
        self.client.frames.mark()
    }

    /// The frames since a place.
    pub fn since(&self, mark: Mark) -> Vec<Arc<Frame>> {
        self.client.frames.since(mark).0
    }

    /// Waits for the first frame since a place that is wanted. The error says how the connection ended, or nothing where
    /// the time was over.
    pub async fn wait(
        &self,
        from: Mark,
        within: Duration,
        wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Seen>> {
        self.client.frames.wait(from, Instant::now() + within, wanted).await
    }

    /// Waits for an event, whichever it is, that is wanted.
    pub async fn event(
        &self,
        from: Mark,
        within: Duration,
        mut wanted: impl FnMut(&Value) -> bool,
    ) -> Result<Arc<Frame>, Option<Seen>> {
        let is_wanted = move |frame: &Frame| frame.seen.json().is_some_and(&mut wanted);
        self.wait(from, within, is_wanted).await
    }

    /// Ends the connection.
    pub async fn close(&self) {
        self.client.close().await;
    }

    /// An exchange that shows this connection with what was seen on it.
    pub fn shows(&self, seen: Seen) -> Exchange {
        let now = Instant::now();
        Exchange {
            transport: Transport::Ws,
            sent: Sent::Handshake { url: self.url.clone(), headers: self.headers.clone() },
            sent_at: now,
            seen_at: now,
            status: None,
            headers: Vec::new(),
            seen,
            echo: None,
        }
    }

    pub(super) async fn call(&self, pass: &Pass, frame: Value, echo: Value) -> Exchange {
        self.exchange(pass, frame.to_string(), Some(echo)).await
    }

    /// Sends a frame and waits for what answers it: the frame with its echo; else the first that is an answer and not to
    /// an earlier call, or that cannot be read.
    async fn exchange(&self, pass: &Pass, text: String, echo: Option<Value>) -> Exchange {
        let sent_at = Instant::now();
        let mark = self.mark();
        let seen = if let Err(seen) = self.client.send(pass, &text).await {
            seen
        } else {
            let keys = self.contract.call_keys();
            let answers = |frame: &Frame| match &frame.seen {
                Seen::Json(answer) => {
                    let told = keys.and_then(|keys| answer.get(&keys.echo));
                    told.is_some() && told == echo.as_ref()
                        || self.contract.is_answer(answer) && !is_earlier(told, echo.as_ref())
                }
                _ => true,
            };
            match self.client.frames.wait(mark, sent_at + self.timeout, answers).await {
                Ok(frame) => frame.seen.clone(),
                Err(Some(ended)) => ended,
                Err(None) => Seen::Late(self.timeout, Vec::new()),
            }
        };
        Exchange {
            transport: Transport::Ws,
            sent: Sent::Frame { url: self.url.clone(), headers: self.headers.clone(), text },
            sent_at,
            seen_at: Instant::now(),
            status: None,
            headers: Vec::new(),
            seen,
            echo,
        }
    }
}

/// Whether an echo belongs to an earlier plain call, whose answer came late.
fn is_earlier(told: Option<&Value>, own: Option<&Value>) -> bool {
    let number = |echo: Option<&Value>| echo?.as_str()?.strip_prefix(ECHO_PREFIX)?.parse::<u64>().ok();
    match (number(told), number(own)) {
        (Some(told), Some(own)) => told < own,
        (Some(_), None) => true,
        _ => false,
    }
}
