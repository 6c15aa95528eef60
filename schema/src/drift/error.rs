//! Why a document of upstream cannot be read.

use thiserror::Error;

/// A document that is not one of the known formats, or breaks the rules of its format.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Text that looks like JSON and is not.
    #[error("{file}:{line}:{column}: this is not JSON: {problem}. Download the document again, or repair this place")]
    Json {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What the parser states.
        problem: String,
    },
    /// A document of none of the known formats.
    #[error(
        "{file}: none of the known formats: {problem}. Give an OpenAPI 3 document, the definition of Milky, the action \
         table of LLBot, or the Markdown export of Apifox"
    )]
    Unrecognised {
        /// The file.
        file: String,
        /// What was looked for and not found.
        problem: String,
    },
    /// A document of a known format with something in it that the format does not know.
    #[error("{file}: {at}: {problem}. {advice}")]
    Broken {
        /// The file.
        file: String,
        /// The JSON pointer or the line.
        at: String,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        advice: String,
    },
    /// A file of known differences that is not one.
    #[error(
        "{file}:{line}:{column}: {problem}. An entry has the keys kind, name, pointer, difference and reason, and \
         may narrow itself by here and there"
    )]
    Known {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
}

impl ReadError {
    /// Something is wrong at a place of a document.
    pub(super) fn at(file: &str, at: impl Into<String>, problem: impl Into<String>, advice: impl Into<String>) -> Self {
        ReadError::Broken { file: file.to_owned(), at: at.into(), problem: problem.into(), advice: advice.into() }
    }

    /// A JSON parser stopped.
    pub(super) fn json(file: &str, error: &serde_json::Error) -> Self {
        ReadError::Json {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            problem: bare_message(error),
        }
    }
}

/// What serde states, without the place that it adds at the end.
pub(super) fn bare_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
