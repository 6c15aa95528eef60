//! The run record and everything rendered from it.
//!
//! A run of botspec writes a *record* (`record.ndjson`): a [header](record::Header), one line per
//! [check](record::Check), a [footer](record::Footer). The record is the truth; everything a person or a program reads
//! about a run is rendered from it, now or by a later version.
//!
//! - [`record`] holds the types of the record, its [`Writer`](record::Writer) and [`read`](record::read).
//! - [`cause`] gathers the findings that show one and the same defect.
//! - [`summary`] computes the figures: counts, how each requirement stands, what was not run.
//! - [`report_json`] is the report for programs; [`published`] has the JSON Schemas of it and of the record.
//! - [`report_html`] is the report for people: one page that works from disk.
//! - [`terminal::summary`] is the text a run ends with.
//! - [`Format`] lists these forms by name.
//!
//! This crate does no network I/O and knows nothing of the engine.

pub mod cause;
mod format;
mod html;
pub mod json;
pub mod published;
mod quantity;
pub mod record;
pub mod shell;
pub mod summary;
pub mod terminal;
mod visible;

pub use format::{Format, UnknownFormat};
pub use html::report_html;
pub use json::report_json;
