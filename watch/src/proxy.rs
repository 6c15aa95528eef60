//! Passes connections on, byte by byte, with a copy for who looks on.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::link::Link;
use crate::queue::Feed;
use crate::tee::Passed;
use connection::Tap;

/// How long accepting rests after it failed, as where there are no file descriptors left.
const REST: Duration = Duration::from_millis(100);

/// A link that is being served until it is dropped.
#[derive(Debug)]
pub(crate) struct Served {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Served {
    /// Ends it, with all its connections.
    pub(crate) async fn stop(mut self) {
        self.accepting.abort();
        // Once it is over, everything that it held has been let go.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Numbers for connections.
pub(crate) type Numbers = Arc<AtomicU64>;

/// Begins to pass on what arrives at a link.
pub(crate) async fn serve(link: Link, feed: Feed, numbers: Numbers, limit: usize) -> io::Result<Served> {
    let listener = TcpListener::bind(link.listen).await?;
    let addr = listener.local_addr()?;
    let accepting = tokio::spawn(accept(listener, Arc::new(link), feed, numbers, limit));
    Ok(Served { addr, accepting })
}

async fn accept(listener: TcpListener, link: Arc<Link>, feed: Feed, numbers: Numbers, limit: usize) {
    // Connections end with the link.
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let number = numbers.fetch_add(1, Ordering::Relaxed);
                connections.spawn(connect(client, Arc::clone(&link), feed.clone(), number, limit));
            }
            Err(_) => tokio::time::sleep(REST).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(client: TcpStream, link: Arc<Link>, feed: Feed, number: u64, limit: usize) {
    feed.counts().connections.fetch_add(1, Ordering::Relaxed);
    match TcpStream::connect(&link.upstream.authority).await {
        Ok(server) => {
            feed.counts().open.fetch_add(1, Ordering::Relaxed);
            let tap = Tap::new(&link, feed.clone(), number, limit);
            connection::pass(client, server, tap).await;
            feed.counts().open.fetch_sub(1, Ordering::Relaxed);
        }
        Err(error) => {
            // As near to a refused connection as is left.
            let _ = client.set_zero_linger();
            let upstream = link.upstream.url.clone();
            feed.offer(number, &mut 0, Passed::Unreachable { upstream, why: error.to_string() });
        }
    }
}
