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
    /// A line that says where it passed, without anything that the other side chose.
    pub(crate) head: String,
    /// The call, where it was one.
    pub(crate) call: Option<Called>,
    /// What came: the answer, or the event.
    pub(crate) came: Came,
    size: usize,
}

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) action: String,
    pub(crate) params: Value,
}

/// What came.
#[derive(Debug, Clone)]
pub(crate) enum Came {
    /// Nothing.
    Nothing,
    /// A document.
    Document(Value),
    /// Something else, or something too long.
    Other(Received),
}

impl Evidence {
    /// Evidence of which so many bytes passed.
    pub(crate) fn new(
        time: SystemTime,
        head: String,
        call: Option<Called>,
        came: Option<Received>,
        size: usize,
    ) -> Self {
        let came = match came {
            None => Came::Nothing,
            Some(Received::Json(_)) if size > LONGEST => Came::Other(Received::TooLarge(LONGEST, Vec::new())),
            Some(Received::Json(document)) => Came::Document(document),
            Some(other) => Came::Other(other),
        };
        Self { time, head, call, came, size: size.min(LONGEST) }
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
        let document = match &self.came {
            Came::Document(document) => Some(document),
            _ => None,
        };
        match &self.call {
            Some(Called { action, params }) => judge.learn_call(secrets, private, action, params, document),
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
        let response = match &self.came {
            Came::Nothing => None,
            Came::Document(document) => Some(shown(document, &|document| match called {
                Some(call) => judge.known_answer(&call.action, document),
                None => judge.known_event(document),
            })),
            Came::Other(received) if private => received.capture(),
            Came::Other(received) => Some(Capture::new(&received.describe().en)),
        };
        let response = if request.is_some() { response } else { response.map(head) };
        (request, response)
    }
}
