//! What is sent over an open connection, and which frame answers it.

use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::Value;

use super::{ECHO_PREFIX, Line, Way};
use crate::client::frames::{Frame, Mark};
use crate::client::ws::WsClient;
use crate::exchange::{Exchange, Sent};
use crate::gate::{Gate, Pass, Refusal, wire};
use crate::seen::Seen;

impl Gate {
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
    /// What comes next may be the answer to anything: who uses the connection next needs a new one.
    fn disturb(&self) {
        if let Way::Reverse(incoming) = &self.way {
            incoming.disturbed.store(true, Ordering::Release);
        }
    }

    /// What can be sent over.
    pub(super) fn client(&self) -> Result<&WsClient, Refusal> {
        match &self.way {
            Way::Forward(client) => Ok(client),
            Way::Reverse(incoming) => Ok(&incoming.client),
            Way::Stream(_) | Way::Posts => Err(Refusal::NoTransport(self.transport())),
        }
    }

    pub(in crate::gate) async fn call(&self, pass: &Pass, frame: Value, echo: Value) -> Result<Exchange, Refusal> {
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
            // The end may not have been read yet by who reads this connection.
            self.disturb();
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
