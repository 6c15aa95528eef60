//! Types that decode what OneBot 11 implementations really send.
//!
//! Each dialect is a feature and a module of its own, generated from its contracts. What they have in common:
//!
//! - **Nothing is lost.** Keys that no contract names are kept in `extra`, unknown values of an enumeration as they are,
//!   unknown events and segments whole; all of it is written back.
//! - **Reading is forgiving, writing is exact.** An id is a number or a string, a number may come as a string; what is
//!   written has the form that the contract states.
//! - **Additions break nobody.** Structs, enumerations and unions are `#[non_exhaustive]`: what is required is an argument
//!   of `new` (or a field of the type's `Init`), what is optional has a setter.
//! - **Errors keep the text** and point to the value that does not fit.
//! - No type of another crate stands in the interface, apart from the traits of serde. Only JSON is spoken.

#![cfg_attr(
    not(all(feature = "onebot11", feature = "client", feature = "test-shapes")),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        unused_macros,
        reason = "what a dialect uses, only some features need"
    )
)]

mod action;
#[cfg(feature = "client")]
mod client;
mod cq;
mod decode;
mod error;
mod extra;
mod frame;
mod id;
mod map;
mod nullable;
mod open_enum;
mod raw;
mod record;
mod segment;
mod tags;
mod text_ids;
mod union;
mod unknown;

#[cfg(feature = "onebot11")]
#[rustfmt::skip]
#[allow(clippy::doc_markdown, reason = "the headings of documents stand there as they are")]
pub mod onebot11;

#[cfg(feature = "test-shapes")]
#[doc(hidden)]
#[rustfmt::skip]
pub mod shapes;

pub use action::{Action, Effect, Empty, Outcome, Payload};
#[cfg(feature = "client")]
pub use client::{CallError, Failed, Transport};
pub use cq::NoCqForm;
pub use decode::FromJson;
pub use error::DecodeError;
pub use extra::Extra;
pub use map::Map;
pub use nullable::Nullable;
pub use raw::Raw;
pub use segment::Segment;
pub use text_ids::TextIds;
pub use unknown::{UnknownEvent, UnknownSegment};
