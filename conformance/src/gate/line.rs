//! An open connection to a target, whoever opened it, or the place where its posts arrive. It can be listened to freely;
//! what is sent over it passes the gate.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;
use serde_json::Value;

use super::{Gate, Pass, Proof, Refusal, wire};
use crate::client::frames::{Frame, Frames, Mark};
use crate::client::reverse::{Incoming, Reverse};
use crate::client::sse::SseClient;
use crate::client::sse::reader::Defect;
use crate::client::ws::WsClient;
use crate::contract::Contract;
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::seen::Seen;

/// What the echoes of plain calls begin with.
pub(super) const ECHO_PREFIX: &str = "botspec-";

/// An open connection, or the place where posts arrive.
#[derive(Debug)]
pub struct Line {
    way: Way,
    frames: Arc<Frames>,
    contract: Arc<Contract>,
    role: WsRole,
    url: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    opened: Mark,
}

/// What stands behind a line.
#[derive(Debug)]
enum Way {
    /// A WebSocket that the target serves, ended with the line.
    Forward(WsClient),
    /// A WebSocket that the target opened, which others may use too.
    Reverse(Arc<Incoming>),
    /// A stream of events, ended with the line.
    Stream(SseClient),
    /// The posts of the target.
    Posts,
}

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
            Err(no) => Ok(Err(Exchange {
                transport: Transport::Sse,
                sent: Sent::Http(request),
                sent_at,
                seen_at: Instant::now(),
                status: no.status,
                headers: no.headers,
                seen: no.seen,
                echo: None,
            })),
        }
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
            self.silence(Transport::ReverseWs).store(super::SILENT_AFTER, Ordering::Relaxed);
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
        let keys = self.contract.call_keys().ok_or(Refusal::NoTransport(line.transport()))?;
        let frame = wire::frame(keys, action, params, echo.as_ref());
        if echo.is_none() {
            line.disturb();
        }
        let exchange = line.exchange(&Pass(()), frame.to_string(), echo).await?;
        self.learn(action, &exchange);
        Ok(exchange)
    }

    /// Sends a frame as it is over an open connection and waits for the answer. Like raw HTTP, it may name read actions
    /// and actions that do not exist alone.
    pub async fn raw_frame(&self, line: &Line, text: &str) -> Result<Exchange, Refusal> {
        self.frame_is_harmless(text)?;
        let _turn = self.pace.turn().await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        line.disturb();
        line.exchange(&Pass(()), text.to_owned(), None).await
    }

    /// Sends frames one after the other without waiting for answers.
    pub async fn raw_frames(&self, line: &Line, texts: &[String]) -> Result<Result<(), Seen>, Refusal> {
        for text in texts {
            self.frame_is_harmless(text)?;
        }
        let _turn = self.pace.turn().await;
        line.disturb();
        for text in texts {
            self.requests.fetch_add(1, Ordering::Relaxed);
            if let Err(seen) = line.client()?.send(&Pass(()), text).await {
                return Ok(Err(seen));
            }
        }
        Ok(Ok(()))
    }

    /// Sends a text in several frames that are cut anywhere, also within a character, and waits for the answer.
    pub async fn raw_pieces(&self, line: &Line, pieces: &[Vec<u8>], echo: Value) -> Result<Exchange, Refusal> {
        let text = String::from_utf8_lossy(&pieces.concat()).into_owned();
        self.frame_is_harmless(&text)?;
        let client = line.client()?;
        let _turn = self.pace.turn().await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (sent_at, mark) = (Instant::now(), line.mark());
        let sent = client.send_pieces(&Pass(()), pieces).await;
        Ok(line.answered(sent, mark, sent_at, text, Some(echo)).await)
    }
}

impl Line {
    /// Whether the connection still stands, as far as we know.
    pub fn is_open(&self) -> bool {
        self.frames.ended().is_none()
    }

    /// How the connection ended, where it has.
    pub fn ended(&self) -> Option<Seen> {
        self.frames.ended()
    }

    /// The transport.
    pub fn transport(&self) -> Transport {
        match self.way {
            Way::Forward(_) => Transport::Ws,
            Way::Reverse(_) => Transport::ReverseWs,
            Way::Stream(_) => Transport::Sse,
            Way::Posts => Transport::Webhook,
        }
    }

    /// What comes next may be the answer to anything: who uses the connection next needs a new one.
    fn disturb(&self) {
        if let Way::Reverse(incoming) = &self.way {
            incoming.disturbed.store(true, Ordering::Release);
        }
    }

    /// What can be sent over.
    fn client(&self) -> Result<&WsClient, Refusal> {
        match &self.way {
            Way::Forward(client) => Ok(client),
            Way::Reverse(incoming) => Ok(&incoming.client),
            Way::Stream(_) | Way::Posts => Err(Refusal::NoTransport(self.transport())),
        }
    }

    /// The headers with which the connection was opened: those that were sent, or those that the target came with.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// A header with which the connection was opened.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What is wrong with the framing of a stream so far.
    pub fn defects(&self) -> Vec<Defect> {
        match &self.way {
            Way::Stream(stream) => stream.defects(),
            _ => Vec::new(),
        }
    }

