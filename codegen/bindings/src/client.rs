//! Calling actions over a transport of your own.

use std::fmt;
use std::future::Future;

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

/// Why a call gave no result. `E` is the transport's error, `V` the dialect's envelope.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E, V> {
    /// The call did not come through.
    Transport(E),
    /// The parameters have no JSON form, or the answer is not what the contract says; the text is kept.
    Decode(DecodeError),
    /// The implementation answered that it did not do it.
    Failed(Failed<V>),
}

/// An answer that says no.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failed<V> {
    /// The action that was called.
    pub action: String,
    /// The envelope.
    pub envelope: V,
    /// The whole answer as it came.
    pub body: String,
}

impl<V> Failed<V> {
    pub(crate) fn new(action: &str, envelope: V, body: String) -> Self {
        Self { action: action.to_owned(), envelope, body }
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
        }
    }
}

impl<E: std::error::Error + 'static, V: fmt::Debug> std::error::Error for CallError<E, V> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Decode(error) => Some(error),
            Self::Failed(_) => None,
        }
    }
}
