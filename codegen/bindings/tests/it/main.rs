//! What the bindings of OneBot 11 do with what implementations send.

mod client;
mod cq;
mod events;
mod ids;
mod messages;
