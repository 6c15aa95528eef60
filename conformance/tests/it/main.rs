//! The engine and the checks, against real sockets.

mod bed;
mod clean;
