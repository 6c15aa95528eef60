//! What a cause was seen in: a call with its answer, or an event. It is held as it was and masked when it is written.

use std::time::SystemTime;

use botspec_conformance::{Judge, Received, Secrets};
use botspec_reports::record::Capture;
use serde_json::Value;

/// A longer document is not held; its length is.
const LONGEST: usize = 64 << 10;

/// What a cause was seen in.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    pub(crate) time: SystemTime,
    /// The transport that it passed over, without anything that the other side chose.
    pub(crate) head: String,
    /// The call, where it was one.
    pub(crate) call: Option<ActionCall>,
    /// What came: the answer, or the event.
    pub(crate) body: Body,
    size: usize,
}

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct ActionCall {
    pub(crate) action: String,
    pub(crate) params: Value,
}

/// What came.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// None.
    None,
    /// A document.
    Json(Value),
    /// Something else, or something too long.
    Other(Received),
}

impl Evidence {
    /// Evidence of which so many bytes passed.
    pub(crate) fn new(
        time: SystemTime,
        head: String,
        call: Option<ActionCall>,
        received: Option<Received>,
        size: usize,
    ) -> Self {
        let body = match received {
            None => Body::None,
            Some(Received::Json(_)) if size > LONGEST => Body::Other(Received::TooLarge(LONGEST, Vec::new())),
            Some(Received::Json(document)) => Body::Json(document),
            Some(other) => Body::Other(other),
        };
        Self { time, head, call, body, size: size.min(LONGEST) }
    }

    /// Roughly how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        // Parsed JSON takes a multiple of its text.
        self.size * 4 + 512
    }

    /// What was sent and what came, with the people and secrets in it learned, and what no contract knows left out.
    pub(crate) fn captures(
        &self,
        judge: &Judge,
        secrets: &Secrets,
        private: bool,
    ) -> (Option<Capture>, Option<Capture>) {
        let head = |capture: Capture| capture.with_head(vec![self.head.clone()]);
        let document = match &self.body {
            Body::Json(document) => Some(document),
            _ => None,
        };
        match &self.call {
            Some(ActionCall { action, params }) => judge.learn_call(secrets, private, action, params, document),
            None => document.into_iter().for_each(|event| judge.learn_event(secrets, private, event)),
        }
        let shown = |document: &Value, known: &dyn Fn(Value) -> Value| {
            let document = document.clone();
            Capture::new(&if private { document } else { known(document) }.to_string())
        };
        let called = self.call.as_ref();
        let request = called.map(|call| {
            let params = shown(&call.params, &|params| judge.known_params(&call.action, params));
            Capture::new(&format!("{} {}", call.action, params.body)).with_head(vec![self.head.clone()])
        });
        let response = match &self.body {
            Body::None => None,
            Body::Json(document) => Some(shown(document, &|document| match called {
                Some(call) => judge.known_answer(&call.action, document),
                None => judge.known_event(document),
            })),
            Body::Other(received) if private => received.capture(),
            Body::Other(received) => Some(Capture::new(&received.describe().en)),
        };
        let response = if request.is_some() { response } else { response.map(head) };
        (request, response)
    }
}
