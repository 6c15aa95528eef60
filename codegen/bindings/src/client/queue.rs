//! Frames that wait for a reader.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::TransportError;

/// A frame with an event, or what kept it from coming.
pub(crate) type Frame = Result<String, TransportError>;

/// A queue that never makes its writer wait: one frame too many drops the oldest.
#[derive(Debug)]
pub(crate) struct Queue {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    dropped: u64,
    ended: bool,
    readers: Vec<Waker>,
}

impl Queue {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, state: Mutex::default() }
    }

    pub(crate) fn push(&self, frame: Frame) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        if state.frames.len() >= self.capacity {
            state.frames.pop_front();
            state.dropped += 1;
        }
        state.frames.push_back(frame);
        wake(state);
    }

    /// Nothing more comes; what waits can still be read.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        wake(state);
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.state().dropped
    }

    /// The next frame; nothing at the end. Dropping the future loses no frame.
    pub(crate) fn next(&self) -> impl Future<Output = Option<Frame>> + Send + '_ {
        poll_fn(|context| {
            let mut state = self.state();
            if let Some(frame) = state.frames.pop_front() {
                return Poll::Ready(Some(frame));
            }
            if state.ended {
                return Poll::Ready(None);
            }
            state.readers.push(context.waker().clone());
            Poll::Pending
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let readers = std::mem::take(&mut state.readers);
    drop(state);
    readers.into_iter().for_each(Waker::wake);
}
