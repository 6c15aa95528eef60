//! The run record and everything rendered from it.
//!
//! A run of botspec writes a *record* (`record.ndjson`): a [header](record::Header), one line per
//! [check](record::Check), a [footer](record::Footer). The record is the truth; everything a person or a program reads
//! about a run is rendered from it, now or by a later version.
//!
//! - [`record`] holds the types of the record, its [`Writer`](record::Writer) and [`read`](record::read).
//! - [`cause`] gathers the findings that show one and the same defect.
//! - [`summary`] computes the figures: counts, how each requirement stands, what was not run.
//! - [`Analysis`] is a run with its causes and figures, from which every form is rendered.
//! - [`Format`] lists these forms: the page for people, the documents for programs and CI systems.
//! - [`terminal::summary`] is the text a run ends with.
//! - [`published`] has the JSON Schemas of the record and of `report.json`.
//!
//! This crate does no network I/O and knows nothing of the engine.
//!
//! ```no_run
//! use botspec_reports::record;
//!
//! let file = std::fs::File::open("botspec-run/record.ndjson")?;
//! let run = record::read(std::io::BufReader::new(file))?;
//! for cause in botspec_reports::cause::causes(&run) {
//!     println!("{}: {} checks", cause.title().en, cause.ids().len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analysis;
pub mod cause;
mod changed;
mod chinese;
mod compare;
pub mod diff;
mod format;
mod formats;
mod group;
mod html;
mod index;
pub mod json;
pub mod matrix;
pub mod merge;
pub mod published;
mod quantity;
pub mod record;
pub mod shell;
pub mod summary;
pub mod terminal;
pub mod visible;
mod words;

pub use analysis::Analysis;
pub use changed::line as changed_answer;
pub use chinese::chinese as in_chinese;
pub use compare::compare_html;
pub use format::{Format, UnknownFormat, report_html, report_json};
pub use index::{Entry, index_html};
pub use words::{Language, UnknownLanguage};
