//! The checked-in bindings are what the generator makes of the contracts.

use std::path::Path;

use botspec_codegen::{check, write_to};

use crate::dialects::{all, generate};

/// Outside of CI the files are brought up to date first, so that running the test again passes.
#[test]
fn checked_in_bindings_are_up_to_date() {
    let mut stale = Vec::new();
    for dialect in all() {
        let name = dialect.name();
        let files = generate(dialect).unwrap_or_else(|error| panic!("{name}: {error}"));
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/src").join(name);
        let found = check(&files, &dir).expect("the bindings can be read");
        stale.extend(found.iter().map(|entry| format!("  {name}/{entry}")));
        if std::env::var_os("CI").is_none() {
            write_to(&files, &dir).expect("the bindings can be written");
        }
    }
    assert!(
        stale.is_empty(),
        "the bindings were stale:\n{}\n\
         outside of CI this test has refreshed them; so does \
         `botspec codegen rust --dialect D --out codegen/bindings/src/D`. Commit them.",
        stale.join("\n")
    );
}

#[test]
fn the_same_contracts_give_the_same_text() {
    for dialect in all() {
        assert_eq!(generate(dialect).expect("once"), generate(dialect).expect("twice"));
    }
}
