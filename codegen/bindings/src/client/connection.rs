//! A connection to an implementation, whichever transport carries it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::queue::Frame;
use super::{EventSource, Transport, TransportError};

/// A future that borrows from the connection.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What carries calls and events.
pub(crate) trait Link: Send + Sync {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>>;

    /// The next frame with an event; nothing where no more will come.
    fn next(&self) -> Boxed<'_, Option<Frame>>;

    /// Ends it, and waits until it has ended.
    fn close(&self) -> Boxed<'_, ()>;

    /// Events that were dropped because nobody read them in time.
    fn dropped(&self) -> u64;
}

/// A connection to an implementation. Clones share it; it ends when the last of them is dropped, or is closed.
#[derive(Clone)]
pub struct Connection(Arc<dyn Link>);

impl Connection {
    pub(crate) fn new(link: impl Link + 'static) -> Self {
        Self(Arc::new(link))
    }

    /// Ends the connection in order: calls without an answer fail, events that wait can still be read.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// How many events were dropped because nobody read them in time.
    pub fn dropped_events(&self) -> u64 {
        self.0.dropped()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

impl Transport for Connection {
    type Error = TransportError;

    async fn call(&self, action: &str, params: String) -> Result<String, TransportError> {
        self.0.call(action, params).await
    }
}

impl EventSource for Connection {
    async fn next_frame(&self) -> Option<Frame> {
        self.0.next().await
    }
}
