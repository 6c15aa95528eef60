//! Rust bindings for a dialect.

mod docs;
mod emit;
mod family;
mod inherit;
mod keep;
mod lower;
mod model;
mod names;
mod plan;

pub use family::Family;

use botspec_schema::Dialect;

use crate::{CodegenError, GeneratedFile};

/// The source files of the bindings of a dialect, sorted by their paths below the module of the dialect.
///
/// They belong into `src/<dialect>` of the crate `botspec-bindings`, whose runtime they use. `family` are the dialects whose
/// modules stand beside it: what it has in common with the one that it extends is taken from there, and what those that
/// extend it do not take over is compiled with its own feature only. Without a family the module stands alone.
pub fn generate<'d>(
    dialect: &'d Dialect,
    family: impl IntoIterator<Item = &'d Dialect>,
) -> Result<Vec<GeneratedFile>, CodegenError> {
    let family: Vec<&Dialect> = family.into_iter().collect();
    let above =
        |one: &'d Dialect| family.iter().copied().find(|other| one.file.extends.as_deref() == Some(other.name()));
    let line = |one: &'d Dialect| std::iter::successors(Some(one), |one| above(one)).map(Dialect::name);
    let root = line(dialect).last();
    let relatives = family.iter().copied().filter(|other| other.name() != dialect.name() && line(other).last() == root);
    Family::new(relatives.chain([dialect]))?.files(dialect.name())
}
