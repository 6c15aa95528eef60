//! Rust items become source text.

mod action;
mod client;
mod cq;
mod envelope;
mod event;
mod file;
mod item;
mod message;
mod record;
mod root;
mod segment;
mod tree;
mod union;

pub(crate) use root::files;
