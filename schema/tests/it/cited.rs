//! What contracts cite of other people's source is there, in the file and under the name that they give.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder with a checkout of each repository, as `owner+name`; without it nothing can be held against anything.
const SOURCES: &str = "BOTSPEC_UPSTREAM_SOURCES";

/// The repositories whose versions the contracts describe.
const REPOSITORIES: [&str; 2] = ["NapNeko/NapCatQQ", "LLOneBot/LuckyLilliaBot"];

#[test]
fn files_and_names_of_the_builds_exist() {
    let Some(folder) = std::env::var_os(SOURCES).map(PathBuf::from) else { return };
    let mut missing = Vec::new();
    let mut checked = 0;
    let mut open = ["contracts", "requirements"].map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).to_vec();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read_to_string(&path).expect("a contract");
            cited(&serde_json::from_str(&text).expect("JSON"), &mut |document, heading| {
                let Some(file) = file_of(&folder, document) else { return };
                checked += 1;
                if !fs::read_to_string(&file).is_ok_and(|text| text.contains(heading)) {
                    missing.push(format!("{}: {document}, {heading}", path.display()));
                }
            });
        }
    }
    assert!(checked > 300, "{checked}");
    assert_eq!(missing, [""; 0], "\n{}", missing.join("\n"));
}

fn file_of(folder: &Path, document: &str) -> Option<PathBuf> {
    let (repository, path) = document.split_once(' ')?;
    REPOSITORIES.contains(&repository).then(|| folder.join(repository.replace('/', "+")).join(path))
}

fn cited(value: &Value, found: &mut dyn FnMut(&str, &str)) {
    if let (Some(document), Some(heading)) = (value["document"].as_str(), value["heading"].as_str()) {
        found(document, heading);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| cited(item, found)),
        Value::Object(members) => members.values().for_each(|member| cited(member, found)),
        _ => {}
    }
}
