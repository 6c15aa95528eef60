//! Rust bindings for a dialect.

mod docs;
mod emit;
mod family;
mod inherit;
mod keep;
mod layout;
mod module;
mod names;
mod runtime;
mod standalone;

pub use family::Family;
pub use standalone::standalone;

use botspec_schema::Dialect;

use crate::{CodegenError, GeneratedFile};

/// The source files of the bindings of a dialect, sorted by their paths below the module of the dialect.
///
/// They belong into `src/<dialect>` of the crate `botspec-bindings`, whose runtime they use. `family` are the dialects whose
/// modules stand beside it: what it has in common with the one that it extends is taken from there, and what those that
/// extend it do not take over is compiled with its own feature only. Without a family the module repeats all of it; see
/// [`standalone`] for a whole crate.
pub fn generate<'d>(
    dialect: &'d Dialect,
    family: impl IntoIterator<Item = &'d Dialect>,
) -> Result<Vec<GeneratedFile>, CodegenError> {
    Family::of(dialect, family)?.files(dialect.name())
}
