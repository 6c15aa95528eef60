//! How a client connects and waits.

use std::time::Duration;

/// How a client connects and waits; every value has a default.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    pub(crate) token: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) capacity: usize,
    pub(crate) backoff: (Duration, Duration),
}

impl Options {
    /// No token, 30 seconds for a call, 1024 waiting events, half a second to half a minute between attempts to connect.
    pub const fn new() -> Self {
        Self {
            token: None,
            timeout: Duration::from_secs(30),
            capacity: 1024,
            backoff: (Duration::from_millis(500), Duration::from_secs(30)),
        }
    }

    /// The access token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How long a call, and an attempt to connect, may take.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many events wait for a reader, at least one. One more drops the oldest, so that answers never wait behind events.
    #[must_use]
    pub const fn capacity(mut self, events: usize) -> Self {
        self.capacity = if events == 0 { 1 } else { events };
        self
    }

    /// The first pause before a new attempt to connect, which doubles, and the longest.
    #[must_use]
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = (first, longest);
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// The token is not shown.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("token", &self.token.as_ref().map(|_| "…"))
            .field("timeout", &self.timeout)
            .field("capacity", &self.capacity)
            .field("backoff", &self.backoff)
            .finish()
    }
}
