//! Values that fit a schema: at random, at its limits, and with one defect each.

mod boundary;
mod mutant;
mod shape;
mod simple;
mod strategy;
mod text;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::model::Schema;

pub use boundary::boundary;
pub use mutant::{Mutant, Mutation, defects};
pub use simple::simple;
pub use strategy::strategy;

/// Known identifiers of a kind that may stand where a schema wants one; None or an empty list where none is known.
pub type Ids = Arc<dyn Fn(&str, &Schema) -> Option<Vec<Value>> + Send + Sync>;

/// How values are made.
#[derive(Clone)]
pub struct Options {
    /// Where identifiers come from; those that do not fit the schema are left out, and without any they are made up.
    pub ids: Ids,
    /// How often one definition may stand within itself (a message in a forwarded message).
    pub recursion: usize,
    /// How many characters a string has at most beyond what its schema demands.
    pub text_length: usize,
    /// How many items an array has at most beyond what its schema demands.
    pub array_length: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { ids: Arc::new(|_, _| None), recursion: 1, text_length: 24, array_length: 3 }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("recursion", &self.recursion)
            .field("text_length", &self.text_length)
            .field("array_length", &self.array_length)
            .finish_non_exhaustive()
    }
}
