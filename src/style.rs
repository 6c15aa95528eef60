//! Whether what is printed is coloured.

use std::io::{IsTerminal, stderr, stdout};

use botspec_conformance::reporters;
use botspec_reports::{Language, terminal};

/// The style of a summary on standard output.
pub(crate) fn of_stdout() -> terminal::Style {
    if stdout().is_terminal() && colour() { terminal::Style::Colour } else { terminal::Style::Plain }
}

/// The style of the progress of a run, which goes to standard error.
pub(crate) fn of_progress() -> reporters::Style {
    if stderr().is_terminal() && !is_dumb() {
        reporters::Style::Bar { colour: colour() }
    } else {
        reporters::Style::Plain { verbose: false }
    }
}

/// See <https://no-color.org>: any value but an empty one turns colour off. A dumb terminal has none.
fn colour() -> bool {
    !is_dumb() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether the terminal takes no control sequences at all.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// The language that the environment asks for.
pub(crate) fn language() -> Language {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
    Language::of_locale(&locale.unwrap_or_default())
}
