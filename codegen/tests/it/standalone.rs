//! The crate for one dialect builds by itself and passes its own test.

use std::process::Command;

use botspec_codegen::{check, rust, write_to};
use botspec_schema::{Catalog, Dialect};

use crate::dialects::shapes;

fn passes(dialect: &Dialect) {
    let files = rust::standalone(dialect).expect("it has bindings");
    let folder = tempfile::tempdir().expect("a folder");
    write_to(&files, folder.path()).expect("it can be written");
    assert_eq!(check(&files, folder.path()).expect("it can be read"), []);
    let output = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--offline"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .expect("cargo runs");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}:\n{out}\n{errors}", dialect.name());
    assert!(out.contains("3 passed"), "{out}");
}

/// A dialect with CQ codes and an envelope of its own, which others extend.
#[test]
fn a_crate_for_one_dialect_builds_and_passes_its_test() {
    passes(Catalog::builtin().dialect("onebot11").expect("it is built in"));
}

/// Every form that a schema can have.
#[test]
fn a_crate_of_every_form_builds_and_passes_its_test() {
    passes(shapes());
}
