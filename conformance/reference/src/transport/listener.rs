//! Takes connections, and lets go of all of them when the server ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::config::Limits;

/// How long a connection may take to end by itself when the server does.
const FAREWELL: Duration = Duration::from_millis(500);
/// How long to wait after an accept that failed, such as for want of file descriptors.
const RECOVERY: Duration = Duration::from_millis(50);

/// A listener with its connections.
pub(crate) struct Listening {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    /// Listens from now on.
    pub(crate) async fn start(
        addr: SocketAddr,
        router: Router,
        limits: Limits,
        end: watch::Receiver<bool>,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, router, limits, end));
        Ok(Self { addr, task })
    }

    /// Waits until every connection is gone.
    pub(crate) async fn ended(self) {
        // A task that panicked has ended too.
        let _ = self.task.await;
    }
}

async fn accept(listener: TcpListener, router: Router, limits: Limits, mut end: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = end.wait_for(|end| *end) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            _ = end.wait_for(|end| *end) => break,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, place) else {
            tokio::time::sleep(RECOVERY).await;
            continue;
        };
        let (router, end) = (router.clone(), end.clone());
        connections.spawn(async move {
            serve(stream, router, limits, end).await;
            drop(place);
        });
    }
    drop(listener);
    let all_gone = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, all_gone).await.is_err() {
        connections.shutdown().await;
    }
}

async fn serve(stream: TcpStream, router: Router, limits: Limits, mut end: watch::Receiver<bool>) {
    // Answers are small and nobody should wait for more of them.
    let _ = stream.set_nodelay(true);
    let hangup = Hangup::default();
    let router = router.layer(Extension(hangup.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
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

/// Ends the connection of a request from within: by a notification.
#[derive(Clone, Default)]
pub(crate) struct Hangup(pub(crate) Arc<Notify>);
