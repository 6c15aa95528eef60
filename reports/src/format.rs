//! The forms in which a run can be rendered.

use std::fmt;
use std::str::FromStr;

use crate::record::Run;
use crate::terminal::{self, Style};
use crate::{report_html, report_json};

/// A form in which a run can be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The page for people.
    Html,
    /// The document for programs.
    Json,
    /// The text for a terminal.
    Text,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Html, Self::Json, Self::Text];

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Text => "text",
        }
    }

    /// The name of the file it is usually kept in.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Html => "report.html",
            Self::Json => "report.json",
            Self::Text => "report.txt",
        }
    }

    /// A run in this form, without colours.
    pub fn render(self, run: &Run) -> String {
        match self {
            Self::Html => report_html(run),
            Self::Json => report_json(run),
            Self::Text => terminal::summary(run, Style::Plain, None),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A form that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`, expected html, json or text")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
