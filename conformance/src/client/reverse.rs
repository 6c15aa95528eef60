//! The side of a reverse WebSocket that waits: the target opens its connections to here.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use botspec_reports::record::Text;
use botspec_schema::model::{ReverseWsTransport, WsRole};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{timeout, timeout_at};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode};

use super::http::kept_headers;
use super::ws::{Socket, WsClient, config, watched};
use crate::received::Received;
use crate::target::{Limits, Listen};

/// How many connections are kept; of more, the newest are turned away.
const CONNECTIONS_KEPT: usize = 64;

/// How long the other side may take to answer a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// How many attempts to connect are remembered.
const ATTEMPTS_KEPT: usize = 256;

/// A connection that the target opened.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// How many attempts came before it.
    pub(crate) number: usize,
    /// The role that its header names; `None` where it names none of the dialect's.
    pub(crate) role: Option<WsRole>,
    pub(crate) attempt: Attempt,
    pub(crate) client: WsClient,
    /// Whether something was sent over it whose answers nobody can report from others.
    pub(crate) disturbed: AtomicBool,
}

impl Incoming {
    /// Whether it carries what a role carries. A connection without a known role is taken to carry everything.
    pub(crate) fn serves(&self, role: WsRole) -> bool {
        let own = self.role.unwrap_or(WsRole::Universal);
        own == role || own == WsRole::Universal
    }

    fn is_open(&self) -> bool {
        self.client.frames.ended().is_none()
    }
}

/// The head of a handshake that the target began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether it was turned away on purpose.
    pub(crate) refused: bool,
}

