//! The reference over real sockets.

mod actions;
mod bed;
mod control;
mod covers;
mod crowd;
mod events;
mod faults;
mod hook;
mod hostile;
mod http;
mod limits;
mod llonebot;
mod masses;
mod messages;
mod milky;
mod play;
mod quick;
mod reverse;
mod seeds;
mod sse;
mod state;
mod webhook;
mod wires;
mod ws;
