//! A client for HTTP that reads what it is given within bounds, and trusts none of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use botspec_reports::record::Transport;
use hyper::body::{Body, Bytes};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use tokio::time::timeout_at;

use super::ws::NoHandshake;
use crate::exchange::{Exchange, HttpRequest, Sent};
use crate::gate::SendPermit;
use crate::received::{Received, start};
use crate::target::Limits;

/// How long a connection is kept for the next request. Servers end idle ones after five seconds or more; a request must
/// not meet that end.
const IDLE: Duration = Duration::from_secs(2);

/// How many headers of an answer are kept.
const HEADERS_KEPT: usize = 64;

/// A client without proxy, redirects and TLS.
#[derive(Debug)]
pub(crate) struct HttpClient {
    client: Client,
    limits: Limits,
}

impl HttpClient {
    pub(crate) fn new(limits: Limits) -> reqwest::Result<Self> {
        let builder = Client::builder().no_proxy().redirect(Policy::none()).connect_timeout(limits.timeout);
        let client = builder.pool_idle_timeout(IDLE).build()?;
        Ok(Self { client, limits })
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn send(&self, _pass: &SendPermit, request: HttpRequest) -> Exchange {
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
        _pass: &SendPermit,
        request: &HttpRequest,
        deadline: tokio::time::Instant,
    ) -> Result<(u16, Vec<(String, String)>, Response), NoHandshake> {
        self.answered(request, deadline).await.map_err(NoHandshake::only)
    }

    async fn answered(
        &self,
        request: &HttpRequest,
        deadline: tokio::time::Instant,
    ) -> Result<(u16, Vec<(String, String)>, Response), Received> {
        let builder = self.build(request).map_err(Received::ConnectFailed)?;
        match timeout_at(deadline, builder.send()).await {
            Err(_) => Err(Received::TimedOut(self.limits.timeout, Vec::new())),
            Ok(Err(error)) => Err(failure(&error)),
            Ok(Ok(response)) => Ok((response.status().as_u16(), kept_headers(response.headers()), response)),
        }
    }

    fn build(&self, request: &HttpRequest) -> Result<reqwest::RequestBuilder, String> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|error| error.to_string())?;
            headers.append(name, value);
        }
        let builder = self.client.request(method, &request.url).headers(headers);
        Ok(match (&request.body[..], &request.cuts[..]) {
            ([], _) => builder,
            (_, []) => builder.body(request.body.clone()),
            (body, cuts) => builder.body(reqwest::Body::wrap(Pieces::of(body, cuts))),
        })
    }

    /// Reads a body until it ends, is too large or takes too long.
    pub(crate) async fn read(&self, mut response: Response, deadline: tokio::time::Instant) -> Received {
        let mut body = Vec::new();
        loop {
            match timeout_at(deadline, response.chunk()).await {
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

/// A body that is sent in pieces.
struct Pieces(VecDeque<Bytes>);

impl Pieces {
    fn of(body: &[u8], cuts: &[usize]) -> Self {
        let mut cuts: Vec<usize> = cuts.iter().copied().filter(|cut| *cut < body.len()).chain([body.len()]).collect();
        cuts.sort_unstable();
        let mut from = 0;
        Self(cuts.into_iter().map(|to| Bytes::copy_from_slice(&body[std::mem::replace(&mut from, to)..to])).collect())
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(hyper::body::Frame::data(piece))))
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

/// What an error of the HTTP library means. The library reports some of it by text alone; the innermost cause states most.
pub(super) fn failure(error: &reqwest::Error) -> Received {
    let why = innermost(error);
    if error.is_connect() {
        return Received::ConnectFailed(why);
    }
    if error.is_timeout() {
        return Received::ProtocolError(why);
    }
    let text = all(error);
    if ["closed", "reset", "end of file", "eof", "incomplete", "broken pipe"].iter().any(|word| text.contains(word)) {
        return Received::Closed(why);
    }
    Received::ProtocolError(why)
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn all(error: &reqwest::Error) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ").to_ascii_lowercase()
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &dyn std::error::Error> {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
}
