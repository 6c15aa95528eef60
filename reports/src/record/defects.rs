//! What is wrong with a record whose other lines can be used.

use std::collections::BTreeSet;

use super::{Check, ReadError};

/// How many defects are kept word by word.
const KEPT: usize = 20;

/// What is wrong with a record, one line each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Defects {
    /// The first of them, each with its line and what to do.
    pub first: Vec<String>,
    /// How many lines were left out.
    pub lines: u64,
    /// How many checks stand there more than once, over the same transport.
    pub duplicates: u64,
}

impl Defects {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.lines == 0 && self.duplicates == 0
    }

    pub(super) fn left_out(&mut self, error: &ReadError) {
        self.lines += 1;
        self.add(|| error.to_string());
    }

    /// Counts the checks whose id and transport another one has already.
    pub(super) fn duplicates(&mut self, checks: &[Check]) {
        let mut known = BTreeSet::new();
        for check in checks {
            if !known.insert((check.id.as_str(), check.transport)) {
                self.duplicates += 1;
                self.add(|| format!("`{}` stands in the record more than once", check.label()));
            }
        }
    }

    fn add(&mut self, text: impl FnOnce() -> String) {
        if self.first.len() < KEPT {
            self.first.push(text());
        }
    }
}
