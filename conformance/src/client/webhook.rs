//! The side of a webhook that waits: the target posts its events to here, and gets the answer that a check asked for.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::timeout;

use super::frames::{FrameOrigin, Frames, Post};
use super::http::kept_headers;
use crate::received::{Received, start};
use crate::target::{Limits, Listen};

/// How many connections are served at once. For one more an old one has to go: the oldest that never brought anything, or
/// else the oldest.
const CONNECTIONS: usize = 64;

/// How a post is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    /// Status 204 without a body: nothing is to be done.
    NoContent,
    /// Status 200 with an empty body.
    Empty,
    /// Status 200 with a document, which may be a quick operation.
    Json(Value),
    /// Status 200 with a body that is no JSON.
    Text(String),
    /// Another status, with an empty body.
    Status(u16),
    /// To be sent elsewhere.
    Redirect(String),
    /// Not at all, for as long as the plan stands.
    Never,
}

/// Which posts get an answer that is not the usual 204.
struct Plan {
    number: u64,
    wanted: Box<dyn Fn(&Value) -> bool + Send + Sync>,
    reply: Reply,
    /// How many posts are to be answered so.
    left: usize,
    /// Ends answers that are held back.
    over: Arc<Notify>,
}

/// Where the target posts to.
pub(crate) struct Webhook {
    pub(crate) frames: Arc<Frames>,
    pub(crate) addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    frames: Arc<Frames>,
    listen: Listen,
    limits: Limits,
    plans: Mutex<Plans>,
}

