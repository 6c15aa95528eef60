//! How clients reach a served account, and how it reaches them.

mod auth;
mod calls;
mod connection_limit;
pub(crate) mod fragment_limit;
pub(crate) mod handshake;
mod heartbeat_timer;
pub(crate) mod http;
pub(crate) mod listener;
pub(crate) mod origin;
mod outgoing;
mod respond;
pub(crate) mod reverse;
mod sse;
pub(crate) mod urlencoded;
pub(crate) mod webhook;
mod ws;
