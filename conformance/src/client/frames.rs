//! What came over a connection by itself, in order, for anybody who waits for it: frames of a WebSocket, events of a
//! stream, posts.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::watch;
use tokio::time::timeout_at;

use crate::seen::Seen;

/// How many frames are kept. A target that never stops talking loses its oldest.
const FRAMES_KEPT: usize = 20_000;

/// How many bytes of frames are kept.
const BYTES_KEPT: usize = 32 << 20;

/// One frame that came.
#[derive(Debug)]
pub struct Frame {
    /// When it came.
    pub at: Instant,
    /// What it was.
    pub seen: Seen,
    /// In what it came.
    pub carried: Carried,
    bytes: usize,
}

impl Frame {
    /// The post that it came in, where it did.
    pub fn post(&self) -> Option<&Post> {
        match &self.carried {
            Carried::Post(post) => Some(post),
            _ => None,
        }
    }
}

/// In what something came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
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
pub struct Mark(u64);

/// The frames of one connection.
#[derive(Debug)]
pub(crate) struct Frames {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Arc<Frame>>,
    /// The number of the first frame that is still there.
    first: u64,
    bytes: usize,
    ended: Option<Seen>,
}

impl Frames {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), changed: watch::Sender::new(0) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, seen: Seen, bytes: usize, carried: Carried) {
        {
            let mut state = self.state();
            state.frames.push_back(Arc::new(Frame { at: Instant::now(), seen, carried, bytes }));
            state.bytes += bytes;
            while state.frames.len() > FRAMES_KEPT || (state.bytes > BYTES_KEPT && state.frames.len() > 1) {
                let Some(dropped) = state.frames.pop_front() else { break };
                state.bytes -= dropped.bytes;
                state.first += 1;
            }
        }
        self.changed.send_modify(|changes| *changes += 1);
    }

    /// Says that no frame will come any more, and why. The first reason stays.
    pub(crate) fn end(&self, why: Seen) {
        self.state().ended.get_or_insert(why);
        self.changed.send_modify(|changes| *changes += 1);
    }

    pub(crate) fn ended(&self) -> Option<Seen> {
        self.state().ended.clone()
    }

    /// The place behind the last frame.
    pub(crate) fn mark(&self) -> Mark {
        let state = self.state();
        Mark(state.first + state.frames.len() as u64)
    }

    /// The frames since a place, and the place behind them.
    pub(crate) fn since(&self, mark: Mark) -> (Vec<Arc<Frame>>, Mark) {
        let state = self.state();
        let skip = usize::try_from(mark.0.saturating_sub(state.first)).unwrap_or(usize::MAX);
        let frames = state.frames.iter().skip(skip).cloned().collect();
        (frames, Mark(state.first + state.frames.len() as u64))
    }

    /// The first frame since a place that is wanted; what happened to the connection where none came in time.
    pub(crate) async fn wait(
        &self,
        mut from: Mark,
        deadline: Instant,
        mut wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Arc<Frame>, Option<Seen>> {
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
        match &frame.seen {
            Seen::Text(text) => text,
            _ => "",
        }
    }

    #[tokio::test]
    async fn who_waits_gets_the_first_frame_that_is_wanted() {
        let frames = Arc::new(Frames::new());
        let mark = frames.mark();
        let waiting = tokio::spawn({
            let frames = Arc::clone(&frames);
            async move {
                let deadline = Instant::now() + Duration::from_secs(5);
                frames.wait(mark, deadline, |frame| text(frame) == "b").await.map(|frame| text(&frame).to_owned())
            }
        });
        frames.push(Seen::Text("a".into()), 1, Carried::Text);
        frames.push(Seen::Text("b".into()), 1, Carried::Text);
        assert_eq!(waiting.await.expect("no panic"), Ok("b".to_owned()));
        assert_eq!(frames.since(mark).0.len(), 2, "a frame that somebody waited for stays for others");
    }

    #[tokio::test]
    async fn the_end_of_a_connection_ends_the_wait() {
        let frames = Frames::new();
        frames.end(Seen::Closed("1000".into()));
        frames.end(Seen::Closed("later".into()));
        let waited = frames.wait(frames.mark(), Instant::now() + Duration::from_secs(5), |_| true).await;
        assert_eq!(waited.map(|_| ()), Err(Some(Seen::Closed("1000".into()))));
    }

    #[test]
    fn the_oldest_frames_are_dropped() {
        let frames = Frames::new();
        let mark = frames.mark();
        for number in 0..FRAMES_KEPT + 5 {
            frames.push(Seen::Text(number.to_string()), 1, Carried::Text);
        }
        let (kept, behind) = frames.since(mark);
        assert_eq!(kept.len(), FRAMES_KEPT);
        assert_eq!(text(&kept[0]), "5");
        assert_eq!(behind, frames.mark());
        frames.push(Seen::Text("big".into()), BYTES_KEPT + 1, Carried::Text);
        assert_eq!(frames.since(mark).0.len(), 1, "the newest stays, however big it is");
    }
}
