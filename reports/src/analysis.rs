//! A run with everything that is computed of it, once for all forms.

use crate::cause::{CauseGroup, causes};
use crate::record::{Check, Run};
use crate::summary::{Figures, failures_first};

/// A run with everything that is computed of it.
#[derive(Debug, Clone)]
pub struct Analysis<'a> {
    /// The run.
    pub run: &'a Run,
    /// Its defects, what needs attention first.
    pub causes: Vec<CauseGroup<'a>>,
    /// Its figures.
    pub figures: Figures,
    /// Its checks, what needs attention first.
    pub checks: Vec<&'a Check>,
}

impl<'a> Analysis<'a> {
    /// Computes it.
    pub fn of(run: &'a Run) -> Self {
        let causes = causes(run);
        let figures = Figures::with_causes(run, &causes);
        Self { run, causes, figures, checks: failures_first(run) }
    }
}
