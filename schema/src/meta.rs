//! The schemas of the contract files themselves, for editors.
//!
//! They stand in `schema/meta`, where the `$schema` of every contract points; a test keeps them equal to the model.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

use crate::model::{Action, DialectFile, Event, RequirementSet, Segment, SharedType};

/// Every meta-schema with the name of its file.
pub fn meta_schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("action.schema.json", schema::<Action>()),
        ("dialect.schema.json", schema::<DialectFile>()),
        ("event.schema.json", schema::<Event>()),
        ("requirements.schema.json", schema::<RequirementSet>()),
        ("segment.schema.json", schema::<Segment>()),
        ("type.schema.json", schema::<SharedType>()),
    ]
}

/// What stands first in a file, for whoever opens it.
const HEAD: [&str; 3] = ["$schema", "title", "description"];

fn schema<T: JsonSchema>() -> Value {
    let schema = SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>().to_value();
    let head = HEAD.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(key)?.clone())));
    let rest = schema.as_object().into_iter().flatten().filter(|(key, _)| !HEAD.contains(&key.as_str()));
    Value::Object(head.chain(rest.map(|(key, value)| (key.clone(), value.clone()))).collect::<Map<_, _>>())
}
