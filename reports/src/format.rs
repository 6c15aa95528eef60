//! The forms in which a run can be rendered, in one table.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use crate::formats::{annotations, badge, ctrf, junit, markdown};
use crate::record::Run;
use crate::terminal::{self, Style};
use crate::words::Language;
use crate::{Analysis, html, json};

/// A form in which a run can be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The page for people.
    Html,
    /// The document for programs.
    Json,
    /// `JUnit` XML, which CI systems read.
    Junit,
    /// Markdown, as the summary of a GitHub job shows it.
    Md,
    /// CTRF, the common test report format.
    Ctrf,
    /// What a badge shows, for shields.io.
    BadgeJson,
    /// A badge.
    BadgeSvg,
    /// Workflow commands that GitHub shows as annotations.
    Annotations,
    /// The text for a terminal.
    Text,
}

/// Writes a run in one form.
type Render = fn(&Analysis<'_>, Language, &mut dyn Write) -> io::Result<()>;

/// One row of the table.
struct Row {
    format: Format,
    name: &'static str,
    file_name: &'static str,
    about: &'static str,
    render: Render,
}

/// Every form, in the order in which they are listed.
const TABLE: [Row; 9] = [
    Row {
        format: Format::Html,
        name: "html",
        file_name: "report.html",
        about: "One page that works from disk",
        render: |analysis, _, out| html::write(analysis, out),
    },
    Row {
        format: Format::Json,
        name: "json",
        file_name: "report.json",
        about: "Every check and cause, for programs",
        render: |analysis, _, out| json::write(analysis, out),
    },
    Row {
        format: Format::Junit,
        name: "junit",
        file_name: "junit.xml",
        about: "JUnit XML, for CI systems",
        render: |analysis, _, out| junit::write(analysis, out),
    },
    Row {
        format: Format::Md,
        name: "md",
        file_name: "summary.md",
        about: "Markdown; appended to $GITHUB_STEP_SUMMARY where that is set",
        render: markdown::write,
    },
    Row {
        format: Format::Ctrf,
        name: "ctrf",
        file_name: "ctrf.json",
        about: "Common Test Report Format",
        render: |analysis, _, out| ctrf::write(analysis, out),
    },
    Row {
        format: Format::BadgeJson,
        name: "badge-json",
        file_name: "badge.json",
        about: "A badge, as shields.io reads it",
        render: |analysis, _, out| badge::json(analysis, out),
    },
    Row {
        format: Format::BadgeSvg,
        name: "badge-svg",
        file_name: "badge.svg",
        about: "A badge",
        render: |analysis, _, out| badge::svg(analysis, out),
    },
    Row {
        format: Format::Annotations,
        name: "annotations",
        file_name: "annotations.txt",
        about: "Workflow commands that GitHub shows as annotations",
        render: annotations::write,
    },
    Row {
        format: Format::Text,
        name: "text",
        file_name: "report.txt",
        about: "The summary of the terminal",
        render: |analysis, language, out| {
            out.write_all(terminal::summary_in(language, analysis, Style::Plain, None).as_bytes())
        },
    },
];

impl Format {
    /// Every form.
    pub const ALL: [Self; TABLE.len()] = {
        let mut all = [Self::Html; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            all[at] = TABLE[at].format;
            at += 1;
        }
        all
    };

    fn row(self) -> &'static Row {
        let known = TABLE.iter().find(|row| row.format == self);
        known.unwrap_or(&TABLE[0])
    }

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The name of the file it is usually kept in.
    pub fn file_name(self) -> &'static str {
        self.row().file_name
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// Writes a run in this form, without colours. Forms for people that hold one language take this one.
    pub fn write(self, analysis: &Analysis<'_>, language: Language, out: &mut dyn Write) -> io::Result<()> {
        (self.row().render)(analysis, language, out)
    }

    /// A run in this form, in English.
    #[allow(clippy::missing_panics_doc, reason = "a vector takes everything, and every form writes text")]
    pub fn render(self, analysis: &Analysis<'_>) -> String {
        let mut bytes = Vec::new();
        self.write(analysis, Language::En, &mut bytes).expect("a vector takes everything");
        String::from_utf8(bytes).expect("every form is text")
    }
}

/// `report.html` of a run.
pub fn report_html(run: &Run) -> String {
    Format::Html.render(&Analysis::of(run))
}

/// `report.json` of a run.
pub fn report_json(run: &Run) -> String {
    Format::Json.render(&Analysis::of(run))
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A form that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(pub String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = TABLE.iter().map(|row| row.name).collect();
        write!(f, "unknown format `{}`, expected one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
