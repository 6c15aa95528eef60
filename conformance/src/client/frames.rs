//! What came over a connection by itself, in order, for anybody who waits for it: frames of a WebSocket, events of a
//! stream, posts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use tokio::sync::watch;
use tokio::time::timeout_at;

use crate::received::Received;

/// How many frames are kept. A target that never stops talking loses its oldest.
const FRAMES_KEPT: usize = 20_000;

/// How many bytes of frames are kept.
const BYTES_KEPT: usize = 8 << 20;

/// One frame that came.
#[derive(Debug)]
pub struct Frame {
    /// When it came.
    pub at: Instant,
    /// What it was.
    pub received: Received,
    /// In what it came.
    pub origin: FrameOrigin,
    bytes: usize,
}

impl Frame {
    /// A frame that came just now.
    pub(crate) fn new(received: Received, origin: FrameOrigin) -> Self {
        Self { at: Instant::now(), received, origin, bytes: 0 }
    }

    /// The post that it came in, where it did.
    pub fn post(&self) -> Option<&Post> {
        match &self.origin {
            FrameOrigin::Post(post) => Some(post),
            _ => None,
        }
    }
}

/// In what something came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameOrigin {
    /// A text frame.
    Text,
    /// A binary frame.
    Binary,
    /// An event of a stream.
    Event {
        /// The name in its `event` line.
        name: Option<String>,
    },
    /// A request to a webhook.
    Post(Box<Post>),
    /// A connection to a webhook that carried no request.
    NoRequest,
}

/// A request to a webhook, byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers, in order, bounded.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Post {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A place among the frames of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(u64);

/// The frames of one connection.
#[derive(Debug)]
pub(crate) struct Frames {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    observer: OnceLock<Observer>,
}

/// Who looks at every frame as it comes.
pub(crate) struct Observer(pub(crate) Box<dyn Fn(&Frame) + Send + Sync>);

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observer")
    }
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Arc<Frame>>,
    /// The number of the first frame that is still there.
    first: u64,
    bytes: usize,
    ended: Option<Received>,
}

impl Frames {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), changed: watch::Sender::new(0), observer: OnceLock::new() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets an observer look at every frame, also those that came before. The first observer stays.
    pub(crate) fn observe(&self, observer: Observer) {
        let state = self.state();
        if let Ok(()) = self.observer.set(observer)
            && let Some(Observer(look)) = self.observer.get()
        {
            state.frames.iter().for_each(|frame| look(frame));
        }
    }

    pub(crate) fn push(&self, received: Received, bytes: usize, origin: FrameOrigin) {
        let frame = Arc::new(Frame { at: Instant::now(), received, origin, bytes });
        {
            let mut state = self.state();
            if let Some(Observer(look)) = self.observer.get() {
                look(&frame);
            }
            state.frames.push_back(frame);
            state.bytes += bytes;
            while state.frames.len() > FRAMES_KEPT || (state.bytes > BYTES_KEPT && state.frames.len() > 1) {
                let Some(dropped) = state.frames.pop_front() else { break };
                state.bytes -= dropped.bytes;
                state.first += 1;
            }
        }
        self.changed.send_modify(|changes| *changes += 1);
    }

    /// States that no frame will come any more, and why. The first reason stays.
    pub(crate) fn end(&self, why: Received) {
        self.state().ended.get_or_insert(why);
        self.changed.send_modify(|changes| *changes += 1);
    }

    pub(crate) fn ended(&self) -> Option<Received> {
        self.state().ended.clone()
    }

    /// The place behind the last frame.
    pub(crate) fn cursor(&self) -> Cursor {
        let state = self.state();
        Cursor(state.first + state.frames.len() as u64)
    }

    /// Drops every frame that came: nobody waits for one of them any more. Places stay as they are.
    pub(crate) fn discard(&self) {
        let mut state = self.state();
        state.first += state.frames.len() as u64;
        state.bytes = 0;
        state.frames = VecDeque::new();
    }

    /// The frames since a place, and the place behind them.
    pub(crate) fn since(&self, cursor: Cursor) -> (Vec<Arc<Frame>>, Cursor) {
        let state = self.state();
        let skip = usize::try_from(cursor.0.saturating_sub(state.first)).unwrap_or(usize::MAX);
        let frames = state.frames.iter().skip(skip).cloned().collect();
        (frames, Cursor(state.first + state.frames.len() as u64))
    }

    /// The first frame since a place that is wanted; what happened to the connection where none came in time.
    pub(crate) async fn wait(
        &self,
        mut from: Cursor,
        deadline: Instant,
        mut wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Received>> {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            let ended = self.ended();
            let (frames, behind) = self.since(from);
            if let Some(frame) = frames.into_iter().find(|frame| wanted(frame)) {
                return Ok(frame);
            }
            if ended.is_some() {
                return Err(ended);
            }
            from = behind;
            if timeout_at(deadline.into(), changed.changed()).await.is_err() {
                return Err(None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(frame: &Frame) -> &str {
        match &frame.received {
            Received::Text(text) => text,
            _ => "",
        }
    }

    #[tokio::test]
    async fn who_waits_gets_the_first_frame_that_is_wanted() {
        let frames = Arc::new(Frames::new());
        let cursor = frames.cursor();
        let waiting = tokio::spawn({
            let frames = Arc::clone(&frames);
            async move {
                let deadline = Instant::now() + Duration::from_secs(5);
                frames.wait(cursor, deadline, |frame| text(frame) == "b").await.map(|frame| text(&frame).to_owned())
            }
        });
        frames.push(Received::Text("a".into()), 1, FrameOrigin::Text);
        frames.push(Received::Text("b".into()), 1, FrameOrigin::Text);
        assert_eq!(waiting.await.expect("no panic"), Ok("b".to_owned()));
        assert_eq!(frames.since(cursor).0.len(), 2, "a frame that somebody waited for stays for others");
    }

    #[tokio::test]
    async fn the_end_of_a_connection_ends_the_wait() {
        let frames = Frames::new();
        frames.end(Received::Closed("1000".into()));
        frames.end(Received::Closed("later".into()));
        let waited = frames.wait(frames.cursor(), Instant::now() + Duration::from_secs(5), |_| true).await;
        assert_eq!(waited.map(|_| ()), Err(Some(Received::Closed("1000".into()))));
    }

    #[test]
    fn the_oldest_frames_are_dropped() {
        let frames = Frames::new();
        let cursor = frames.cursor();
        for number in 0..FRAMES_KEPT + 5 {
            frames.push(Received::Text(number.to_string()), 1, FrameOrigin::Text);
        }
        let (kept, behind) = frames.since(cursor);
        assert_eq!(kept.len(), FRAMES_KEPT);
        assert_eq!(text(&kept[0]), "5");
        assert_eq!(behind, frames.cursor());
        frames.discard();
        assert_eq!(frames.cursor(), behind);
        assert_eq!(frames.since(cursor).0.len(), 0);
        frames.push(Received::Text("big".into()), BYTES_KEPT + 1, FrameOrigin::Text);
        assert_eq!(frames.since(cursor).0.len(), 1, "the newest stays, however big it is");
    }
}
