//! A client for HTTP that reads what it is given within bounds, and trusts none of it.

use std::collections::VecDeque;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use hyper::body::{Body, Bytes, Incoming, SizeHint};
use hyper::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, Uri};
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout_at;
use tokio_rustls::rustls::ClientConfig;

use super::connector::{Connector, NotConnected};
use super::send_permit::SendPermit;
use super::ws::NoHandshake;
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::received::{Received, start};
use crate::target::Limits;

/// How long a connection is kept for the next request. Servers end idle ones after five seconds or more; a request must
/// not meet that end.
const IDLE: Duration = Duration::from_secs(2);

/// How many headers of an answer are kept.
const HEADERS_KEPT: usize = 64;

/// A client without proxy and redirects.
#[derive(Debug)]
pub(crate) struct HttpClient {
    client: Client<Connector, Pieces>,
    limits: Limits,
}

impl HttpClient {
    pub(crate) fn new(limits: Limits, tls: &Arc<ClientConfig>) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        let client = builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).build(Connector::new(tls));
        Self { client, limits }
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn send(&self, _pass: &impl SendPermit, request: HttpRequest) -> Exchange {
        let sent_at = Instant::now();
        let reply = self.exchange(&request, sent_at).await;
        Exchange {
            transport: Transport::Http,
            sent: Sent::Http(request),
            sent_at,
            received_at: Instant::now(),
            status: reply.status,
            headers: reply.headers,
            received: reply.received,
            echo: None,
        }
    }

    async fn exchange(&self, request: &HttpRequest, sent_at: Instant) -> Reply {
        let deadline = tokio::time::Instant::from_std(sent_at + self.limits.timeout);
        match self.answered(request, deadline).await {
            Err(received) => Reply { status: None, headers: Vec::new(), received },
            Ok((status, headers, response)) => {
                Reply { status: Some(status), headers, received: self.read(response, deadline).await }
            }
        }
    }

    /// Sends a request and leaves the body of its answer to who asks.
    pub(crate) async fn open(
        &self,
        _pass: &impl SendPermit,
        request: &HttpRequest,
        deadline: tokio::time::Instant,
    ) -> Result<(u16, Vec<(String, String)>, Incoming), NoHandshake> {
        self.answered(request, deadline).await.map_err(NoHandshake::only)
    }

    async fn answered(
        &self,
        request: &HttpRequest,
        deadline: tokio::time::Instant,
    ) -> Result<(u16, Vec<(String, String)>, Incoming), Received> {
        let request = build(request).map_err(Received::ConnectFailed)?;
        match timeout_at(deadline, self.client.request(request)).await {
            Err(_) => Err(Received::TimedOut(self.limits.timeout, Vec::new())),
            Ok(Err(error)) => Err(not_answered(&error)),
            Ok(Ok(response)) => {
                let status = response.status().as_u16();
                Ok((status, kept_headers(response.headers()), Response::into_body(response)))
            }
        }
    }

    /// Reads a body until it ends, is too large or takes too long.
    pub(crate) async fn read(&self, mut response: Incoming, deadline: tokio::time::Instant) -> Received {
        let mut body = Vec::new();
        loop {
            match timeout_at(deadline, chunk(&mut response)).await {
                Err(_) => return Received::TimedOut(self.limits.timeout, start(&body)),
                Ok(Err(error)) => return failure(&error),
                Ok(Ok(None)) => return Received::read(&body, self.limits.max_depth),
                Ok(Ok(Some(chunk))) => {
                    body.extend_from_slice(&chunk);
                    if body.len() > self.limits.max_body {
                        return Received::TooLarge(self.limits.max_body, start(&body));
                    }
                }
            }
        }
    }
}

/// A request as it is sent. The address goes through the rules of the web first: what a user writes need not be escaped.
fn build(request: &HttpRequest) -> Result<Request<Pieces>, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| text(&error))?;
    let url = url::Url::parse(&request.url).map_err(|error| text(&error))?;
    let uri: Uri = url.as_str().parse().map_err(|error| text(&error))?;
    let mut built = Request::new(Pieces::of(&request.body, &request.cuts));
    (*built.method_mut(), *built.uri_mut()) = (method, uri);
    let headers = built.headers_mut();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| text(&error))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|error| text(&error))?;
        headers.append(name, value);
    }
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    Ok(built)
}

/// The next piece of a body; nothing where it ended.
pub(super) async fn chunk(body: &mut Incoming) -> Result<Option<Bytes>, hyper::Error> {
    loop {
        match poll_fn(|waker| Pin::new(&mut *body).poll_frame(waker)).await {
            None => return Ok(None),
            Some(Err(error)) => return Err(error),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// A body that is sent whole, with its length, or in pieces.
#[derive(Debug)]
struct Pieces {
    left: VecDeque<Bytes>,
    whole: bool,
}

impl Pieces {
    fn of(body: &[u8], cuts: &[usize]) -> Self {
        let whole = cuts.is_empty() || body.is_empty();
        let mut cuts: Vec<usize> = cuts.iter().copied().filter(|cut| *cut < body.len()).chain([body.len()]).collect();
        cuts.sort_unstable();
        let mut from = 0;
        let pieces = cuts.into_iter().map(|to| Bytes::copy_from_slice(&body[std::mem::replace(&mut from, to)..to]));
        Self { left: pieces.filter(|piece| !piece.is_empty() || !whole).collect(), whole }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.left.pop_front().map(|piece| Ok(hyper::body::Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.whole && self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.whole {
            SizeHint::with_exact(self.left.iter().map(|piece| piece.len() as u64).sum())
        } else {
            SizeHint::default()
        }
    }
}

struct Reply {
    status: Option<u16>,
    headers: Vec<(String, String)>,
    received: Received,
}

pub(super) fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .take(HEADERS_KEPT)
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// Why a request was not answered.
fn not_answered(error: &legacy::Error) -> Received {
    match causes(error).find_map(|cause| cause.downcast_ref::<NotConnected>()) {
        Some(NotConnected(why)) => why.clone(),
        None => failure(error),
    }
}

/// What an error of the HTTP library means. The library reports some of it by text alone; the innermost cause states most.
pub(super) fn failure(error: &(dyn Error + 'static)) -> Received {
    let why = causes(error).last().map_or_else(|| error.to_string(), ToString::to_string);
    let text = causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ").to_ascii_lowercase();
    if ["closed", "reset", "end of file", "eof", "incomplete", "broken pipe"].iter().any(|word| text.contains(word)) {
        return Received::Closed(why);
    }
    Received::ProtocolError(why)
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}