    /// The status and the headers with which a stream was answered.
    pub fn answer(&self) -> Option<(u16, &[(String, String)])> {
        match &self.way {
            Way::Stream(stream) => Some((stream.status, &stream.headers)),
            _ => None,
        }
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
        self.frames.mark()
    }

    /// The frames since a place.
    pub fn since(&self, mark: Mark) -> Vec<Arc<Frame>> {
        self.frames.since(mark).0
    }

    /// Waits for the first frame since a place that is wanted. The error says how the connection ended, or nothing where
    /// the time was over.
    pub async fn wait(
        &self,
        from: Mark,
        within: Duration,
        wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Seen>> {
        self.wait_until(from, Instant::now() + within, wanted).await
    }

    /// The same with the time at which waiting ends.
    pub async fn wait_until(
        &self,
        from: Mark,
        until: Instant,
        wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Seen>> {
        self.frames.wait(from, until, wanted).await
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

    /// Ends the connection. Where posts arrive nothing ends.
    pub async fn close(&self) {
        if let Ok(client) = self.client() {
            client.close().await;
        }
    }

    /// An exchange that shows this connection with what was seen on it.
    pub fn shows(&self, seen: Seen) -> Exchange {
        let now = Instant::now();
        let (url, headers) = (self.url.clone(), self.headers.clone());
        let (status, answered) = self.answer().map_or((None, Vec::new()), |(status, it)| (Some(status), it.to_vec()));
        let sent = match self.way {
            Way::Forward(_) => Sent::Handshake { url, headers },
            Way::Stream(_) => {
                Sent::Http(HttpRequest { method: "GET".to_owned(), url, headers, ..HttpRequest::default() })
            }
            Way::Reverse(_) | Way::Posts => Sent::Waiting { url, headers, text: None },
        };
        let transport = self.transport();
        Exchange { transport, sent, sent_at: now, seen_at: now, status, headers: answered, seen, echo: None }
    }

    /// An exchange that shows a frame with what it came in.
    pub fn shows_frame(&self, frame: &Frame) -> Exchange {
        let mut shown = self.shows(frame.seen.clone());
        if let (Some(post), Sent::Waiting { headers, .. }) = (frame.post(), &mut shown.sent) {
            headers.clone_from(&post.headers);
        }
        shown
    }

    pub(super) async fn call(&self, pass: &Pass, frame: Value, echo: Value) -> Result<Exchange, Refusal> {
        self.exchange(pass, frame.to_string(), Some(echo)).await
    }

    /// Sends a frame and waits for what answers it: the frame with its echo; else the first that is an answer and not to
    /// another call, or that cannot be read.
    async fn exchange(&self, pass: &Pass, text: String, echo: Option<Value>) -> Result<Exchange, Refusal> {
        let client = self.client()?;
        let (sent_at, mark) = (Instant::now(), self.mark());
        let sent = client.send(pass, &text).await;
        Ok(self.answered(sent, mark, sent_at, text, echo).await)
    }

    async fn answered(
        &self,
        sent: Result<(), Seen>,
        mark: Mark,
        sent_at: Instant,
        text: String,
        echo: Option<Value>,
    ) -> Exchange {
        let seen = if let Err(seen) = sent {
            seen
        } else {
            let keys = self.contract.call_keys();
            let answers = |frame: &Frame| match &frame.seen {
                Seen::Json(answer) => {
                    let told = keys.and_then(|keys| answer.get(&keys.echo));
                    told.is_some() && told == echo.as_ref()
                        || self.contract.is_answer(answer) && !is_another(told, echo.as_ref())
                }
                _ => true,
            };
            match self.frames.wait(mark, sent_at + self.timeout, answers).await {
                Ok(frame) => frame.seen.clone(),
                Err(Some(ended)) => ended,
                Err(None) => Seen::Late(self.timeout, Vec::new()),
            }
        };
        let (url, headers) = (self.url.clone(), self.headers.clone());
        let sent = match self.way {
            Way::Forward(_) => Sent::Frame { url, headers, text },
            _ => Sent::Waiting { url, headers, text: Some(text) },
        };
        let (transport, seen_at) = (self.transport(), Instant::now());
        Exchange { transport, sent, sent_at, seen_at, status: None, headers: Vec::new(), seen, echo }
    }
}

/// The content type of server-sent events, as HTTP names it.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// An address with another path.
fn path_at(url: &str, path: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("ws", url));
    format!("{scheme}://{}{path}", rest.split('/').next().unwrap_or_default())
}

/// Whether an echo belongs to another plain call: an earlier one whose answer came late, or one that is under way over
/// the same connection.
fn is_another(told: Option<&Value>, own: Option<&Value>) -> bool {
    let number = |echo: Option<&Value>| echo?.as_str()?.strip_prefix(ECHO_PREFIX)?.parse::<u64>().ok();
    match (number(told), number(own)) {
        (Some(told), Some(own)) => told != own,
        (Some(_), None) => true,
        _ => false,
    }
}
