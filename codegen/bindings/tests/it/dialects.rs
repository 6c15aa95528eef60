//! The dialects whose bindings are tested.

use std::path::Path;
use std::sync::LazyLock;

use botspec_schema::{Catalog, Dialect};

static SHAPES: LazyLock<Catalog> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/shapes");
    Catalog::load_dir(&root).unwrap_or_else(|defects| panic!("{defects}"))
});

/// A built-in dialect, or the one of every form that a schema can have.
pub(crate) fn dialect(name: &str) -> &'static Dialect {
    if name == "shapes" { shapes() } else { Catalog::builtin().dialect(name).expect("the dialect is built in") }
}

fn shapes() -> &'static Dialect {
    SHAPES.dialect("shapes").expect("it is in the folder")
}
