//! How the bot of a dialect connects.

#[cfg(feature = "reverse-ws")]
pub(crate) use super::reverse::Listener;

#[cfg(any(feature = "ws", feature = "http"))]
use super::{Connection, Options, TransportError, Wire};

/// Calls and events over one WebSocket, or calls over HTTP and events over the WebSocket beside it.
#[cfg(feature = "ws")]
pub(crate) async fn connect(wire: &'static Wire, url: &str, options: &Options) -> Result<Connection, TransportError> {
    if wire.frame.is_some() {
        return Ok(Connection::new(super::ws::Ws::connect(wire, url, options.clone()).await?));
    }
    #[cfg(feature = "http")]
    return Ok(Connection::new(super::beside::Beside::connect(wire, url, options.clone()).await?));
    #[cfg(not(feature = "http"))]
    return Err(TransportError::new(super::TransportErrorKind::Address, "calls need the feature `http`"));
}

/// Calls over HTTP, without events.
#[cfg(feature = "http")]
pub(crate) fn http(wire: &'static Wire, url: &str, options: &Options) -> Result<Connection, TransportError> {
    Ok(Connection::new(super::http::Http::new(wire, url, options.clone())?))
}

/// Calls over HTTP, and events as a stream over HTTP.
#[cfg(feature = "http")]
pub(crate) async fn sse(wire: &'static Wire, url: &str, options: &Options) -> Result<Connection, TransportError> {
    Ok(Connection::new(super::sse::Sse::connect(wire, url, options.clone()).await?))
}
