//! `report.json`: a run with its figures, for programs.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Check, Footer, Header, Run};
use crate::summary::{Figures, failures_first};

/// The version of `report.json` that this crate writes. It grows only when an older reader would misunderstand.
pub const FORMAT: u32 = 1;

/// `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report<'a> {
    /// Version of this format.
    pub format: u32,
    /// The figures.
    pub figures: Figures,
    /// The header of the record.
    pub header: Cow<'a, Header>,
    /// The footer of the record; null where the run was cut off.
    pub footer: Option<Cow<'a, Footer>>,
    /// Every check, what needs attention first.
    pub checks: Vec<Cow<'a, Check>>,
}

impl<'a> Report<'a> {
    /// The report of a run.
    pub fn of(run: &'a Run) -> Self {
        Self {
            format: FORMAT,
            figures: Figures::of(run),
            header: Cow::Borrowed(&run.header),
            footer: run.footer.as_ref().map(Cow::Borrowed),
            checks: failures_first(run).into_iter().map(Cow::Borrowed).collect(),
        }
    }
}

/// `report.json` of a run, indented, with a line end.
#[allow(clippy::missing_panics_doc, reason = "a report is plain data with string keys, which always serialises")]
pub fn report_json(run: &Run) -> String {
    let mut text = serde_json::to_string_pretty(&Report::of(run)).expect("a report is plain data");
    text.push('\n');
    text
}
