//! What can stand in the way of source text.

use std::path::PathBuf;

/// Why no source text was made, or why it could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CodegenError {
    /// A contract states something that has no form in the target language.
    #[error("{file}: {pointer}: {problem}")]
    Unsupported {
        /// The contract.
        file: String,
        /// The JSON pointer of the place in it.
        pointer: String,
        /// What stands there, and what to do about it.
        problem: String,
    },
    /// The text that was made is not Rust: a defect of the generator.
    #[error("generated {file} does not parse: {problem}")]
    NotRust {
        /// The generated file.
        file: String,
        /// What the parser states.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system states.
        source: std::io::Error,
    },
}
