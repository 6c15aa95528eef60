//! Calling actions and reading events, over the transports that are here or one of your own.

#[cfg(any(feature = "ws", feature = "http"))]
mod backoff;
#[cfg(all(feature = "ws", feature = "http"))]
mod beside;
#[cfg(feature = "ws")]
mod calls;
mod connection;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "ws")]
mod incoming;
mod memory;
mod open;
mod options;
mod queue;
#[cfg(feature = "reverse-ws")]
mod reverse;
#[cfg(feature = "ws")]
mod session;
#[cfg(feature = "http")]
mod sse;
mod transport_error;
mod wire;
#[cfg(feature = "ws")]
mod ws;

use std::fmt;
use std::future::Future;

pub use connection::Connection;
pub use memory::Memory;
pub(crate) use open::*;
pub use options::Options;
pub use transport_error::{TransportError, TransportErrorKind};
pub(crate) use wire::{Reverse, Wire};

use crate::DecodeError;

/// Takes a call to an implementation and brings its answer back: HTTP, WebSocket, or anything else.
pub trait Transport {
    /// Why a call did not come through.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Calls `action`, whose parameters are the JSON object `params`, and returns the text of the whole answer.
    fn call(&self, action: &str, params: String) -> impl Future<Output = Result<String, Self::Error>> + Send;
}

impl<T: Transport> Transport for &T {
    type Error = T::Error;

    fn call(&self, action: &str, params: String) -> impl Future<Output = Result<String, Self::Error>> + Send {
        T::call(self, action, params)
    }
}

impl<T: Transport> Transport for std::sync::Arc<T> {
    type Error = T::Error;

    fn call(&self, action: &str, params: String) -> impl Future<Output = Result<String, Self::Error>> + Send {
        T::call(self, action, params)
    }
}

/// A transport that brings events, too.
pub trait EventSource: Transport {
    /// The text of the next frame with an event; nothing where no more will come. Dropping the future loses no frame.
    fn next_frame(&self) -> impl Future<Output = Option<Result<String, Self::Error>>> + Send;
}

impl<T: EventSource + Sync> EventSource for &T {
    fn next_frame(&self) -> impl Future<Output = Option<Result<String, Self::Error>>> + Send {
        T::next_frame(self)
    }
}

impl<T: EventSource + Send + Sync> EventSource for std::sync::Arc<T> {
    fn next_frame(&self) -> impl Future<Output = Option<Result<String, Self::Error>>> + Send {
        T::next_frame(self)
    }
}

/// Why a call gave no result. `E` is the transport's error, `V` the dialect's envelope.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E, V> {
    /// The call did not come through.
    Transport(E),
    /// The parameters have no JSON form, or the answer is not what the contract says; the text is kept.
    Decode(DecodeError),
    /// The implementation answered that it did not do it.
    Failed(Box<Failed<V>>),
    /// What is answered does not say where it came from.
    NoRecipient,
}

/// An answer that says no.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failed<V> {
    /// The action that was called.
    pub action: String,
    /// The code that says why.
    pub retcode: Option<i64>,
    /// What went wrong, in words, where the dialect has a key for that.
    pub message: Option<String>,
    /// The envelope.
    pub envelope: V,
    /// The whole answer as it came.
    pub body: String,
}

impl<V> Failed<V> {
    #[allow(dead_code, reason = "dialects make them")]
    pub(crate) fn new(action: &str, why: (Option<i64>, Option<String>), envelope: V, body: String) -> Self {
        Self { action: action.to_owned(), retcode: why.0, message: why.1, envelope, body }
    }
}

impl<E, V> From<DecodeError> for CallError<E, V> {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl<E: fmt::Display, V> fmt::Display for CallError<E, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(f, "the call did not come through: {error}"),
            Self::Decode(error) => write!(f, "the answer is not what the contract says: {error}"),
            Self::Failed(failed) => write!(f, "`{}` failed: {}", failed.action, failed.body),
            Self::NoRecipient => f.write_str("the message does not say where it came from"),
        }
    }
}

impl<E: std::error::Error + 'static, V: fmt::Debug> std::error::Error for CallError<E, V> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::Failed(_) | Self::NoRecipient => None,
        }
    }
}
