//! Whether what is printed is coloured.

use std::io::{IsTerminal, stderr, stdout};

use botspec_conformance::reporters;
use botspec_reports::terminal;

/// The style of a summary on standard output.
pub(crate) fn of_stdout() -> terminal::Style {
    if stdout().is_terminal() && colour() { terminal::Style::Colour } else { terminal::Style::Plain }
}

/// The style of the progress of a run, which goes to standard error.
pub(crate) fn of_progress() -> reporters::Style {
    if stderr().is_terminal() {
        reporters::Style::Bar { colour: colour() }
    } else {
        reporters::Style::Plain { verbose: false }
    }
}

/// See <https://no-color.org>: any value but an empty one turns colour off.
fn colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
