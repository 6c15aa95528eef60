//! What is sent over an open connection, and which frame answers it.

use std::sync::atomic::Ordering;
use std::time::Instant;

use botspec_schema::model::Effect;
use serde_json::Value;

use super::{Connection, ConnectionKind};
use crate::client::frames::{Cursor, Frame};
use crate::client::ws::WsClient;
use crate::exchange::{Exchange, Sent};
use crate::gate::{Gate, Permit, Refusal, wire};
use crate::received::Received;

impl Gate {
    /// Calls an action over an open connection. `echo` is sent as it is, or not at all.
    pub async fn call_on(
        &self,
        connection: &Connection,
        action: &str,
        params: Option<&Value>,
        echo: Option<Value>,
    ) -> Result<Exchange, Refusal> {
        self.would_allow(action, params.unwrap_or(&Value::Null))?;
        if self.closing.load(Ordering::Acquire) {
            return Err(Refusal::Silent(connection.transport()));
        }
        let given = params.cloned().unwrap_or_default();
        self.within_policy(action, &given)?;
        let change = self.begin_change(connection.transport(), action, &given).await?;
        let changes = self.effect_of(action) >= Effect::Write;
        if changes {
            self.observed.may_change();
        }
        let _turn = self.pace.turn(self.effect_of(action)).await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let keys = self.contract.call_keys().ok_or(Refusal::NoTransport(connection.transport()))?;
        let frame = wire::frame(keys, action, params, echo.as_ref());
        if echo.is_none() {
            connection.disturb();
        }
        let exchange = connection.exchange(&Permit(()), frame.to_string(), echo).await?;
        self.clock(action, &exchange);
        if !matches!(exchange.received, Received::TimedOut(..)) {
            self.observe(connection.transport(), &exchange);
        }
        self.learn(action, &given, &exchange);
        if changes {
            self.observed.may_change();
        }
        self.observed.answer(action, &given, &exchange);
        self.end_change(change, action, &given, &exchange).await;
        Ok(exchange)
    }

    /// Sends a frame as it is over an open connection and waits for the answer. Like raw HTTP, it may name read actions
    /// and actions that do not exist alone.
    pub async fn raw_frame(&self, connection: &Connection, text: &str) -> Result<Exchange, Refusal> {
        self.frame_is_harmless(text)?;
        self.raw_frame_within_policy(connection.transport(), text)?;
        let _turn = self.pace.turn(Effect::Read).await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        connection.disturb();
        connection.exchange(&Permit(()), text.to_owned(), None).await
    }

    /// Sends frames one after the other without waiting for answers.
    pub async fn raw_frames(&self, connection: &Connection, texts: &[String]) -> Result<Result<(), Received>, Refusal> {
        for text in texts {
            self.frame_is_harmless(text)?;
            self.raw_frame_within_policy(connection.transport(), text)?;
        }
        connection.disturb();
        for text in texts {
            let _turn = self.pace.turn(Effect::Read).await;
            self.requests.fetch_add(1, Ordering::Relaxed);
            if let Err(received) = connection.client()?.send(&Permit(()), text).await {
                return Ok(Err(received));
            }
        }
        Ok(Ok(()))
    }

    /// Sends a text in several frames that are cut anywhere, also within a character, and waits for the answer.
    pub async fn raw_pieces(
        &self,
        connection: &Connection,
        pieces: &[Vec<u8>],
        echo: Value,
    ) -> Result<Exchange, Refusal> {
        let text = String::from_utf8_lossy(&pieces.concat()).into_owned();
        self.frame_is_harmless(&text)?;
        self.raw_frame_within_policy(connection.transport(), &text)?;
        let client = connection.client()?;
        let _turn = self.pace.turn(Effect::Read).await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (sent_at, cursor) = (Instant::now(), connection.cursor());
        let sent = client.send_pieces(&Permit(()), pieces).await;
        Ok(connection.answered(sent, cursor, sent_at, text, Some(echo)).await)
    }
}

impl Connection {
    /// What comes next may be the answer to anything: who uses the connection next needs a new one.
    fn disturb(&self) {
        if let ConnectionKind::Reverse(incoming) = &self.kind {
            incoming.disturbed.store(true, Ordering::Release);
        }
    }

    /// What can be sent over.
    pub(super) fn client(&self) -> Result<&WsClient, Refusal> {
        match &self.kind {
            ConnectionKind::Forward(client, _) => Ok(client),
            ConnectionKind::Reverse(incoming) => Ok(&incoming.client),
            ConnectionKind::Stream(_) | ConnectionKind::Posts => Err(Refusal::NoTransport(self.transport())),
        }
    }

    pub(in crate::gate) async fn call(&self, permit: &Permit, frame: Value, echo: Value) -> Result<Exchange, Refusal> {
        self.exchange(permit, frame.to_string(), Some(echo)).await
    }

    /// Sends a frame and waits for what answers it: the frame with its echo; else the first that is an answer and not to
    /// another call, or that cannot be read.
    async fn exchange(&self, permit: &Permit, text: String, echo: Option<Value>) -> Result<Exchange, Refusal> {
        let client = self.client()?;
        let (sent_at, cursor) = (Instant::now(), self.cursor());
        let sent = client.send(permit, &text).await;
        Ok(self.answered(sent, cursor, sent_at, text, echo).await)
    }

    async fn answered(
        &self,
        sent: Result<(), Received>,
        cursor: Cursor,
        sent_at: Instant,
        text: String,
        echo: Option<Value>,
    ) -> Exchange {
        let received = if let Err(received) = sent {
            // The end may not have been read yet by who reads this connection.
            self.disturb();
            received
        } else {
            let keys = self.contract.call_keys();
            let answers = |frame: &Frame| match &frame.received {
                Received::Json(answer) => {
                    let reported = keys.and_then(|keys| answer.get(&keys.echo));
                    reported.is_some() && reported == echo.as_ref()
                        || self.contract.is_answer(answer) && !is_another(reported, echo.as_ref())
                }
                _ => true,
            };
            match self.frames.wait(cursor, sent_at + self.timeout, answers).await {
                Ok(frame) => frame.received.clone(),
                Err(Some(ended)) => ended,
                Err(None) => Received::TimedOut(self.timeout, Vec::new()),
            }
        };
        let (url, headers) = (self.url.clone(), self.headers.clone());
        let sent = match self.kind {
            ConnectionKind::Forward(..) => Sent::Frame { url, headers, text },
            _ => Sent::Waiting { url, headers, text: Some(text) },
        };
        let (transport, received_at) = (self.transport(), Instant::now());
        Exchange { transport, sent, sent_at, received_at, status: None, headers: Vec::new(), received, echo }
    }
}

/// Whether an echo belongs to another plain call: an earlier one whose answer came late, or one that is under way over
/// the same connection.
fn is_another(reported: Option<&Value>, own: Option<&Value>) -> bool {
    let number = |echo: Option<&Value>| crate::echo::number(echo?.as_str()?);
    match (number(reported), number(own)) {
        (Some(reported), Some(own)) => reported != own,
        (Some(_), None) => true,
        _ => false,
    }
}