impl Attempt {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Where the target connects to.
#[derive(Debug)]
pub(crate) struct Reverse {
    shared: Arc<Shared>,
    pub(crate) addr: SocketAddr,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    /// The words of the header that names the role.
    roles: BTreeMap<String, WsRole>,
    role_header: String,
    listen: Listen,
    limits: Limits,
    state: Mutex<State>,
    /// How many attempts are still to be turned away.
    refuse: AtomicUsize,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    attempts: Vec<Attempt>,
    /// How many attempts there were, also those that are not remembered.
    count: usize,
    /// What became of the last connection that did not stay.
    failed: Option<Text>,
    open: Vec<Arc<Incoming>>,
}

impl State {
    /// Keeps of connections that have ended only why the last one did.
    fn forget_ended(&mut self) {
        if let Some(ended) = self.open.iter().rev().find_map(|it| it.client.frames.ended()) {
            let why = ended.describe();
            let (en, zh) = (&why.en, why.zh());
            self.failed = Some(Text::both(format!("its connection ended: {en}"), format!("连接已结束：{zh}")));
        }
        self.open.retain(|it| it.is_open());
    }
}

impl Drop for Reverse {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Reverse {
    /// Waits for connections from now on.
    pub(crate) fn start(listen: &Listen, spoken: &ReverseWsTransport, limits: &Limits) -> std::io::Result<Self> {
        let socket = listen.socket()?;
        let addr = socket.local_addr()?;
        let shared = Arc::new(Shared {
            roles: spoken.roles.iter().map(|(role, word)| (word.clone(), *role)).collect(),
            role_header: spoken.role_header.clone(),
            listen: listen.clone(),
            limits: limits.clone(),
            state: Mutex::default(),
            refuse: AtomicUsize::new(0),
            changed: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(socket, Arc::clone(&shared)));
        Ok(Self { shared, addr, accepting })
    }

    /// How many attempts to connect there were.
    pub(crate) fn attempts(&self) -> usize {
        self.shared.state().count
    }

    /// The heads of the attempts that are remembered, the first ones.
    pub(crate) fn heads(&self) -> Vec<Attempt> {
        self.shared.state().attempts.clone()
    }

    /// The open connections.
    pub(crate) fn open(&self) -> Vec<Arc<Incoming>> {
        self.shared.state().open.iter().filter(|it| it.is_open()).cloned().collect()
    }

    /// What became of the last connection that did not stay, where the target was not turned away on purpose.
    pub(crate) fn failed(&self) -> Option<Text> {
        let mut state = self.shared.state();
        state.forget_ended();
        state.failed.clone()
    }

    /// Waits for an open connection that carries what a role carries. The one of just this role is meant before one for
    /// everything, and of several the newest: who connects again may have lost the old one without our noticing.
    pub(crate) async fn wait(&self, role: WsRole, until: Instant) -> Option<Arc<Incoming>> {
        self.wait_for(until, |state| {
            let mut fitting = state.open.iter().rev().filter(|it| it.serves(role) && it.is_open());
            let exact = fitting.clone().find(|it| it.role == Some(role));
            exact.or_else(|| fitting.next()).cloned()
        })
        .await
    }

    /// Waits for an open connection that states the same of its role as another and is not older than an attempt.
    pub(crate) async fn wait_like(&self, role: Option<WsRole>, since: usize, until: Instant) -> Option<Arc<Incoming>> {
        let like = |it: &&Arc<Incoming>| it.number >= since && it.role == role && it.is_open();
        self.wait_for(until, |state| state.open.iter().rev().find(like).cloned()).await
    }

    /// Ends a connection and forgets it, after its other side has received of it.
    pub(crate) async fn end(&self, incoming: Arc<Incoming>) {
        incoming.client.close().await;
        let budget = Instant::now() + self.shared.limits.timeout.min(FAREWELL);
        let frames = &incoming.client.frames;
        let _ = frames.wait(frames.cursor(), budget, |_| false).await;
        frames.end(Received::Closed("by botspec".to_owned()));
        self.shared.state().open.retain(|it| !Arc::ptr_eq(it, &incoming));
    }

    /// Turns the next attempts away.
    pub(crate) fn refuse(&self, attempts: usize) {
        self.shared.refuse.store(attempts, Ordering::Release);
    }

    async fn wait_for<T>(&self, until: Instant, wanted: impl Fn(&State) -> Option<T>) -> Option<T> {
        let mut changed = self.shared.changed.subscribe();
        loop {
            changed.borrow_and_update();
            if let Some(found) = wanted(&self.shared.state()) {
                return Some(found);
            }
            timeout_at(until.into(), changed.changed()).await.ok()?.ok()?;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers an attempt, and states which one it is and whether it may connect.
    fn attempt(&self, path: &str, headers: &HeaderMap) -> Result<(usize, Attempt), StatusCode> {
        let refused = self.refuse.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)).is_ok();
        let attempt = Attempt { path: path.to_owned(), headers: kept_headers(headers), refused };
        let mut state = self.state();
        state.forget_ended();
        let (number, full) = (state.count, state.open.len() >= CONNECTIONS_KEPT);
        state.count += 1;
        if state.attempts.len() < ATTEMPTS_KEPT {
            state.attempts.push(attempt.clone());
        }
        drop(state);
        self.changed.send_modify(|changes| *changes += 1);
        match (refused || full, self.listen.takes(path)) {
            (true, _) => Err(StatusCode::SERVICE_UNAVAILABLE),
            (_, false) => Err(StatusCode::NOT_FOUND),
            (false, true) => Ok((number, attempt)),
        }
    }

    fn add(&self, number: usize, attempt: Attempt, socket: Socket) {
        let role = attempt.header(&self.role_header).and_then(|word| self.roles.get(word)).copied();
        let client = WsClient::over(socket, &self.limits);
        let incoming = Arc::new(Incoming { number, role, attempt, client, disturbed: AtomicBool::new(false) });
        {
            // Handshakes that were begun together may end in any order.
            let mut state = self.state();
            let place = state.open.partition_point(|it| it.number < number);
            state.open.insert(place, incoming);
        }
        self.changed.send_modify(|changes| *changes += 1);
    }
}

async fn accept(socket: TcpListener, shared: Arc<Shared>) {
    let mut handshakes = JoinSet::new();
    loop {
        while handshakes.try_join_next().is_some() {}
        match socket.accept().await {
            Ok((stream, _)) if handshakes.len() < CONNECTIONS_KEPT => {
                handshakes.spawn(receive(stream, Arc::clone(&shared)));
            }
            Ok(_) => {}
            // No more files can be opened: whatever ends next makes room.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn receive(stream: TcpStream, shared: Arc<Shared>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut taken = None;
    // The size of the error is that of the library's own type.
    #[allow(clippy::result_large_err)]
    let decide = |request: &Request, response: Response| match shared.attempt(request.uri().path(), request.headers()) {
        Ok(attempt) => {
            taken = Some(attempt);
            Ok(response)
        }
        Err(status) => {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = status;
            Err(refusal)
        }
    };
    let stream = watched(Box::new(stream), &shared.limits);
    let shaking = accept_hdr_async_with_config(stream, decide, Some(config(&shared.limits)));
    // Whoever speaks something else, or takes too long, has not connected.
    let why = match (timeout(shared.limits.timeout, shaking).await, taken) {
        (Ok(Ok(socket)), Some((number, attempt))) => return shared.add(number, attempt, socket),
        (Ok(Ok(_) | Err(Error::Http(_))), _) => return,
        (Ok(Err(error)), _) => Text::from(error.to_string()),
        (Err(_), _) => {
            let ms = shared.limits.timeout.as_millis();
            Text::both(format!("it was not complete within {ms} ms"), format!("{ms} 毫秒内没有完成"))
        }
    };
    let (en, zh) = (&why.en, why.zh());
    let failed = Text::both(format!("its handshake failed: {en}"), format!("握手失败：{zh}"));
    shared.state().failed = Some(failed);
}
