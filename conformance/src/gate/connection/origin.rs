//! Where frames come from, as evidence shows it.

use std::time::Instant;

use botspec_reports::record::Transport;

use crate::client::frames::Frame;
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::received::Received;

/// Where the frames of a connection come from.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Origin {
    pub(super) transport: Transport,
    pub(super) url: String,
    /// The headers with which the connection was opened.
    pub(super) headers: Vec<(String, String)>,
    /// The status and the headers with which a stream was answered.
    pub(super) answer: Option<(u16, Vec<(String, String)>)>,
}

impl Origin {
    /// The transport.
    pub(in crate::gate) fn transport(&self) -> Transport {
        self.transport
    }

    /// An exchange that shows the connection with what was received on it.
    pub(in crate::gate) fn evidence(&self, received: Received) -> Exchange {
        let now = Instant::now();
        let (url, headers) = (self.url.clone(), self.headers.clone());
        let (status, answered) = self.answer.clone().map_or((None, Vec::new()), |(status, it)| (Some(status), it));
        let sent = match self.transport {
            Transport::Sse => {
                Sent::Http(HttpRequest { method: "GET".to_owned(), url, headers, ..HttpRequest::default() })
            }
            Transport::ReverseWs | Transport::Webhook => Sent::Waiting { url, headers, text: None },
            Transport::Ws | Transport::Http => Sent::Handshake { url, headers },
        };
        let transport = self.transport;
        Exchange { transport, sent, sent_at: now, received_at: now, status, headers: answered, received, echo: None }
    }

    /// An exchange that shows a frame with what it came in.
    pub(in crate::gate) fn evidence_of(&self, frame: &Frame) -> Exchange {
        let mut evidence = self.evidence(frame.received.clone());
        if let (Some(post), Sent::Waiting { headers, .. }) = (frame.post(), &mut evidence.sent) {
            headers.clone_from(&post.headers);
        }
        evidence
    }
}
