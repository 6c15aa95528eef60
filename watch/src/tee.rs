//! Reads from a copy of a connection what passed on it. It never touches the traffic itself.

mod body;
mod conversation;
mod deflate;
mod head;
mod passed;
mod payload;
mod sse;
mod ws;

pub(crate) use conversation::{Conversation, Side};
pub(crate) use deflate::{NotDecoded, decoded};
pub(crate) use head::Head;
pub(crate) use passed::{HttpExchange, Passed};
pub(crate) use payload::Payload;
