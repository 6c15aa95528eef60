//! Watching, over real sockets.

mod bytes;
mod harness;
mod judged;
