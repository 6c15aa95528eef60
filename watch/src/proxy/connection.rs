//! One connection: what one side sends, the other gets, unchanged and at once.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use crate::link::Link;
use crate::queue::Feed;
use crate::tee::{Conversation, Passed, Side};

/// How many bytes are passed on at once.
const BUFFER: usize = 32 << 10;

/// Looks at a copy of what passes on a connection. Whatever goes wrong in it, traffic passes.
pub(crate) struct Tap {
    feed: Feed,
    number: u64,
    bot_connects: bool,
    state: Mutex<State>,
}

struct State {
    /// Gone once reading the copy went wrong.
    conversation: Option<Conversation>,
    missed: u64,
    /// Who ended the connection.
    ended_by: Option<Side>,
}

impl Tap {
    pub(crate) fn new(link: &Link, feed: Feed, number: u64, limit: usize) -> Self {
        let conversation = Some(Conversation::new(link.bot_connects(), limit));
        let state = Mutex::new(State { conversation, missed: 0, ended_by: None });
        Self { feed, number, bot_connects: link.bot_connects(), state }
    }

    fn look(&self, look: impl FnOnce(&mut Conversation, &mut dyn FnMut(Passed))) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { conversation, missed, .. } = &mut *state;
        let Some(open) = conversation else { return };
        let looked = catch_unwind(AssertUnwindSafe(|| {
            look(open, &mut |passed| self.feed.offer(self.number, missed, passed));
        }));
        if looked.is_err() {
            *conversation = None;
            self.feed.offer(self.number, missed, Passed::NotParsed { what: "something that botspec failed to read" });
        }
    }

    fn read(&self, side: Side, bytes: &[u8]) {
        self.feed.counts().bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.look(|conversation, out| conversation.read(side, bytes, out));
    }

    fn end(&self, side: Side) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ended_by.get_or_insert(side);
        self.look(|conversation, out| conversation.end(side, out));
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        let ended_by = self.state.get_mut().unwrap_or_else(PoisonError::into_inner).ended_by;
        if ended_by == Some(Side::Client) {
            self.look(Conversation::abandon);
        }
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let by_bot = state.ended_by.is_some_and(|side| (side == Side::Client) == self.bot_connects);
        self.feed.offer(self.number, &mut state.missed, Passed::Closed { by_bot });
    }
}

/// How one direction ended.
enum End {
    /// Its sender sends no more, and the end was passed on.
    Finished,
    /// Its receiver takes no more.
    NotTaken,
    /// Its sender is gone.
    Gone,
}

/// Passes everything on until both sides are done.
pub(crate) async fn pass(mut client: TcpStream, mut server: TcpStream, tap: Tap) {
    for socket in [&client, &server] {
        // Without it packets may be late, and still arrive.
        let _ = socket.set_nodelay(true);
    }
    let reset = {
        let (client_read, client_write) = client.split();
        let (server_read, server_write) = server.split();
        let up = one_way(client_read, server_write, Side::Client, &tap);
        let down = one_way(server_read, client_write, Side::Server, &tap);
        tokio::pin!(up, down);
        let (mut up_end, mut down_end) = (None, None);
        loop {
            tokio::select! {
                end = &mut up, if up_end.is_none() => up_end = Some(end),
                end = &mut down, if down_end.is_none() => down_end = Some(end),
            }
            match (&up_end, &down_end) {
                // Who sends nothing and cannot be sent anything is gone for the other side too.
                (Some(End::Gone), _)
                | (_, Some(End::Gone))
                | (Some(End::NotTaken), Some(_))
                | (Some(_), Some(End::NotTaken)) => break true,
                (Some(_), Some(_)) => break false,
                _ => {}
            }
        }
    };
    if reset {
        for socket in [&client, &server] {
            let _ = socket.set_zero_linger();
        }
    }
}

async fn one_way(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, side: Side, tap: &Tap) -> End {
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = match from.read(&mut buffer).await {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => {
                tap.end(side);
                return End::Gone;
            }
        };
        if length == 0 {
            tap.end(side);
            return if to.shutdown().await.is_ok() { End::Finished } else { End::NotTaken };
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return End::NotTaken;
        }
        // The copy is looked at when the bytes are on their way.
        tap.read(side, &buffer[..length]);
    }
}
