//! Which checks of a run are wanted.

use std::collections::BTreeSet;

use botspec_reports::record::{Partition, Transport};

use crate::check::CheckInfo;
use crate::glob;

/// Which checks are wanted: those that a pattern of `select` means and none of `deselect` does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Patterns over ids, or over ids with their transport (`… @ws`); empty: every check.
    pub select: Vec<String>,
    /// The same for checks to leave out.
    pub deselect: Vec<String>,
    /// The transports; empty: all the target has.
    pub transports: Vec<Transport>,
    /// One of several parts of these checks; none: all of them.
    pub partition: Option<Partition>,
    /// Single checks to leave out, by their ids with their transports.
    pub except: BTreeSet<String>,
}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// The checks that a pattern means.
    pub fn of(pattern: impl Into<String>) -> Self {
        Self { select: vec![pattern.into()], ..Self::default() }
    }

    /// Whether checks of every kind are wanted, be it in parts.
    pub(crate) fn is_everything(&self) -> bool {
        self.select.is_empty()
    }

    /// Whether a check is wanted.
    pub fn wants(&self, check: &CheckInfo) -> bool {
        let transport =
            self.transports.is_empty() || check.transport.is_none_or(|transport| self.transports.contains(&transport));
        transport
            && self.partition.is_none_or(|partition| partition.has(&check.id))
            && (self.select.is_empty() || self.select.iter().any(|pattern| means(pattern, check)))
            && !self.deselect.iter().any(|pattern| means(pattern, check))
            && (self.except.is_empty() || !self.except.contains(&check.label()))
    }
}

/// Whether a pattern means a check: by its id, or by its id and transport.
pub(crate) fn means(pattern: &str, check: &CheckInfo) -> bool {
    glob::matches(pattern, &check.id) || (pattern.contains('@') && glob::matches(pattern, &check.label()))
}
