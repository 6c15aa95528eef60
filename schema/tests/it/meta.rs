//! The meta-schemas are what the model says, and every contract fits its own.

use std::fs;
use std::path::{Path, PathBuf};

use botspec_schema::{Sources, meta_schemas};
use serde_json::Value;

/// Set to write the files anew: `UPDATE_META=1 cargo test -p botspec-schema meta`.
const UPDATE: &str = "UPDATE_META";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("meta")
}

#[test]
fn files_are_up_to_date() {
    let mut names: Vec<String> = Vec::new();
    for (name, schema) in meta_schemas() {
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"));
        let path = folder().join(name);
        if std::env::var_os(UPDATE).is_some() {
            fs::create_dir_all(folder()).expect("the folder of the meta-schemas");
            fs::write(&path, &text).expect("a meta-schema");
        }
        let stands = fs::read_to_string(&path).unwrap_or_default();
        assert!(stands == text, "{name} is stale: run {UPDATE}=1 cargo test -p botspec-schema meta");
        names.push(name.to_owned());
    }
    let mut there: Vec<String> = fs::read_dir(folder())
        .expect("the folder of the meta-schemas")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(there, names);
}

#[test]
fn contracts_fit_their_meta_schemas() {
    let validators: Vec<(&str, jsonschema::Validator)> = meta_schemas()
        .iter()
        .map(|(name, schema)| (*name, jsonschema::draft202012::new(schema).expect("a meta-schema is a schema")))
        .collect();
    let mut checked = 0;
    for file in Sources::builtin().files() {
        let contract: Value = serde_json::from_str(&file.text).expect("a contract is JSON");
        let meta = contract["$schema"].as_str().unwrap_or_else(|| panic!("{} has no $schema", file.path));
        let name = meta.rsplit('/').next().unwrap_or_default();
        let (_, validator) = validators.iter().find(|(known, _)| *known == name).expect("a known meta-schema");
        let told: Vec<String> =
            validator.iter_errors(&contract).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(told.is_empty(), "{}\n{}", file.path, told.join("\n"));
        checked += 1;
    }
    assert!(checked > 90);
}

#[test]
fn a_typo_does_not_fit() {
    let (_, schema) = meta_schemas().into_iter().find(|(name, _)| *name == "type.schema.json").expect("it is there");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let text = include_str!("mini/contracts/mini/types/user.json");
    let fits = |text: &str| validator.is_valid(&serde_json::from_str(text).expect("JSON"));
    assert!(fits(text));
    assert!(!fits(&text.replacen("summary", "sumary", 1)));
    assert!(!fits(&text.replacen("description", "descripton", 1)));
    assert!(!fits(&text.replacen("\"x-id\": \"user\"", "\"x-id\": \"usr\"", 1)));
}
