//! The published schemas are current.

use std::path::Path;
use std::{env, fs};

use botspec_reports::published::schemas;

#[test]
fn the_published_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    for schema in schemas() {
        let path = folder.join(format!("{}.schema.json", schema.name));
        if env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::write(&path, &schema.text).expect("the schema can be written");
        }
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            published == schema.text,
            "{} is stale: run UPDATE_SCHEMAS=1 cargo test -p botspec-reports and commit it",
            path.display()
        );
    }
}
