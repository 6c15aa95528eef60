//! Where in a file an error is.

use std::path::Path;

use crate::target::TargetError;

/// An error of the TOML reader with its line and column.
pub(crate) fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> TargetError {
    let (line, column) = line_column(text, error.span().map_or(0, |span| span.start));
    let what = error.message().trim().replace('\n', "; ");
    TargetError::File { path: path.to_owned(), line, column, what }
}

/// Line and column, both from 1, of a byte in a text.
pub(crate) fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}
