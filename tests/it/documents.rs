//! What the Markdown files and the sources of the repository have to keep.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::repository;

/// Files that the repository holds, by how their path ends.
fn files(ending: &str) -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(repository()).output().expect("git runs");
    let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    listed.split('\0').filter(|path| path.ends_with(ending)).map(PathBuf::from).collect()
}

/// The first folder of paths that belong to the repository.
const FOLDERS: [&str; 10] =
    ["schema/", "codegen/", "conformance/", "reports/", "watch/", "src/", "scripts/", "tests/", "benches/", ".github/"];

/// What a text puts between backticks or behind a link that looks like a path of this repository.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    quoted.chain(linked).filter(|path| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        path.chars().all(is_plain) && FOLDERS.iter().any(|folder| path.starts_with(folder))
    })
}

/// The parts of a table cell or sentence that name a file by itself are looked for anywhere below the same row's folder.
fn exists(root: &Path, beside: &Path, path: &str) -> bool {
    root.join(path).exists() || beside.join(path).exists()
}

#[test]
fn markdown_files_name_paths_that_exist() {
    let root = repository();
    let mut missing = Vec::new();
    for file in files(".md") {
        let text = fs::read_to_string(root.join(&file)).expect("a Markdown file");
        let beside = root.join(file.parent().expect("a file is in a folder"));
        let absent = named_paths(&text).filter(|path| !exists(&root, &beside, path));
        missing.extend(absent.map(|path| format!("{}: {path}", file.display())));
    }
    assert!(missing.is_empty(), "named in a Markdown file, not there:\n{}", missing.join("\n"));
}

/// ARCHITECTURE's code map names files of a folder by their file name alone.
#[test]
fn the_code_map_names_files_that_exist() {
    let root = repository();
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let all = files("");
    let mut missing = Vec::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let folders: Vec<&str> = cells[1].split('`').skip(1).step_by(2).collect();
        for name in cells.last_chunk::<2>().map_or("", |it| it[0]).split('`').skip(1).step_by(2) {
            let is_there = |folder: &&str| all.iter().any(|file| file.starts_with(folder) && file.ends_with(name));
            if !folders.iter().any(is_there) {
                missing.push(format!("{}: {name}", folders.join(", ")));
            }
        }
    }
    assert!(missing.is_empty(), "named in the code map, not there:\n{}", missing.join("\n"));
}

/// The text of a source file before its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn engine_generator_and_reports_name_no_dialect() {
    let root = repository();
    let dialects: Vec<String> = fs::read_dir(root.join("schema/contracts"))
        .expect("the contracts")
        .flatten()
        .filter(|entry| entry.path().join("dialect.json").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(dialects.len() >= 5, "{dialects:?}");
    let mut found = Vec::new();
    for folder in ["conformance/src", "codegen/src", "reports/src", "watch/src"] {
        for file in files(".rs").into_iter().filter(|file| file.starts_with(folder)) {
            if file.file_stem().is_some_and(|stem| stem == "tests") {
                continue;
            }
            let text = fs::read_to_string(root.join(&file)).expect("a source file");
            for (number, line) in without_tests(&text).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let words: Vec<&str> = code.split(|c: char| !c.is_ascii_alphanumeric()).collect();
                if dialects.iter().any(|dialect| words.contains(&dialect.as_str())) {
                    found.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "a dialect is data; named in:\n{}", found.join("\n"));
}
