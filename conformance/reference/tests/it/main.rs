//! The reference over real sockets.

mod actions;
mod bed;
