//! The checked-in bindings are what the generator makes of the contracts.

use std::path::Path;

use botspec_codegen::{check, rust, write_to};

use crate::dialects::{onebot11, shapes};

/// Outside of CI the files are brought up to date first, so that running the test again passes.
#[test]
fn checked_in_bindings_are_up_to_date() {
    for dialect in [onebot11(), shapes()] {
        let name = dialect.name();
        let files = rust::generate(dialect).unwrap_or_else(|error| panic!("{name}: {error}"));
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/src").join(name);
        let stale = check(&files, &dir).expect("the bindings can be read");
        if std::env::var_os("CI").is_none() {
            write_to(&files, &dir).expect("the bindings can be written");
        }
        let list: Vec<_> = stale.iter().map(|entry| format!("  {entry}")).collect();
        assert!(
            stale.is_empty(),
            "the bindings of {name} were stale:\n{}\n\
             refresh them with `botspec codegen rust --dialect {name} --out codegen/bindings/src/{name}` and commit them",
            list.join("\n")
        );
    }
}

#[test]
fn the_same_contracts_give_the_same_text() {
    for dialect in [onebot11(), shapes()] {
        assert_eq!(rust::generate(dialect).expect("once"), rust::generate(dialect).expect("twice"));
    }
}
