//! The dialects that the tests generate bindings for.

use std::path::Path;
use std::sync::LazyLock;

use botspec_schema::{Catalog, Dialect};

static SHAPES: LazyLock<Catalog> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes");
    Catalog::load_dir(&root).unwrap_or_else(|defects| panic!("{defects}"))
});

/// Every dialect that has bindings.
pub(crate) fn all() -> Vec<&'static Dialect> {
    let builtin = ["onebot11", "gocqhttp", "napcat"].iter();
    let builtin = builtin.map(|name| Catalog::builtin().dialect(name).expect("the dialect is built in"));
    builtin.chain([shapes()]).collect()
}

/// A dialect of every form that a schema can have.
pub(crate) fn shapes() -> &'static Dialect {
    SHAPES.dialect("shapes").expect("it is in the folder")
}
