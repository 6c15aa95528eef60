//! An open connection to a target, whoever opened it, or the place where its posts arrive. It can be listened to freely;
//! what is sent over it passes the gate.

mod open;
mod origin;
mod send;

use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use botspec_schema::model::WsRole;
use serde_json::Value;

use self::origin::Origin;
use crate::client::frames::{Cursor, Frame, Frames, Observer};
use crate::client::reverse::Incoming;
use crate::client::sse::SseClient;
use crate::client::sse::reader::Defect;
use crate::client::ws::WsClient;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::gate::held::Hold;
use crate::received::Received;

/// The content type of server-sent events, as HTTP names it.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// An open connection, or the place where posts arrive.
#[derive(Debug)]
pub struct Connection {
    kind: ConnectionKind,
    frames: Arc<Frames>,
    contract: Arc<Contract>,
    role: WsRole,
    url: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    opened: Cursor,
}

/// What stands behind a line.
#[derive(Debug)]
enum ConnectionKind {
    /// A WebSocket that the target serves, ended with the line.
    Forward(Box<WsClient>, #[expect(dead_code, reason = "it ends with the connection")] Hold),
    /// A WebSocket that the target opened, which others may use too.
    Reverse(Arc<Incoming>),
    /// A stream of events, ended with the line.
    Stream(SseClient),
    /// The posts of the target.
    Posts,
}

impl Connection {
    /// Whether the connection still stands, as far as we know.
    pub fn is_open(&self) -> bool {
        self.frames.ended().is_none()
    }

    /// How the connection ended, where it has.
    pub fn ended(&self) -> Option<Received> {
        self.frames.ended()
    }

    /// The transport.
    pub fn transport(&self) -> Transport {
        match self.kind {
            ConnectionKind::Forward(..) => Transport::Ws,
            ConnectionKind::Reverse(_) => Transport::ReverseWs,
            ConnectionKind::Stream(_) => Transport::Sse,
            ConnectionKind::Posts => Transport::Webhook,
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
        match &self.kind {
            ConnectionKind::Stream(stream) => stream.defects(),
            _ => Vec::new(),
        }
    }

    /// The status and the headers with which a stream was answered.
    pub fn answer(&self) -> Option<(u16, &[(String, String)])> {
        match &self.kind {
            ConnectionKind::Stream(stream) => Some((stream.status, &stream.headers)),
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
    pub fn beginning(&self) -> Cursor {
        self.opened
    }

    /// The place behind the last frame that came.
    pub fn cursor(&self) -> Cursor {
        self.frames.cursor()
    }

    /// The frames since a place.
    pub fn since(&self, cursor: Cursor) -> Vec<Arc<Frame>> {
        self.frames.since(cursor).0
    }

    /// Waits for the first frame since a place that is wanted. The error states how the connection ended, or nothing where
    /// the time was over.
    pub async fn wait(
        &self,
        from: Cursor,
        within: Duration,
        wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Received>> {
        self.wait_until(from, Instant::now() + within, wanted).await
    }

    /// The same with the time at which waiting ends.
    pub async fn wait_until(
        &self,
        from: Cursor,
        until: Instant,
        wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Received>> {
        self.frames.wait(from, until, wanted).await
    }

    /// Waits for an event, whichever it is, that is wanted.
    pub async fn event(
        &self,
        from: Cursor,
        within: Duration,
        mut wanted: impl FnMut(&Value) -> bool,
    ) -> Result<Arc<Frame>, Option<Received>> {
        let is_wanted = move |frame: &Frame| frame.received.json().is_some_and(&mut wanted);
        self.wait(from, within, is_wanted).await
    }

    /// Ends the connection. Where posts arrive nothing ends.
    pub async fn close(&self) {
        if let Ok(client) = self.client() {
            client.close().await;
        }
    }

    /// Drops the frames that came so far.
    pub(super) fn discard_frames(&self) {
        self.frames.discard();
    }

    /// An exchange that shows this connection with what was seen on it.
    pub fn evidence(&self, received: Received) -> Exchange {
        self.origin().evidence(received)
    }

    /// An exchange that shows a frame with what it came in.
    pub fn evidence_of(&self, frame: &Frame) -> Exchange {
        self.origin().evidence_of(frame)
    }

    /// Where its frames come from.
    pub(super) fn origin(&self) -> Origin {
        let answer = self.answer().map(|(status, headers)| (status, headers.to_vec()));
        Origin { transport: self.transport(), url: self.url.clone(), headers: self.headers.clone(), answer }
    }

    /// Lets an observer look at every frame.
    pub(super) fn observe(&self, observer: Observer) {
        self.frames.observe(observer);
    }
}
