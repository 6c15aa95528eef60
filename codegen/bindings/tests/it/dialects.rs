//! The dialects whose bindings are tested.

use std::path::Path;
use std::sync::LazyLock;

use botspec_schema::{Catalog, Dialect};

static SHAPES: LazyLock<Catalog> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/shapes");
    Catalog::load_dir(&root).unwrap_or_else(|defects| panic!("{defects}"))
});

/// The standard.
pub(crate) fn onebot11() -> &'static Dialect {
    Catalog::builtin().dialect("onebot11").expect("the dialect is built in")
}

/// A dialect of every form that a schema can have.
pub(crate) fn shapes() -> &'static Dialect {
    SHAPES.dialect("shapes").expect("it is in the folder")
}
