//! Why a command stopped, and the exit codes.

use std::fmt;
use std::process::ExitCode;

/// Conformant, valid, or done.
pub(crate) const OK: u8 = 0;
/// An unexpected failure, a stale waiver, an invalid document, a stale file.
pub(crate) const FAILED: u8 = 1;
/// The command line or a file it names is wrong.
pub(crate) const USAGE: u8 = 2;

/// A command that could not be carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    /// The user has to change the command line or a file that it names.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { code: USAGE, text: text.into() }
    }

    /// Something else ended the command with this code.
    pub(crate) fn with_code(code: u8, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The process's exit code.
pub(crate) fn exit(code: u8) -> ExitCode {
    ExitCode::from(code)
}
