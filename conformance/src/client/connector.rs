//! How the HTTP client connects: over the same sockets as the other clients, so that all state the same where nobody answers.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::rt::TokioIo;
use tokio_rustls::rustls::ClientConfig;
use tower_service::Service;

use super::tls::{Place, Stream};
use crate::received::Received;

/// Connects with TLS where an address states so.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    tls: Arc<ClientConfig>,
}

impl Connector {
    pub(super) fn new(tls: &Arc<ClientConfig>) -> Self {
        Self { tls: Arc::clone(tls) }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = NotConnected;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let tls = Arc::clone(&self.tls);
        Box::pin(async move {
            let place = Place::of(&uri.to_string()).map_err(NotConnected)?;
            place.connect(&tls).await.map(TokioIo::new).map_err(NotConnected)
        })
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) struct NotConnected(pub(super) Received);

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.describe().en)
    }
}

impl Error for NotConnected {}
