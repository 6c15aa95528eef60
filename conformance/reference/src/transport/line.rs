//! What holds for everything that goes over one transport of an adapter.

use std::time::Duration;

use botspec_schema::model::{DialectFile, Lifecycle, MessageFormat, Transport};

use crate::config::{Adapter, Heartbeat};

/// How often an implementation beats where neither the dialect nor anybody says.
const USUAL_HEARTBEAT: Duration = Duration::from_secs(15);

/// How events and answers look to the clients of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Look {
    /// How messages are written.
    pub(crate) format: MessageFormat,
    /// Whether messages of the account itself are events too.
    pub(crate) report_self: bool,
}

/// One transport of an adapter.
pub(crate) struct Line {
    pub(crate) wire: Transport,
    pub(crate) token: Option<String>,
    pub(crate) look: Look,
    /// Whether the dialect has signs of life on it.
    pub(crate) beats: bool,
    /// How often one is sent; `None`: never by itself.
    pub(crate) heartbeat: Option<Duration>,
    /// What is told of the account itself.
    pub(crate) lifecycle: &'static [Lifecycle],
}

impl Line {
    /// A transport as the dialect has it and the adapter asks for it.
    pub(crate) fn new(dialect: &'static DialectFile, wire: Transport, adapter: &Adapter) -> Self {
        let meta = dialect.transports.meta(wire);
        let usual = || meta.and_then(|meta| meta.heartbeat_ms).map_or(USUAL_HEARTBEAT, Duration::from_millis);
        let heartbeat = match adapter.heartbeat {
            Heartbeat::Usual => Some(usual()),
            Heartbeat::Every(every) => Some(every),
            Heartbeat::Never => None,
        };
        let beats = meta.is_some_and(|meta| meta.heartbeat);
        Self {
            wire,
            token: adapter.token.clone().filter(|token| !token.is_empty()),
            look: Look { format: adapter.message_format, report_self: adapter.report_self },
            beats,
            heartbeat: heartbeat.filter(|every| beats && !every.is_zero()),
            lifecycle: meta.map_or(&[], |meta| &meta.lifecycle),
        }
    }

    /// Whose failures its answers look like: a call over any WebSocket fails the same way.
    pub(crate) fn answers_like(&self) -> Transport {
        if matches!(self.wire, Transport::Http | Transport::Sse) { Transport::Http } else { Transport::Ws }
    }
}
