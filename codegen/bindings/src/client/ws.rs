//! A WebSocket that the implementation serves.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, handshake::client::Request};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::backoff::Backoff;
use super::connection::{Boxed, Link};
use super::queue::Frame;
use super::session::{Attached, Ended, Session};
use super::{Options, TransportError, TransportErrorKind, Wire};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Calls and events over one WebSocket, which is made again when it breaks.
pub(crate) struct Ws {
    session: Arc<Session>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Ws {
    /// Connects; an error where nobody answers or the client is refused.
    pub(crate) async fn connect(wire: &'static Wire, url: &str, options: Options) -> Result<Self, TransportError> {
        let session = Arc::new(Session::new(wire, options));
        let socket = open(&session, url).await?;
        let attached = session.attach(wire.frame.is_some());
        let task = tokio::spawn(run(session.clone(), url.to_owned(), socket, attached));
        Ok(Self { session, task: Mutex::new(Some(task)) })
    }
}

async fn run(session: Arc<Session>, url: String, mut socket: Socket, mut attached: Attached) {
    while session.carry(&mut socket, attached).await == Ended::Lost {
        let again = tokio::select! {
            () = session.stopped() => break,
            again = again(&session, &url) => again,
        };
        match again {
            Ok(new) => {
                socket = new;
                attached = session.attach(session.wire.frame.is_some());
            }
            Err(error) => {
                session.events.push(Err(error));
                break;
            }
        }
    }
    session.events.end();
}

/// Connects again, however long it takes; an error where the client is refused.
async fn again(session: &Session, url: &str) -> Result<Socket, TransportError> {
    let mut pauses = Backoff::new(&session.options);
    loop {
        tokio::time::sleep(pauses.next().unwrap_or_default()).await;
        match open(session, url).await {
            Err(error) if error.kind() == TransportErrorKind::Connection => {}
            done => return done,
        }
    }
}

async fn open(session: &Session, url: &str) -> Result<Socket, TransportError> {
    let request = request(session, url)?;
    let connecting = tokio_tungstenite::connect_async(request);
    match tokio::time::timeout(session.options.timeout, connecting).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(Error::Http(response))) => {
            let status = response.status();
            let kind =
                if status.is_client_error() { TransportErrorKind::Refused } else { TransportErrorKind::Connection };
            Err(TransportError::new(kind, format!("{url} refused the connection with status {status}")))
        }
        Ok(Err(error @ Error::Url(_))) => {
            Err(TransportError::new(TransportErrorKind::Address, format!("{url}: {error}")))
        }
        Ok(Err(error)) => {
            Err(TransportError::new(TransportErrorKind::Connection, format!("cannot connect to {url}: {error}")))
        }
        Err(_) => Err(TransportError::new(TransportErrorKind::Connection, format!("{url} does not answer"))),
    }
}

fn request(session: &Session, url: &str) -> Result<Request, TransportError> {
    let odd = |what: &dyn std::fmt::Display| TransportError::new(TransportErrorKind::Address, format!("{url}: {what}"));
    let mut request = url.into_client_request().map_err(|error| odd(&error))?;
    if let Some(token) = &session.options.token {
        let [header, scheme] = session.wire.auth;
        let name = HeaderName::from_bytes(header.as_bytes()).map_err(|error| odd(&error))?;
        let value =
            HeaderValue::from_str(&format!("{scheme} {token}")).map_err(|_| odd(&"the token fits no header"))?;
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

impl Link for Ws {
    fn call<'a>(&'a self, action: &'a str, params: String) -> Boxed<'a, Result<String, TransportError>> {
        Box::pin(self.session.call(action, params))
    }

    fn next(&self) -> Boxed<'_, Option<Frame>> {
        Box::pin(self.session.events.next())
    }

    fn close(&self) -> Boxed<'_, ()> {
        self.session.stop();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            if let Some(task) = task {
                let _ = task.await;
            }
        })
    }

    fn dropped(&self) -> u64 {
        self.session.events.dropped()
    }
}

impl Drop for Ws {
    fn drop(&mut self) {
        self.session.stop();
    }
}
