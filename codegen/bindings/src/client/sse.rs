//! Events as a stream over HTTP.

use std::sync::Arc;

use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Incoming;
use tokio::task::JoinHandle;

use super::backoff::Backoff;
use super::connection::{Boxed, Link};
use super::http::{Http, Moving};
use super::queue::{Frame, Queue};
use super::{Options, TransportError, TransportErrorKind, Wire};

/// The longest line of a stream that is kept.
const LONGEST: usize = 64 * 1024 * 1024;

/// Calls over HTTP, and events as a stream, which is opened again when it breaks.
pub(crate) struct Sse {
    http: Arc<Http>,
    events: Arc<Queue>,
    task: JoinHandle<()>,
}

impl Sse {
    /// Opens the stream; an error where nobody answers or the client is refused.
    pub(crate) async fn connect(wire: &'static Wire, url: &str, options: Options) -> Result<Self, TransportError> {
        let path = wire.sse.ok_or_else(|| {
            TransportError::new(TransportErrorKind::Address, "the dialect has no stream of events over HTTP")
        })?;
        let (events, http) = (Arc::new(Queue::new(options.capacity)), Arc::new(Http::new(wire, url, options.clone())?));
        let stream = open(&http, path).await?;
        let task = tokio::spawn(run(http.clone(), path, events.clone(), stream, options));
        Ok(Self { http, events, task })
    }
}

async fn open(http: &Http, path: &str) -> Result<(Incoming, Moving), TransportError> {
    let (response, moving) = http.send(Method::GET, path, String::new()).await?;
    let status = response.status();
    if status.is_success() {
        return Ok((response.into_body(), moving));
    }
    let kind = if status.is_client_error() { TransportErrorKind::Refused } else { TransportErrorKind::Connection };
    Err(TransportError::new(kind, format!("the stream of events was refused with status {status}")))
}

async fn run(
    http: Arc<Http>,
    path: &'static str,
    events: Arc<Queue>,
    mut stream: (Incoming, Moving),
    options: Options,
) {
    loop {
        read(&mut stream.0, &events).await;
        let mut pauses = Backoff::new(&options);
        stream = loop {
            tokio::time::sleep(pauses.next().unwrap_or_default()).await;
            match open(&http, path).await {
                Ok(stream) => break stream,
                Err(error) if error.kind() == TransportErrorKind::Connection => {}
                Err(error) => {
                    events.push(Err(error));
                    events.end();
                    return;
                }
            }
        };
    }
}

async fn read(body: &mut Incoming, events: &Queue) {
    let (mut line, mut data) = (Vec::new(), String::new());
    while let Some(Ok(frame)) = body.frame().await {
        let Some(bytes) = frame.data_ref() else { continue };
        for &byte in bytes {
            if byte != b'\n' {
                line.push(byte);
                if line.len() + data.len() > LONGEST {
                    return;
                }
                continue;
            }
            take(String::from_utf8_lossy(&line).trim_end_matches('\r'), &mut data, events);
            line.clear();
        }
    }
}

/// An empty line ends an event; other fields than its data say nothing that the data does not.
fn take(line: &str, data: &mut String, events: &Queue) {
    if line.is_empty() {
        if !data.is_empty() {
            events.push(Ok(std::mem::take(data)));
        }
    } else if let Some(more) = line.strip_prefix("data:") {
        if !data.is_empty() {
            data.push('\n');
        }
        data.push_str(more.strip_prefix(' ').unwrap_or(more));
    }
}

impl Link for Sse {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        self.http.call(action, params)
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        Box::pin(self.events.next())
    }

    fn close(&self) -> Boxed<'_, ()> {
        self.task.abort();
        self.events.end();
        Box::pin(async {})
    }

    fn dropped(&self) -> u64 {
        self.events.dropped()
    }
}

impl Drop for Sse {
    fn drop(&mut self) {
        self.task.abort();
        self.events.end();
    }
}
