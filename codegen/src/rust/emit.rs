//! Rust items become source text.

mod action;
mod client;
mod conversation;
mod cq;
mod envelope;
mod event;
mod file;
mod inherit;
mod item;
mod message;
mod record;
mod root;
mod segment;
mod segments;
mod tree;
mod union;

pub(crate) use root::files;
