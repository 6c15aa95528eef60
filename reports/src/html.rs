//! `report.html`: one file that works from disk, asks for nothing from anywhere, and puts failures first.

mod body;
pub(crate) mod changed;
mod checks;
mod filter;
mod finding;
mod footer;
mod indent;
pub(crate) mod mark;
mod masthead;
pub(crate) mod page;
mod requirements;
mod rows;
mod share;
pub(crate) mod words;

use std::io::{self, Write};

use maud::html;

pub(crate) use masthead::bar;
use page::{Icon, Page};

use crate::Analysis;
use crate::summary::Outcome;

/// Writes `report.html`.
pub(crate) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(analysis).as_bytes())
}

fn page(analysis: &Analysis<'_>) -> String {
    let (run, figures) = (analysis.run, &analysis.figures);
    let (sections, lists) = checks::sections(analysis);
    let changes = crate::changed::of(run);
    let body = html! {
        (masthead::masthead(analysis))
        (filter::filter(analysis))
        main {
            (changed::section(changes.iter().copied()))
            (sections)
            (requirements::section(figures))
            (footer::how_it_was_run(run, figures))
        }
        (lists.data())
    };
    let icon = match figures.outcome {
        Outcome::Failed | Outcome::Stopped => Icon::Bad,
        Outcome::Defect => Icon::Defect,
        Outcome::Incomplete | Outcome::Partial | Outcome::NothingChecked => Icon::Unknown,
        Outcome::Conformant => Icon::Good,
    };
    let title = format!("{}: {}", run.header.target.name, figures.headline().en);
    Page { title, icon, script: include_str!("html/report.js"), body }.render()
}