#[derive(Default)]
struct Plans {
    next: u64,
    standing: Vec<Plan>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Webhook {
    /// Takes posts from now on.
    pub(crate) fn start(listen: &Listen, limits: &Limits) -> std::io::Result<Self> {
        let socket = listen.socket()?;
        let addr = socket.local_addr()?;
        let frames = Arc::new(Frames::new());
        let shared = Arc::new(Shared {
            frames: Arc::clone(&frames),
            listen: listen.clone(),
            limits: limits.clone(),
            plans: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(socket, Arc::clone(&shared)));
        Ok(Self { frames, addr, shared, accepting })
    }

    /// Answers the next posts of what is wanted in this way, until the plan is dropped.
    pub(crate) fn plan(
        &self,
        wanted: impl Fn(&Value) -> bool + Send + Sync + 'static,
        reply: Reply,
        times: usize,
    ) -> Planned {
        let over = Arc::new(Notify::new());
        let mut plans = self.shared.plans();
        let number = plans.next;
        plans.next += 1;
        let plan = Plan { number, wanted: Box::new(wanted), reply, left: times, over: Arc::clone(&over) };
        plans.standing.push(plan);
        Planned { shared: Arc::clone(&self.shared), number, over }
    }
}

/// A plan for answers, which stands until this is dropped. Answers that are held back are then given.
pub(crate) struct Planned {
    shared: Arc<Shared>,
    number: u64,
    over: Arc<Notify>,
}

impl std::fmt::Debug for Planned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planned").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Drop for Planned {
    fn drop(&mut self) {
        self.shared.plans().standing.retain(|plan| plan.number != self.number);
        self.over.notify_waiters();
    }
}

impl Shared {
    fn plans(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How a post is answered, and what ends the wait where it is not. Made while nobody can end the plan, so that its
    /// end is not missed.
    fn reply(&self, event: Option<&Value>) -> (Reply, Option<OwnedNotified>) {
        let mut plans = self.plans();
        let wanted = |plan: &&mut Plan| plan.left > 0 && event.is_some_and(|event| (plan.wanted)(event));
        match plans.standing.iter_mut().find(wanted) {
            None => (Reply::NoContent, None),
            Some(plan) => {
                plan.left -= 1;
                (plan.reply.clone(), Some(Arc::clone(&plan.over).notified_owned()))
            }
        }
    }
}

async fn accept(socket: TcpListener, shared: Arc<Shared>) {
    let mut serving = JoinSet::new();
    let mut open: VecDeque<(AbortHandle, Arc<AtomicBool>)> = VecDeque::new();
    loop {
        match socket.accept().await {
            Ok((stream, _)) => {
                while serving.try_join_next().is_some() {}
                open.retain(|(task, _)| !task.is_finished());
                if open.len() >= CONNECTIONS {
                    let idle = open.iter().position(|(_, used)| !used.load(Ordering::Relaxed));
                    if let Some((task, _)) = open.remove(idle.unwrap_or(0)) {
                        task.abort();
                    }
                }
                let used = Arc::new(AtomicBool::new(false));
                open.push_back((serving.spawn(serve(stream, Arc::clone(&shared), Arc::clone(&used))), used));
            }
            // No more files can be opened: whatever ends next makes room.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>, used: Arc<AtomicBool>) {
    let budget = shared.limits.timeout;
    let frames = Arc::clone(&shared.frames);
    let service = service_fn(move |request| {
        used.store(true, Ordering::Relaxed);
        let shared = Arc::clone(&shared);
        async move { Ok::<_, std::convert::Infallible>(take(request, &shared).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(budget.max(IDLE));
    // A connection that breaks the rules ends; what came over it before has been taken.
    if let Err(error) = server.serve_connection(TokioIo::new(stream), service).await
        && error.is_parse()
    {
        frames.push(Received::ProtocolError(error.to_string()), 0, FrameOrigin::NoRequest);
    }
}

/// How long a connection is kept for the next post at least.
const IDLE: Duration = Duration::from_secs(300);

async fn take(request: Request<Incoming>, shared: &Shared) -> Response<String> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if !shared.listen.takes(path) {
        return answer(StatusCode::NOT_FOUND);
    }
    let (received, body) = read(body, &shared.limits).await;
    let (reply, over) = shared.reply(received.json());
    let whole = head.uri.path_and_query().map_or(path, |it| it.as_str());
    let post = Post {
        method: head.method.as_str().to_owned(),
        path: whole.to_owned(),
        headers: kept_headers(&head.headers),
        body,
    };
    shared.frames.push(received, post.body.len(), FrameOrigin::Post(Box::new(post)));
    let with = |text: String| {
        let mut response = answer(StatusCode::OK);
        *response.body_mut() = text;
        response
    };
    match reply {
        Reply::NoContent => answer(StatusCode::NO_CONTENT),
        Reply::Empty => answer(StatusCode::OK),
        Reply::Text(text) => with(text),
        Reply::Status(status) => answer(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
        Reply::Json(document) => {
            let mut response = with(document.to_string());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Reply::Redirect(to) => {
            let mut response = answer(StatusCode::TEMPORARY_REDIRECT);
            if let Ok(to) = HeaderValue::from_str(&to) {
                response.headers_mut().insert(LOCATION, to);
            }
            response
        }
        Reply::Never => {
            if let Some(over) = over {
                over.await;
            }
            answer(StatusCode::NO_CONTENT)
        }
    }
}

fn answer(status: StatusCode) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = status;
    response
}

/// Reads a body until it ends, is too large or takes too long.
async fn read(mut body: Incoming, limits: &Limits) -> (Received, Vec<u8>) {
    let mut bytes = Vec::new();
    let reading = async {
        loop {
            let frame = std::future::poll_fn(|run| std::pin::Pin::new(&mut body).poll_frame(run)).await;
            match frame {
                None => return None,
                Some(Err(error)) => return Some(Received::Closed(error.to_string())),
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        bytes.extend_from_slice(data);
                    }
                    if bytes.len() > limits.max_body {
                        return Some(Received::TooLarge(limits.max_body, start(&bytes)));
                    }
                }
            }
        }
    };
    let ended = timeout(limits.timeout, reading).await;
    let received = match ended {
        Ok(None) => Received::read(&bytes, limits.max_depth),
        Ok(Some(received)) => received,
        Err(_) => Received::TimedOut(limits.timeout, start(&bytes)),
    };
    (received, bytes)
}
