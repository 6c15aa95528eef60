//! All contracts of all dialects, read and linted. Both together are what `botspec schema lint` does; the goal is 150 ms.
//!
//! `cargo bench -p botspec-schema`

use botspec_schema::lint::lint;
use botspec_schema::{Catalog, Defect, Sources};

fn main() {
    divan::main();
}

#[divan::bench]
fn load() -> Catalog {
    Catalog::load(&Sources::builtin()).expect("the built-in contracts load")
}

#[divan::bench]
fn load_and_lint() -> Vec<Defect> {
    let defects = lint(&Sources::builtin());
    assert!(defects.is_empty(), "the built-in contracts are in order");
    defects
}
