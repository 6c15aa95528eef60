//! Generated files on disk: what is out of date, and what is written.

use std::fs;

use botspec_codegen::{GeneratedFile, Stale, check, rust, write_to};

use crate::dialects::shapes;

fn files() -> Vec<GeneratedFile> {
    rust::generate(shapes(), []).expect("it has bindings")
}

#[test]
fn what_is_written_is_up_to_date() {
    let dir = tempfile::tempdir().expect("a folder");
    let target = dir.path().join("deep/down");
    let files = files();
    assert_eq!(check(&files, &target).expect("it can be read").len(), files.len());
    let written = write_to(&files, &target).expect("it can be written");
    assert!(written.iter().all(|entry| matches!(entry, Stale::Missing(_))), "{written:?}");
    assert_eq!(check(&files, &target).expect("it can be read"), []);
    assert_eq!(write_to(&files, &target).expect("nothing to do"), []);
}

#[test]
fn what_is_out_of_date_is_told_and_put_right() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut files = files();
    write_to(&files, dir.path()).expect("it can be written");
    let gone = files.remove(0);
    fs::write(dir.path().join("ids.rs"), "// nothing").expect("it can be written");
    fs::remove_file(dir.path().join("types/tree.rs")).expect("it is there");
    fs::write(dir.path().join("own.rs"), "// by hand").expect("it can be written");
    let expected = vec![
        Stale::Missing("types/tree.rs".to_owned()),
        Stale::Changed("ids.rs".to_owned()),
        Stale::Left(gone.path.clone()),
    ];
    assert_eq!(check(&files, dir.path()).expect("it can be read"), expected);
    let lines: Vec<_> = expected.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    types/tree.rs is missing
    ids.rs is out of date
    actions.rs is generated no more
    ");
    assert_eq!(write_to(&files, dir.path()).expect("it can be written"), expected);
    assert_eq!(check(&files, dir.path()).expect("it can be read"), []);
    assert!(!dir.path().join(gone.path).exists());
    assert!(dir.path().join("own.rs").exists(), "files written by hand stay");
}

#[test]
fn a_folder_that_is_a_file_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("it can be written");
    let error = write_to(&files(), &file).expect_err("it is a file").to_string();
    assert!(error.starts_with(&file.display().to_string()), "{error}");
}
