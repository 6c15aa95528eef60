//! The engine and the checks.
//!
//! [`run`] takes a [target](Target) and a [selection](Selection) of checks, and reports what happens as
//! [events](EngineEvent); [reporters] show and store them. [`catalogue`] lists the checks without running any.
//!
//! Requests leave through the [gate] alone.
//!
//! ```no_run
//! use botspec_conformance::reporters::{self, RecordWriter, Reporter};
//! use botspec_conformance::{Cancel, RunConfig, read_target, run};
//! use botspec_schema::Catalog;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let target = read_target("napcat.toml".as_ref())?;
//! let (events, listener) = tokio::sync::mpsc::unbounded_channel();
//! let mut record = RecordWriter::new(std::fs::File::create("record.ndjson")?);
//! let reporters: &mut [&mut dyn Reporter] = &mut [&mut record];
//! let engine = run(Catalog::builtin(), RunConfig::new(target), events, Cancel::new());
//! let (result, ()) = tokio::join!(engine, reporters::drive(listener, reporters));
//! println!("{:?}", result?.exit_code());
//! # Ok(())
//! # }
//! ```

pub mod answer;
mod bindings;
mod budget;
mod cancel;
mod check;
mod check_context;
pub mod checks;
mod client;
mod contract;
mod echo;
mod embedded;
mod engine;
mod events;
mod exchange;
mod file_schemas;
mod finding;
mod fixtures;
pub mod gate;
mod glob;
mod journal;
mod judge;
mod nobody;
mod not_passed;
mod oracle;
mod order;
mod outcome;
mod owners;
mod part;
mod policy;
mod random;
mod received;
mod redact;
pub mod reporters;
mod reproduce;
mod run_context;
mod run_error;
mod select;
mod setup;
mod shared_event;
pub mod signature;
mod silence;
mod snapshots;
mod source_location;
mod survey;
mod target;
mod teardown;
mod trace;
mod undo;
mod unit;
mod waiver;
mod walk;

pub use bindings::Bindings;
pub use botspec_schema::model::MessageFormat;
pub use budget::{Budget, budget};
pub use cancel::Cancel;
pub use check::CheckInfo;
pub use check_context::CheckContext;
pub use checks::{catalogue, explain};
pub use client::frames::{Cursor, Frame, FrameOrigin, Post};
pub use contract::{
    Contract, ConversationParams, Id, ListRole, MemberInfoRole, OpenForwardRole, PagedRole, ReadMessageRole, Recipe,
    Recipes, Roles, SelfIdRole, SendMessageRole, Surveyed, UserInfoRole, VersionRole, Way,
};
pub use embedded::{Embedded, EmbeddedConfig, EmbeddedError};
pub use engine::{RunConfig, run};
pub use events::EngineEvent;
pub use exchange::{Exchange, HttpRequest, Sent};
pub use file_schemas::{files_page, second_name, target_schema, waivers_schema};
pub use fixtures::{Fixtures, Permissions, Plan, Planner, Step};
pub use gate::Likeness;
pub use glob::matches;
pub use judge::Judge;
pub use not_passed::{CheckResult, NotPassed, Violation};
pub use oracle::{Found, TrafficKind, Unsure};
pub use outcome::{ExitCode, RunResult, RunStatus};
pub use received::{Received, kind as json_type};
pub use redact::Secrets;
pub use run_context::RunContext;
pub use run_error::RunError;
pub use select::Selection;
pub use snapshots::{
    KeptSnapshots, Place, Snapshot, SnapshotBuild, SnapshotError, SnapshotResult, Snapshots, compare_snapshots,
    read_snapshot, write_snapshot,
};
pub use survey::{Prospects, Reached, Survey, survey};
pub use target::{Adapter, Authorities, Declared, Limits, Listen, Target, TargetError, Token, read_target};
pub use teardown::{Ledger, LedgerError};
pub use trace::Log;
pub use undo::{UndoError, Undone, undo};
pub use waiver::{Day, Waivers};
