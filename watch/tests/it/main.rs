//! Watching, over real sockets.

mod bytes;
mod harness;
mod judged;
mod learned;
mod recorded;
mod transports;
