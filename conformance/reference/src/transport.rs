//! How clients reach a served account, and how it reaches them.

mod auth;
mod calls;
pub(crate) mod handshake;
pub(crate) mod http;
pub(crate) mod line;
pub(crate) mod listener;
mod places;
mod pulse;
pub(crate) mod refused;
pub(crate) mod reverse;
pub(crate) mod session;
mod sse;
pub(crate) mod urlencoded;
pub(crate) mod watched;
pub(crate) mod webhook;
mod ws;
