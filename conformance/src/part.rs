//! Which check of a unit a verdict is of.

use botspec_reports::record::Transport;

use crate::check::CheckInfo;

/// A check among those that are decided together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The only one.
    Only,
    /// The one of a template, by the last part of its id.
    Of(&'static str),
    /// The same, over one of several transports.
    Over(&'static str, Transport),
}

impl Part {
    /// Where it stands among checks; nothing where it is not one of them, or may be several.
    pub(crate) fn place(self, checks: &[CheckInfo]) -> Option<usize> {
        let is_it = |check: &&CheckInfo| match self {
            Self::Only => true,
            Self::Of(name) => check.id.rsplit('/').next() == Some(name),
            Self::Over(name, transport) => {
                check.id.rsplit('/').next() == Some(name) && check.transport == Some(transport)
            }
        };
        let mut places = checks.iter().enumerate().filter(|(_, check)| is_it(check)).map(|(place, _)| place);
        places.next().filter(|_| places.next().is_none())
    }
}
