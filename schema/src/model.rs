//! What a contract file may state: one struct per kind of file, read with serde and exported as a meta-schema.
//!
//! Every struct refuses unknown keys, so that a typo in a contract is an error with its line and column.

mod action;
mod call_limit;
mod dialect;
mod event;
mod failure;
mod fixture;
mod late_checks;
mod level;
mod makes;
mod need;
mod requirement;
mod roles;
mod segment;
mod shared;
mod text;
mod transport;

pub use crate::coercion::{Coercion, Coercions, UnreadSegments};
pub use action::{Action, ActionExample, Effect};
pub use call_limit::{CallCost, CallLimit};
pub use dialect::{
    CqCode, DialectFile, Envelope, Escape, MessageForm, MessageForms, Outcome, Outcomes, PlainText, RequestFrame,
    StreamMark, Suffixes, Without,
};
pub use event::{Event, Trigger, TriggerBy};
pub use failure::{Failure, FailureKind, HttpFailure, WsFailure};
pub use fixture::Fixture;
pub use late_checks::{GivenType, LateChecks, LateValues};
pub use level::Level;
pub use makes::{FoundBy, Leaves, Makes, ReadsBack};
pub(crate) use need::kind_of;
pub use need::{Need, Party, Rank, Scene, State, Thing, kind_at};
pub use requirement::{Requirement, RequirementSet};
pub use roles::ActionRoles;
pub use segment::{Segment, SegmentExample};
pub use shared::SharedType;
pub use text::{Deprecation, Presence, Source, Text};
pub use transport::{
    Auth, HttpStep, HttpTransport, Lifecycle, MessageFormat, MetaEvents, ReverseWsTransport, Signature,
    SignatureAlgorithm, SseTransport, Transport, Transports, WebhookTransport, WsEndpoint, WsRole, WsTransport,
};

/// A JSON Schema as it stands in a contract; which keywords it may use is the lint's business.
pub type Schema = serde_json::Value;
