//! Takes connections, and lets go of all of them when the server ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::connection_limit::{ConnectionLimit, ConnectionPermit, Taken};
use crate::config::Limits;
use crate::refused::{Refusals, cause};

/// How long a connection may take to end by itself when the server does.
const FAREWELL: Duration = Duration::from_millis(500);
/// How long to wait after an accept that failed, such as for want of file descriptors.
const RECOVERY: Duration = Duration::from_millis(50);

/// How the names of headers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heads {
    Small,
    Capitals,
}

/// A listener with its connections.
pub(crate) struct Listener {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens from now on. Who cannot be served is reported by what is made for the address.
    pub(crate) async fn start(
        addr: SocketAddr,
        router: Router,
        limits: Limits,
        heads: Heads,
        end: watch::Receiver<bool>,
        refusals: impl FnOnce(SocketAddr) -> Refusals,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let door =
            AcceptLoop { router, limits, heads, end, places: ConnectionLimit::new(limits), refusals: refusals(addr) };
        let task = tokio::spawn(door.accept(listener));
        Ok(Self { addr, task })
    }

    /// Waits until every connection is gone.
    pub(crate) async fn ended(self) {
        // A task that panicked has ended too.
        let _ = self.task.await;
    }
}

/// What every connection needs.
struct AcceptLoop {
    router: Router,
    limits: Limits,
    heads: Heads,
    end: watch::Receiver<bool>,
    places: ConnectionLimit,
    refusals: Refusals,
}

impl AcceptLoop {
    async fn accept(mut self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                _ = self.end.wait_for(|end| *end) => break,
            };
            match accepted {
                Ok((stream, _)) => self.take(stream, &mut connections),
                Err(error) => {
                    self.refusals.refused(format!("no connection can be taken: {}", cause(&error)));
                    tokio::time::sleep(RECOVERY).await;
                }
            }
        }
        drop(listener);
        let all_gone = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all_gone).await.is_err() {
            connections.shutdown().await;
        }
    }

    /// Serves a connection, at once or as soon as there is a place for it, or turns it away.
    fn take(&self, stream: TcpStream, connections: &mut JoinSet<()>) {
        let Self { router, limits, heads, end, .. } = self;
        let (router, limits, heads, end) = (router.clone(), *limits, *heads, end.clone());
        match self.places.take() {
            Taken::ConnectionPermit(place) => {
                if self.places.are_plenty() {
                    self.refusals.reached();
                }
                connections.spawn(serve(stream, router, (limits, heads), end, place));
            }
            Taken::Later(later) => {
                self.refusals.refused(self.places.are_none());
                connections.spawn(async move {
                    match later.place().await {
                        Some(place) => serve(stream, router, (limits, heads), end, place).await,
                        None => turn_away(stream).await,
                    }
                });
            }
            Taken::Farewell(farewell) => {
                self.refusals.refused(self.places.are_none());
                connections.spawn(async move {
                    turn_away(stream).await;
                    drop(farewell);
                });
            }
            // It ends at once.
            Taken::Nothing => self.refusals.refused(self.places.are_none()),
        }
    }
}

async fn serve(
    stream: TcpStream,
    router: Router,
    (limits, heads): (Limits, Heads),
    mut end: watch::Receiver<bool>,
    place: ConnectionPermit,
) {
    // Answers are small and nobody should wait for more of them.
    let _ = stream.set_nodelay(true);
    let hangup = DisconnectHandle::default();
    let router = router.layer(Extension(hangup.clone())).layer(Extension(place));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .title_case_headers(heads == Heads::Capitals)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    tokio::pin!(connection);
    // How a connection broke is the client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = hangup.0.notified() => return,
        _ = end.wait_for(|end| *end) => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection => {}
        () = hangup.0.notified() => {}
    }
}

/// States why a connection is not served, whatever it asks for, and ends it.
async fn turn_away(mut stream: TcpStream) {
    const WHY: &str = "too many connections";
    let length = WHY.len();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {length}\r\n\r\n{WHY}"
    );
    let goodbye = async {
        if stream.write_all(answer.as_bytes()).await.is_ok() {
            throw_away(&mut stream).await;
        }
    };
    // A client that does not take it goes without.
    let _ = tokio::time::timeout(FAREWELL, goodbye).await;
}

/// Ends a connection from our side, and lets the client send what it likes until it ends too: where a connection ends with
/// bytes that nobody has read, its other side loses what it was sent last.
pub(super) async fn throw_away<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let _ = stream.shutdown().await;
    let mut buffer = [0; 4 * 1024];
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

/// Ends the connection of a request from within: by a notification.
#[derive(Clone, Default)]
pub(crate) struct DisconnectHandle(pub(crate) Arc<Notify>);
