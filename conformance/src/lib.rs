//! The engine and the checks.
//!
//! [`run`] takes a [target](Target) and a [selection](Selection) of checks, and tells what happens as
//! [events](EngineEvent); [consumers] show and store them. [`catalogue`] lists the checks without running any.
//!
//! Requests leave through the [gate] alone.

pub mod answer;
mod cancel;
mod check;
pub mod checks;
mod client;
pub mod consumers;
mod context;
mod contract;
mod control;
mod embedded;
mod engine;
mod events;
mod exchange;
mod finding;
mod fixtures;
pub mod gate;
mod glob;
mod outcome;
mod place;
mod probe;
mod random;
mod redact;
mod repeat;
mod seen;
mod select;
mod target;
mod trace;
mod unit;
mod waiver;
mod walk;

pub use cancel::Cancel;
pub use check::CheckInfo;
pub use checks::{catalogue, explain};
pub use client::frames::{Frame, Mark};
pub use context::Context;
pub use contract::{
    Asked, Contract, Conversation, Id, Listed, Opener, Paged, Ranked, ReadMessage, Roles, Say, Told, Version,
};
pub use control::Control;
pub use embedded::{Embedded, EmbeddedConfig, EmbeddedError};
pub use engine::{RunConfig, RunError, run};
pub use events::EngineEvent;
pub use exchange::{Exchange, HttpRequest, Sent};
pub use fixtures::{Bindings, Fixtures};
pub use glob::matches;
pub use outcome::{Ending, ExitCode, RunResult};
pub use probe::{Broken, Judged, Probe, Stop};
pub use redact::Secrets;
pub use seen::Seen;
pub use select::Selection;
pub use target::{Adapter, Declared, Limits, Listen, MessageFormat, Target, TargetError, Token, read_target};
pub use trace::Log;
pub use waiver::{Day, Waivers};
