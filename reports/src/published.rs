//! The JSON Schemas of the record and of `report.json`, for those who read them with other tools.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use crate::diff::Diff;
use crate::json::Report;
use crate::record::Line;

/// A schema that is published as `reports/schema/<name>.schema.json`.
#[derive(Debug, Clone)]
pub struct Published {
    /// The name.
    pub name: &'static str,
    /// The schema as indented JSON with a line end.
    pub text: String,
}

/// Every published schema.
pub fn schemas() -> Vec<Published> {
    vec![
        published::<Line<'static>>("record", "One line of a botspec run record (record.ndjson)"),
        published::<Report<'static>>("report", "A botspec report (report.json)"),
        published::<Diff>("diff", "A comparison of two botspec run records"),
    ]
}

fn published<T: JsonSchema>(name: &'static str, title: &str) -> Published {
    let mut schema: Schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    Published { name, text }
}
