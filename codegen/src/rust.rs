//! Rust bindings for a dialect.

mod docs;
mod emit;
mod inherit;
mod lower;
mod model;
mod names;
mod plan;

use botspec_schema::Dialect;

use crate::{CodegenError, GeneratedFile};

/// The source files of the bindings of a dialect, sorted by their paths below the module of the dialect.
///
/// They belong into `src/<dialect>` of the crate `botspec-bindings`, whose runtime they use. With `parent`, which is the
/// dialect that this one extends, what both have in common is taken from the parent's module beside it; without, the
/// module stands alone.
pub fn generate(dialect: &Dialect, parent: Option<&Dialect>) -> Result<Vec<GeneratedFile>, CodegenError> {
    emit::files(&plan::plan(dialect, parent)?)
}
