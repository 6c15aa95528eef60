//! The dialects that the tests generate bindings for.

use std::path::Path;
use std::sync::LazyLock;

use botspec_codegen::{CodegenError, GeneratedFile, rust};
use botspec_schema::{Catalog, Dialect};

static SHAPES: LazyLock<Catalog> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes");
    Catalog::load_dir(&root).unwrap_or_else(|defects| panic!("{defects}"))
});

/// Every dialect: all of them have bindings.
pub(crate) fn all() -> Vec<&'static Dialect> {
    Catalog::builtin().dialects().chain([shapes()]).collect()
}

/// The checked-in bindings of a dialect: beside those of the others.
pub(crate) fn generate(dialect: &Dialect) -> Result<Vec<GeneratedFile>, CodegenError> {
    rust::generate(dialect, Catalog::builtin().dialects())
}

/// A dialect of every form that a schema can have.
pub(crate) fn shapes() -> &'static Dialect {
    SHAPES.dialect("shapes").expect("it is in the folder")
}
