//! The text that a run ends with.

mod figures;
mod finding;
mod paint;

use crate::record::Run;
use crate::shell::command_line;
use crate::summary::{Figures, Group, failures_first, incomplete};
use crate::visible::visible_line;

use paint::Paint;

/// How many findings are written out; the rest is in the report.
const SHOWN: usize = 20;

/// Whether the text is coloured. The caller decides it, from the terminal and from `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// With ANSI colours.
    Colour,
}

/// The text that a run ends with: what needs attention first, then the counts and figures, then where the report is.
pub fn summary(run: &Run, style: Style, report: Option<&str>) -> String {
    let mut paint = Paint::new(style);
    title(&mut paint, run);
    let checks = failures_first(run);
    let attention: Vec<_> = checks.iter().filter(|check| Group::of(check) <= Group::Warned).collect();
    for check in attention.iter().take(SHOWN) {
        finding::write(&mut paint, check);
    }
    if let Some(more @ 1..) = attention.len().checked_sub(SHOWN) {
        paint.line(&format!("… and {more} more; the report has them all"));
        paint.blank();
    }
    figures::reasons(&mut paint, &checks);
    let figures = Figures::of(run);
    figures::counts(&mut paint, run, &figures);
    figures::requirements(&mut paint, &figures);
    ending(&mut paint, run);
    if !run.header.command.is_empty() {
        paint.labelled("repeat", &visible_line(&command_line(&run.header.command)));
    }
    if let Some(report) = report {
        paint.labelled("report", report);
    }
    paint.text
}

fn title(paint: &mut Paint, run: &Run) {
    let header = &run.header;
    let target = &header.target;
    let build = match (&target.implementation, &target.version) {
        (Some(name), Some(version)) => format!(" ({name} {version})"),
        (Some(name), None) => format!(" ({name}, version unknown)"),
        (None, Some(version)) => format!(" ({version})"),
        (None, None) => String::new(),
    };
    let over = match header.transports.as_slice() {
        [] => String::new(),
        transports => {
            format!(" over {}", transports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
    };
    let title = format!("{}{build} as {}{over}", target.name, header.dialect);
    paint.strong(&visible_line(&title));
    paint.blank();
}

fn ending(paint: &mut Paint, run: &Run) {
    if let Some(why) = incomplete(run) {
        paint.warning(&format!("INCOMPLETE: {}; what is missing is not known to conform", why.en));
    }
    for defect in &run.defects.first {
        paint.warning(&visible_line(defect));
    }
}
