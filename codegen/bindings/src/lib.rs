//! Types that decode what implementations of OneBot 11 and of Milky really send.
//!
//! Each dialect is a module behind a feature of the same name, generated from its contracts; none is there by default:
//!
//! | feature | what it has | built on |
//! |---|---|---|
//! | `onebot11` | the OneBot 11 standard | |
//! | `gocqhttp` | the extensions of go-cqhttp, in the form in which its successors agree | `onebot11` |
//! | `napcat` | NapCat | `gocqhttp` |
//! | `llonebot` | LLOneBot, today LLBot | `gocqhttp` |
//! | `milky` | Milky, another protocol | |
//! | `actions` | the actions of these dialects; without it, only events, segments and what they are made of | |
//! | `client` | in each dialect a `Bot` with a method per action, over a transport of your own or in memory | `actions` |
//! | `ws` | `Bot::connect` over a WebSocket | `client`, tokio |
//! | `http` | `Bot::http`, for calls; `Bot::sse`, with events as a stream; for Milky also `Bot::connect` | `client`, tokio, hyper |
//! | `reverse-ws` | `Listener`, to which implementations connect | `ws` |
//!
//! What a dialect has unchanged from the one it is built on is the same type, re-exported; of the rest of that other module
//! nothing is compiled without its own feature. All of them have in common:
//!
//! - **Nothing is lost.** Keys that no contract names are kept in `extra`, unknown values of an enumeration as they are,
//!   unknown events and segments whole; all of it is written back.
//! - **Reading is forgiving, writing is exact.** An id is a number or a string, a number may come as a string; what is
//!   written has the form that the contract states, and the form it came in where the contract takes both.
//! - **No message is lost over a field.** In events, answers and received segments any field may be absent: one that is
//!   missing or cannot be read is `None`, `defects()` tell the place, what was expected and what was found, and what came
//!   is written back. Only what says which event or segment it is has to be there. [`Mode::Strict`] makes errors of them.
//! - **Additions break nobody.** Structs, enumerations and unions are `#[non_exhaustive]`: what is required is an argument
//!   of `new` (or a field of the type's `Init`), what is optional has a setter.
//! - **Errors keep the text** and point to the value that does not fit.
//! - No type of another crate stands in the interface, apart from the traits of serde. Only JSON is spoken.
//!
//! ```
//! use botspec_bindings::onebot11::actions::SendGroupMsg;
//! use botspec_bindings::onebot11::{Event, ReceiveSegment, SendMessage, SendSegment};
//! use botspec_bindings::{Action, Raw};
//!
//! let frame = r#"{
//!     "time": 1767225600, "self_id": 10001, "post_type": "message", "message_type": "group", "sub_type": "normal",
//!     "message_id": 52003, "group_id": 70001, "user_id": 20002, "anonymous": null, "raw_message": "hi", "font": 0,
//!     "message": [{"type": "text", "data": {"text": "hi"}}, {"type": "not yet known", "data": {"x": 1}}],
//!     "sender": {"user_id": 20002, "nickname": "Lin", "role": "admin"}
//! }"#;
//! let Event::MessageGroup(event) = Event::from_json(frame)? else { return Ok(()) };
//! let (Some(message), Some(user), Some(group)) = (event.message, event.user_id, event.group_id) else { return Ok(()) };
//! assert_eq!(message.plain_text(), "hi");
//! assert!(matches!(message.segments()[1], ReceiveSegment::Unknown(_)));
//!
//! let reply = SendMessage::from(SendSegment::at(user)).push(SendSegment::text(" hi yourself"));
//! let call = SendGroupMsg::new(group, reply).auto_escape(false);
//! assert_eq!(SendGroupMsg::NAME, "send_group_msg");
//! println!("{}", Raw::of(&call)?);
//! # Ok::<(), botspec_bindings::DecodeError>(())
//! ```

#![cfg_attr(
    not(all(
        feature = "onebot11",
        feature = "gocqhttp",
        feature = "napcat",
        feature = "llonebot",
        feature = "milky",
        feature = "reverse-ws",
        feature = "http",
        feature = "_test-shapes"
    )),
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
mod defect;
mod error;
mod extra;
mod frame;
mod id;
mod map;
mod message;
mod mode;
mod nullable;
mod number;
mod open_enum;
mod raw;
mod received;
mod record;
mod replay;
mod scalar;
mod segment;
mod sent;
mod tags;
mod text_ids;
mod union;
mod unknown;

#[cfg(any(feature = "onebot11", feature = "gocqhttp", feature = "napcat", feature = "llonebot"))]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "names and sizes are those of the documents")]
pub mod onebot11;

#[cfg(any(feature = "gocqhttp", feature = "napcat", feature = "llonebot"))]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "the same as for every dialect")]
pub mod gocqhttp;

#[cfg(feature = "napcat")]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "the same as for every dialect")]
pub mod napcat;

#[cfg(feature = "llonebot")]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "the same as for every dialect")]
pub mod llonebot;

#[cfg(feature = "milky")]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "the same as for every dialect")]
pub mod milky;

#[cfg(feature = "_test-shapes")]
#[doc(hidden)]
#[rustfmt::skip]
#[allow(clippy::pedantic, clippy::large_enum_variant, reason = "the same as for every dialect")]
pub mod shapes;

pub use action::{Action, Effect, Empty, Outcome, Payload, Visitor};
#[cfg(feature = "client")]
pub use client::{CallError, Connection, EventSource, Failed, Memory, Options, Transport};
#[cfg(feature = "client")]
pub use client::{TransportError, TransportErrorKind};
pub use cq::NoCqForm;
pub use decode::FromJson;
pub use defect::Defect;
pub use error::DecodeError;
pub use extra::Extra;
pub use map::Map;
pub use mode::Mode;
pub use nullable::Nullable;
pub use number::Number;
pub use raw::Raw;
pub use segment::Segment;
pub use text_ids::TextIds;
pub use unknown::{UnknownEvent, UnknownSegment};
