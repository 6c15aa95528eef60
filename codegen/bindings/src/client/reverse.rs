//! A WebSocket that implementations open to the bot.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;

use super::calls::closed;
use super::connection::{Boxed, Connection, Link};
use super::queue::Frame;
use super::session::Session;
use super::wire::Reverse;
use super::{Options, TransportError, TransportErrorKind, Wire};

/// Waits for implementations; each account that connects is a bot, which stays the same when it connects again.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    accounts: AsyncMutex<mpsc::Receiver<Arc<Session>>>,
    task: JoinHandle<()>,
}

/// What every connection of a listener knows.
struct Shared {
    wire: &'static Wire,
    headers: &'static Reverse,
    options: Options,
    known: Mutex<BTreeMap<String, Arc<Session>>>,
    new: mpsc::Sender<Arc<Session>>,
}

impl Listener {
    /// Listens; port 0 takes a free one.
    pub(crate) async fn bind(wire: &'static Wire, address: &str, options: Options) -> Result<Self, TransportError> {
        let odd = |what: &dyn std::fmt::Display| {
            TransportError::new(TransportErrorKind::Address, format!("cannot listen on {address}: {what}"))
        };
        let headers = wire.reverse.as_ref().ok_or_else(|| odd(&"the dialect has no reverse WebSocket"))?;
        let listener = TcpListener::bind(address).await.map_err(|error| odd(&error))?;
        let local = listener.local_addr().map_err(|error| odd(&error))?;
        let (new, accounts) = mpsc::channel(16);
        let shared = Arc::new(Shared { wire, headers, options, known: Mutex::default(), new });
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(shared.clone(), stream));
            }
        });
        Ok(Self { address: local, accounts: AsyncMutex::new(accounts), task })
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The next account that connects for the first time.
    pub(crate) async fn accept(&self) -> Result<Connection, TransportError> {
        let session = self.accounts.lock().await.recv().await.ok_or_else(closed)?;
        Ok(Connection::new(Account(session)))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the handshake says of a connection.
#[derive(Default)]
struct Named {
    account: String,
    role: String,
}

#[allow(clippy::result_large_err, reason = "the library's type of a refused handshake")]
async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    let mut named = Named::default();
    let handshake = tokio_tungstenite::accept_hdr_async(stream, |request: &Request, response: Response| {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let [name, scheme] = shared.wire.auth;
        if let Some(token) = &shared.options.token
            && header(name).and_then(|value| value.strip_prefix(scheme)).map(str::trim) != Some(token)
        {
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = StatusCode::UNAUTHORIZED;
            return Err(refused);
        }
        let text = |name: &str| header(name).unwrap_or_default().to_owned();
        named = Named { account: text(shared.headers.self_id), role: text(shared.headers.role) };
        Ok(response)
    });
    let Ok(Ok(mut socket)) = tokio::time::timeout(shared.options.timeout, handshake).await else { return };
    let calls = shared.headers.only_events != Some(&named.role);
    let (session, new) = account(&shared, named.account);
    let attached = session.attach(calls);
    if new && shared.new.send(session.clone()).await.is_err() {
        return;
    }
    session.carry(&mut socket, attached).await;
}

/// The account of a connection, and whether it is new.
fn account(shared: &Shared, name: String) -> (Arc<Session>, bool) {
    let mut known = shared.known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(session) = known.get(&name).filter(|session| !session.is_stopped()) {
        return (session.clone(), false);
    }
    let session = Arc::new(Session::new(shared.wire, shared.options.clone()));
    known.insert(name, session.clone());
    (session, true)
}

/// The connections of one account.
struct Account(Arc<Session>);

impl Link for Account {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        Box::pin(self.0.call(action, params))
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        Box::pin(self.0.events.next())
    }

    fn close(&self) -> Boxed<'_, ()> {
        self.0.stop();
        Box::pin(async {})
    }

    fn dropped(&self) -> u64 {
        self.0.events.dropped()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.0.stop();
    }
}
