//! Watching, over real sockets.

mod bot;
mod bytes;
mod compressed;
mod deviations;
mod harness;
mod judged;
mod learned;
mod recorded;
mod relations;
mod transports;
