//! What went over the wire while a check ran, in order, with times; bounded.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Direction, TraceLine, Transport, millis};

use crate::client::frames::Frame;
use crate::exchange::{Exchange, Sent};
use crate::gate::Connection;
use crate::received::Received;

/// How many entries are kept; of more, the last.
const KEPT: usize = 64;

/// How many characters of a body stand in a line.
const SHOWN: usize = 2000;

/// What went over the wire.
#[derive(Debug)]
pub struct Log {
    began: Instant,
    ended: Option<Instant>,
    entries: VecDeque<Entry>,
    dropped: usize,
}

#[derive(Debug)]
enum Entry {
    Exchange(Arc<Exchange>),
    Frame { at: Instant, transport: Transport, url: String, text: String },
    Note { at: Instant, text: String },
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), ended: None, entries: VecDeque::new(), dropped: 0 }
    }

    /// The checks came to their verdicts.
    pub(crate) fn finish(&mut self) {
        self.ended = Some(Instant::now());
    }

    /// How long the checks took.
    pub fn duration(&self) -> Duration {
        self.since(self.ended.unwrap_or_else(Instant::now))
    }

    fn add(&mut self, entry: Entry) {
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn push(&mut self, exchange: Arc<Exchange>) {
        self.add(Entry::Exchange(exchange));
    }

    /// Keeps a frame that came by itself.
    pub fn frame(&mut self, connection: &Connection, frame: &Frame) {
        self.frame_over(connection.transport(), connection.url(), frame);
    }

    /// Keeps a frame of a connection that is closed since.
    pub fn frame_over(&mut self, transport: Transport, url: &str, frame: &Frame) {
        let text = text_of(&frame.received);
        self.add(Entry::Frame { at: frame.at, transport, url: url.to_owned(), text });
    }

    /// Keeps something that happened beside the wire.
    pub fn note(&mut self, text: impl Into<String>) {
        self.add(Entry::Note { at: Instant::now(), text: text.into() });
    }

    /// The last exchange, which most often shows what is wrong.
    pub fn last(&self) -> Option<&Arc<Exchange>> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Exchange(exchange) => Some(exchange),
            _ => None,
        })
    }

    /// The lines of a record.
    pub fn lines(&self) -> Vec<TraceLine> {
        let mut lines = Vec::new();
        let line = |at: Instant, direction, transport, text: String| TraceLine {
            at_ms: millis(self.since(at)),
            direction,
            transport,
            text: shorten(text),
        };
        if self.dropped > 0 {
            let text = format!("{} earlier entries left out", self.dropped);
            lines.push(line(self.began, Direction::Note, None, text));
        }
        for entry in &self.entries {
            match entry {
                Entry::Note { at, text } => lines.push(line(*at, Direction::Note, None, text.clone())),
                Entry::Frame { at, transport, url, text } => {
                    let text = format!("{text}  ({url})");
                    lines.push(line(*at, Direction::Received, Some(*transport), text));
                }
                Entry::Exchange(exchange) => {
                    let transport = Some(exchange.transport);
                    lines.push(line(exchange.sent_at, Direction::Sent, transport, sent(exchange)));
                    let (direction, text) = received(exchange);
                    lines.push(line(exchange.received_at, direction, transport, text));
                }
            }
        }
        lines
    }

    fn since(&self, at: Instant) -> Duration {
        at.checked_duration_since(self.began).unwrap_or_default()
    }
}

fn sent(exchange: &Exchange) -> String {
    match &exchange.sent {
        Sent::Http(request) => {
            let head = format!("{} {}", request.method, request.url);
            if request.body.is_empty() { head } else { format!("{head} {}", String::from_utf8_lossy(&request.body)) }
        }
        Sent::Frame { text, .. } => text.clone(),
        Sent::Handshake { url, .. } => format!("connect {url}"),
        Sent::Waiting { url, text, .. } => text.clone().unwrap_or_else(|| format!("wait at {url}")),
    }
}

fn received(exchange: &Exchange) -> (Direction, String) {
    let status = exchange.status.map(|status| format!("HTTP {status} ")).unwrap_or_default();
    let direction = match &exchange.received {
        Received::TimedOut(..) | Received::Closed(_) | Received::ProtocolError(_) | Received::ConnectFailed(_) => {
            Direction::Note
        }
        _ => Direction::Received,
    };
    (direction, format!("{status}{}", text_of(&exchange.received)))
}

fn text_of(received: &Received) -> String {
    match received {
        Received::Json(value) => value.to_string(),
        Received::Parts(parts) => parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Received::Text(text) => text.clone(),
        received => received.describe().en,
    }
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
