//! `report.json`: a run with its figures, for programs.

use std::borrow::Cow;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Analysis;
use crate::cause::CauseGroup;
use crate::record::{Cause, Check, Footer, Header, Text, Transport};
use crate::summary::Figures;
use crate::words;

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
    /// What is wrong with the record, one line each; empty where nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<Cow<'a, str>>,
    /// The defects of the target that checks met, what needs attention first.
    #[serde(default)]
    pub causes: Vec<CauseEntry>,
    /// Every check, what needs attention first.
    pub checks: Vec<Cow<'a, Check>>,
}

/// One defect of the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CauseEntry {
    /// A short name, the same for the same defect in every report.
    pub id: String,
    /// What is wrong, in one sentence.
    pub title: Text,
    /// Where it is wrong, and how.
    #[serde(flatten)]
    pub cause: Cause,
    /// What was found; empty where the finding names no place.
    pub found: String,
    /// How urgent it is: the verdict of its most urgent check, or `expected` or `stale` where a waiver changes it.
    pub standing: String,
    /// The transports over which it showed.
    pub transports: Vec<Transport>,
    /// How many different requests it showed in.
    pub requests: u64,
    /// The checks that met it, with their transports, the one with the smallest request first.
    pub checks: Vec<String>,
}

impl<'a> Report<'a> {
    /// The report of a run.
    pub fn of(analysis: &Analysis<'a>) -> Self {
        let run = analysis.run;
        Self {
            format: FORMAT,
            figures: analysis.figures.clone(),
            header: Cow::Borrowed(&run.header),
            footer: run.footer.as_ref().map(Cow::Borrowed),
            defects: run.defects.first.iter().map(|text| Cow::Borrowed(text.as_str())).collect(),
            causes: analysis.causes.iter().map(CauseEntry::of).collect(),
            checks: analysis.checks.iter().copied().map(Cow::Borrowed).collect(),
        }
    }
}

impl CauseEntry {
    /// A cause as the report has it.
    pub fn of(group: &CauseGroup<'_>) -> Self {
        Self {
            id: group.anchor(),
            title: group.title(),
            cause: group.cause.clone(),
            found: group.found().to_owned(),
            standing: words::standing(group.group).0.to_owned(),
            transports: group.transports(),
            requests: group.requests() as u64,
            checks: group.checks.iter().map(|check| check.label()).collect(),
        }
    }
}

/// Writes `report.json`, indented, with a line end.
pub(crate) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Report::of(analysis))?;
    out.write_all(b"\n")
}
