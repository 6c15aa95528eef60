//! How clients reach a served account.

mod auth;
pub(crate) mod handshake;
pub(crate) mod http;
pub(crate) mod listener;
pub(crate) mod session;
pub(crate) mod urlencoded;
pub(crate) mod ws;
