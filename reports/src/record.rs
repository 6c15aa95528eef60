//! The record of a run: `record.ndjson`, one JSON document per line.
//!
//! Each line has a `type`: `header` first, then one `check` per check that was looked at, `left` for each change that was
//! not put back, `stopped` where the run could not go on, `footer` last. It is written
//! while the run goes on, so a run that is cut off keeps what it had; without its footer it is incomplete. A reader
//! ignores keys it does not know, and every key that is not needed to understand a line may be left out.

mod actions;
mod capture;
mod cause;
mod changed;
mod check;
mod defects;
mod evidence;
mod finding;
mod footer;
mod header;
mod lenient;
mod read;
mod stopped;
mod time;
mod writer;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use actions::Actions;
pub use botspec_schema::model::{Level, MessageFormat, Source, Text, Transport};
pub use capture::Capture;
pub(crate) use capture::cut;
pub use cause::Cause;
pub use changed::{AnswerChange, ChangedAnswer};
pub use check::{Check, Expectation, Expected, Verdict};
pub use defects::Defects;
pub use finding::{Difference, Direction, Finding, TraceLine};
pub use footer::{Counts, Footer};
pub use header::{Endpoint, Header, Partition, Requirement, RequirementSet, Target};
pub use read::{Ending, MAX_LINE, ReadError, Run, read};
pub use stopped::{Left, Stopped, StoppedBy};
pub use time::{epoch_millis, millis, rfc3339};
pub use writer::Writer;

/// The version of the record format that this crate writes. It grows only when an older reader would misunderstand.
pub const FORMAT: u32 = 1;

/// One line of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
#[allow(clippy::large_enum_variant, reason = "lives as long as it takes to write or read one line")]
pub enum Line<'a> {
    /// The first line: what is checked, by what, how.
    Header(Cow<'a, Header>),
    /// What came of one check.
    Check(Cow<'a, Check>),
    /// Something that was changed and not put back.
    Left(Cow<'a, Left>),
    /// Why the run ended before every selected check had run.
    Stopped(Cow<'a, Stopped>),
    /// The last line of a run that came to its end.
    Footer(Cow<'a, Footer>),
}
