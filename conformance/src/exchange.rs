//! One request with what came back, and when.

use std::time::{Duration, Instant};

use botspec_reports::record::{Capture, Transport};
use serde_json::Value;

use crate::received::Received;

/// What was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// A request over HTTP.
    Http(HttpRequest),
    /// A frame over a WebSocket.
    Frame {
        /// Where the connection was opened.
        url: String,
        /// The headers that its handshake added.
        headers: Vec<(String, String)>,
        /// The frame.
        text: String,
    },
    /// The handshake of a WebSocket.
    Handshake {
        /// Where the connection was opened.
        url: String,
        /// The headers that were added.
        headers: Vec<(String, String)>,
    },
    /// Nothing but what the target asked for: it connected here.
    Waiting {
        /// Where botspec listens.
        url: String,
        /// The headers that the target came with.
        headers: Vec<(String, String)>,
        /// The frame that was sent over the connection, where one was.
        text: Option<String>,
    },
}

/// A request over HTTP as it goes out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Headers beside those every request has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Where the body is cut into pieces that travel by themselves, as offsets; empty for one piece.
    pub cuts: Vec<usize>,
}

/// One request with what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The transport.
    pub transport: Transport,
    /// What was sent.
    pub sent: Sent,
    /// When it was sent.
    pub sent_at: Instant,
    /// When the answer was there, or was given up.
    pub received_at: Instant,
    /// The status code, where the transport has one.
    pub status: Option<u16>,
    /// The headers of the answer, bounded.
    pub headers: Vec<(String, String)>,
    /// What came back.
    pub received: Received,
    /// For a call over a WebSocket: the echo that was sent.
    pub echo: Option<Value>,
}

impl Exchange {
    /// Nothing that was sent, where what came in the whole run is looked at.
    pub(crate) fn nothing_sent(transport: Transport) -> Self {
        let now = Instant::now();
        Self {
            transport,
            sent: Sent::Waiting { url: String::new(), headers: Vec::new(), text: None },
            sent_at: now,
            received_at: now,
            status: None,
            headers: Vec::new(),
            received: Received::Empty,
            echo: None,
        }
    }

    /// The document that came back, where one did.
    pub fn json(&self) -> Option<&Value> {
        self.received.json()
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// How long the answer took.
    pub fn duration(&self) -> Duration {
        self.received_at.duration_since(self.sent_at)
    }

    /// What was sent, to show it.
    pub fn request(&self) -> Capture {
        match &self.sent {
            Sent::Http(request) => {
                let head = head_of(format!("{} {}", request.method, request.url), &request.headers);
                Capture::from_bytes(&request.body).with_head(head)
            }
            Sent::Frame { text, .. } => Capture::new(text),
            Sent::Waiting { url, headers, text } => Capture::new(text.as_deref().unwrap_or_default())
                .with_head(head_of(format!("listening at {url}"), headers)),
            Sent::Handshake { url, headers } => {
                Capture::default().with_head(head_of(format!("WebSocket {url}"), headers))
            }
        }
    }

    /// What came back, to show it.
    pub fn response(&self) -> Option<Capture> {
        let capture = self.received.capture();
        match self.status {
            None => capture,
            Some(status) => {
                Some(capture.unwrap_or_default().with_head(head_of(format!("HTTP {status}"), &self.headers)))
            }
        }
    }
}

fn head_of(first: String, headers: &[(String, String)]) -> Vec<String> {
    std::iter::once(first).chain(headers.iter().map(|(name, value)| format!("{name}: {value}"))).collect()
}
