//! Calls over HTTP, and events over the WebSocket beside it.

use super::connection::{Boxed, Link};
use super::http::Http;
use super::queue::Frame;
use super::ws::Ws;
use super::{Options, TransportError, Wire};

/// Calls over HTTP, events over a WebSocket on the same address.
pub(crate) struct Beside {
    http: Http,
    ws: Ws,
}

impl Beside {
    /// Connects the WebSocket; an error where nobody answers or the client is refused.
    pub(crate) async fn connect(wire: &'static Wire, url: &str, options: Options) -> Result<Self, TransportError> {
        let http = Http::new(wire, url, options.clone())?;
        let address = format!("{}{}", url.replacen("http", "ws", 1).trim_end_matches('/'), wire.ws);
        Ok(Self { http, ws: Ws::connect(wire, &address, options).await? })
    }
}

impl Link for Beside {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        self.http.call(action, params)
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        self.ws.next()
    }

    fn close(&self) -> Boxed<'_, ()> {
        self.ws.close()
    }

    fn dropped(&self) -> u64 {
        self.ws.dropped()
    }
}
