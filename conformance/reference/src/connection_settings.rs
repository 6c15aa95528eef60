//! What holds for everything that goes over one transport of an adapter.

use std::time::Duration;

use botspec_schema::model::{DialectFile, Lifecycle, Transport};

use crate::config::{Adapter, Heartbeat};
use crate::encoding::Encoding;

/// How often an implementation beats where neither the dialect nor the configuration sets it.
const USUAL_HEARTBEAT: Duration = Duration::from_secs(15);

/// One transport of an adapter.
pub(crate) struct ConnectionSettings {
    pub(crate) wire: Transport,
    pub(crate) token: Option<String>,
    pub(crate) encoding: Encoding,
    /// Whether the dialect has signs of life on it.
    pub(crate) beats: bool,
    /// How often one is sent; `None`: never by itself.
    pub(crate) heartbeat: Option<Duration>,
    /// The web pages that may connect, beside those of this machine.
    pub(crate) allowed_origins: Vec<String>,
    /// What is reported of the account itself.
    pub(crate) lifecycle: &'static [Lifecycle],
}

impl ConnectionSettings {
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
            encoding: Encoding { format: adapter.message_format, report_self: adapter.report_self },
            beats,
            allowed_origins: adapter.allowed_origins.clone(),
            heartbeat: heartbeat.filter(|every| beats && !every.is_zero()),
            lifecycle: meta.map_or(&[], |meta| &meta.lifecycle),
        }
    }

    /// Whose failures its answers look like: a call over any WebSocket fails the same way.
    pub(crate) fn answers_like(&self) -> Transport {
        if matches!(self.wire, Transport::Http | Transport::Sse) { Transport::Http } else { Transport::Ws }
    }
}
