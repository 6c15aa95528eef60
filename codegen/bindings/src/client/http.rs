//! Calls over HTTP, a connection for each.

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::connection::{Boxed, Link};
use super::queue::Frame;
use super::{Options, TransportError, TransportErrorKind, Wire};

/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

/// Calls over HTTP; it has no events.
#[derive(Debug)]
pub(crate) struct Http {
    wire: &'static Wire,
    base: Uri,
    options: Options,
}

/// The task that moves the bytes of a connection; it ends with the response.
pub(crate) struct Moving(JoinHandle<()>);

impl Drop for Moving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Http {
    /// Takes the address; nothing is sent.
    pub(crate) fn new(wire: &'static Wire, url: &str, options: Options) -> Result<Self, TransportError> {
        let odd = |what: &str| TransportError::new(TransportErrorKind::Address, format!("{url}: {what}"));
        let base: Uri = url.parse().map_err(|error: hyper::http::uri::InvalidUri| odd(&error.to_string()))?;
        if base.scheme_str() != Some("http") || base.host().is_none() {
            return Err(odd("expected an address like http://127.0.0.1:3000"));
        }
        Ok(Self { wire, base, options })
    }

    /// Sends a request and waits for the head of the response.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<(Response<Incoming>, Moving), TransportError> {
        let failed = |error: &dyn std::fmt::Display| {
            TransportError::new(TransportErrorKind::Connection, format!("{}: {error}", self.base))
        };
        let (host, port) = (self.base.host().unwrap_or_default(), self.base.port_u16().unwrap_or(80));
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((bare, port)).await.map_err(|error| failed(&error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
        let moving = Moving(tokio::spawn(async move {
            // What goes wrong shows in the response, too.
            let _ = connection.await;
        }));
        let path = format!("{}{path}", self.base.path().trim_end_matches('/'));
        let mut request = Request::builder().method(method).uri(path).header("host", format!("{host}:{port}"));
        request = request.header("content-type", self.wire.http[1]).header("connection", "close");
        if let Some(token) = &self.options.token {
            let [header, scheme] = self.wire.auth;
            request = request.header(header, format!("{scheme} {token}"));
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| failed(&error))?;
        let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
        Ok((response, moving))
    }

    async fn post(&self, action: &str, params: String) -> Result<String, TransportError> {
        let path = self.wire.http[0].replace("{action}", action);
        let (response, _moving) = self.send(Method::POST, &path, params).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|error| {
            TransportError::new(TransportErrorKind::Connection, format!("the answer to `{action}` breaks off: {error}"))
        })?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        // Some put an envelope under such a status, too; it says more than the status.
        let envelope = self.wire.answer.iter().all(|key| text.contains(&format!("\"{key}\"")));
        if status.is_success() || envelope {
            return Ok(text);
        }
        let kind = if status.is_client_error() { TransportErrorKind::Refused } else { TransportErrorKind::Connection };
        Err(TransportError::new(kind, format!("`{action}` was answered with status {status}: {text}")))
    }
}

impl Link for Http {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        Box::pin(async move {
            let limit = self.options.timeout;
            tokio::time::timeout(limit, self.post(action, params)).await.unwrap_or_else(|_| {
                let text = format!("no answer to `{action}` within {} ms", limit.as_millis());
                Err(TransportError::new(TransportErrorKind::TimedOut, text))
            })
        })
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        Box::pin(async { None })
    }

    fn close(&self) -> Boxed<'_, ()> {
        Box::pin(async {})
    }

    fn dropped(&self) -> u64 {
        0
    }
}
