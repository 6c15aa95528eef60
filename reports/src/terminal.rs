//! The text that a run ends with.

mod changed;
mod figures;
mod finding;
mod paint;
mod stopped;
mod wrap;

use crate::Analysis;
use crate::record::Run;
use crate::shell::command_line;
use crate::summary::{Group, incomplete};
use crate::visible::visible_line;
use crate::words::{Language, label};

use paint::Paint;
pub use wrap::WIDTH;
pub(crate) use wrap::wrap;

/// How many causes are written out; the rest is in the report.
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

/// The text that a run ends with, in English: what needs attention first, then the counts and figures, then where the
/// report is.
pub fn summary(run: &Run, style: Style, report: Option<&str>) -> String {
    summary_in(Language::En, &Analysis::of(run), style, report)
}

/// The same in either language.
pub fn summary_in(language: Language, analysis: &Analysis<'_>, style: Style, report: Option<&str>) -> String {
    let mut paint = Paint::new(style, language);
    let run = analysis.run;
    title(&mut paint, run);
    stopped::write(&mut paint, run);
    let attention: Vec<_> = analysis.causes.iter().filter(|cause| cause.group <= Group::Warned).collect();
    for cause in attention.iter().take(SHOWN) {
        finding::write(&mut paint, cause);
    }
    if let Some(more @ 1..) = attention.len().checked_sub(SHOWN) {
        paint.line(&match language {
            Language::En => format!("… and {more} more causes; the report lists all of them"),
            Language::Zh => format!("……还有 {more} 个原因，见报告"),
        });
        paint.blank();
    }
    changed::write(&mut paint, run);
    figures::reasons(&mut paint, &analysis.checks);
    figures::counts(&mut paint, run, &analysis.figures);
    figures::requirements(&mut paint, &analysis.figures);
    ending(&mut paint, run);
    if !run.header.command.is_empty() {
        paint.pasteable(0, label::REPRODUCE, &visible_line(&command_line(&run.header.command)));
    }
    if let Some(report) = report {
        paint.labelled(0, label::REPORT, report);
    }
    paint.text
}

fn title(paint: &mut Paint, run: &Run) {
    let header = &run.header;
    let target = &header.target;
    let unknown = paint.language.pick("version unknown", "版本未知");
    let build = match (&target.implementation, &target.version) {
        (Some(name), Some(version)) => format!(" ({name} {version})"),
        (Some(name), None) => format!(" ({name}, {unknown})"),
        (None, Some(version)) => format!(" ({version})"),
        (None, None) => String::new(),
    };
    let over = header.transports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (name, dialect) = (&target.name, &header.dialect);
    let title = match (paint.language, over.as_str()) {
        (Language::En, "") => format!("{name}{build} as {dialect}"),
        (Language::En, over) => format!("{name}{build} as {dialect} over {over}"),
        (Language::Zh, "") => format!("{name}{build}，按 {dialect} 检查"),
        (Language::Zh, over) => format!("{name}{build}，按 {dialect} 检查，经由 {over}"),
    };
    paint.strong(&visible_line(&title));
    paint.blank();
}

fn ending(paint: &mut Paint, run: &Run) {
    if let Some(why) = incomplete(run) {
        let text = match paint.language {
            Language::En => format!("INCOMPLETE: {}; what is missing is not known to conform", why.en),
            Language::Zh => format!("不完整（INCOMPLETE）：{}；没有出现的检查不能当作符合", why.zh),
        };
        paint.warning(&text);
    }
    for defect in &run.defects.first {
        paint.warning(&visible_line(defect));
    }
}
