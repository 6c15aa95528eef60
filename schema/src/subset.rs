//! The keywords of JSON Schema 2020-12 that contracts use, and what each holds.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::annotations::{
    ACTION, ALIASES, COERCES, COUNTED_LISTS, COUNTS, FIXTURE, ID, ID_KINDS, PERSONAL, SAME_AS, SECRET, SINCE, SOURCE,
    SOURCE_FORMS, SOURCE_MEDIA, UNTYPED, VOLATILE,
};
use crate::coercion::Coercion;

/// What a keyword holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Types,
    Schemas,
    Names,
    SchemaOrFalse,
    Schema,
    Values,
    Anything,
    Number,
    Count,
    Text,
    SchemaList,
    Truth,
    IdKind,
    Listed,
    Source,
    Coercions,
}

/// The keywords of the subset.
pub(crate) const KEYWORDS: [(&str, Holds); 32] = [
    ("type", Holds::Types),
    ("properties", Holds::Schemas),
    ("required", Holds::Names),
    ("items", Holds::Schema),
    ("enum", Holds::Values),
    ("const", Holds::Anything),
    ("minimum", Holds::Number),
    ("maximum", Holds::Number),
    ("minLength", Holds::Count),
    ("maxLength", Holds::Count),
    ("minItems", Holds::Count),
    ("maxItems", Holds::Count),
    ("pattern", Holds::Text),
    ("default", Holds::Anything),
    ("description", Holds::Text),
    ("additionalProperties", Holds::SchemaOrFalse),
    ("$ref", Holds::Text),
    ("oneOf", Holds::SchemaList),
    ("anyOf", Holds::SchemaList),
    (ID, Holds::IdKind),
    (VOLATILE, Holds::Truth),
    (SECRET, Holds::Truth),
    (PERSONAL, Holds::Truth),
    (ALIASES, Holds::Names),
    (UNTYPED, Holds::Text),
    (SINCE, Holds::Text),
    (ACTION, Holds::Text),
    (FIXTURE, Holds::Text),
    (SOURCE, Holds::Source),
    (COERCES, Holds::Coercions),
    (COUNTS, Holds::Listed),
    (SAME_AS, Holds::Text),
];

/// The names of the types.
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// What a keyword holds; None for a keyword outside of the subset.
pub(crate) fn holds(keyword: &str) -> Option<Holds> {
    KEYWORDS.iter().find(|(name, _)| *name == keyword).map(|(_, holds)| *holds)
}

impl Holds {
    /// Whether a value is of the shape that the keyword holds.
    pub(crate) fn admits(self, value: &Value) -> bool {
        match self {
            Self::Types => is_types(value),
            Self::Schemas | Self::Schema => value.is_object(),
            Self::Names => is_names(value),
            Self::SchemaOrFalse => value.is_object() || *value == Value::Bool(false),
            Self::Values => value.as_array().is_some_and(|list| !list.is_empty()),
            Self::Anything => true,
            Self::Number => value.is_number(),
            Self::Count => value.is_u64(),
            // Which kinds of identifiers there are is a rule of its own.
            Self::Listed => value.as_str().is_some_and(|list| COUNTED_LISTS.contains(&list)),
            Self::Text | Self::IdKind => value.as_str().is_some_and(|text| !text.trim().is_empty()),
            Self::SchemaList => value.as_array().is_some_and(|list| list.len() > 1),
            Self::Truth => value.is_boolean(),
            Self::Source => is_source(value),
            Self::Coercions => Vec::<Coercion>::deserialize(value).is_ok(),
        }
    }

    /// What the keyword holds, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Types => "the name of a type, or such a name and \"null\"",
            Self::Schemas => "an object of schemas",
            Self::Names => "a list of strings, each once",
            Self::SchemaOrFalse => "false or a schema",
            Self::Schema => "a schema",
            Self::Values => "a list of values",
            Self::Anything => "any value",
            Self::Number => "a number",
            Self::Count => "a count",
            Self::Text => "a text",
            Self::SchemaList => "a list of at least two schemas",
            Self::Truth => "true or false",
            Self::IdKind => "a kind of identifier",
            Self::Listed => "a list of a group",
            Self::Source => "a medium, and the forms it is taken in",
            Self::Coercions => "a list of coercions",
        }
    }

    /// The same as a schema.
    fn schema(self, itself: &Value) -> Value {
        match self {
            Self::Types => json!({ "oneOf": [
                { "enum": TYPES },
                { "type": "array", "prefixItems": [{ "enum": &TYPES[1..] }, { "const": "null" }], "minItems": 2, "maxItems": 2 },
            ] }),
            Self::Schemas => json!({ "type": "object", "additionalProperties": itself }),
            Self::Names => json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
            Self::SchemaOrFalse => json!({ "oneOf": [{ "const": false }, itself] }),
            Self::Schema => itself.clone(),
            Self::Values => json!({ "type": "array", "minItems": 1 }),
            Self::Anything => json!(true),
            Self::Number => json!({ "type": "number" }),
            Self::Count => json!({ "type": "integer", "minimum": 0 }),
            Self::Text => json!({ "type": "string", "minLength": 1 }),
            Self::SchemaList => json!({ "type": "array", "items": itself, "minItems": 2 }),
            Self::Truth => json!({ "type": "boolean" }),
            Self::IdKind => json!({ "enum": ID_KINDS }),
            Self::Listed => json!({ "enum": COUNTED_LISTS }),
            Self::Source => json!({
                "type": "object",
                "properties": {
                    "media": { "enum": SOURCE_MEDIA },
                    "forms": { "type": "array", "items": { "enum": SOURCE_FORMS }, "minItems": 1, "uniqueItems": true },
                },
                "required": ["media", "forms"],
                "additionalProperties": false,
            }),
            Self::Coercions => {
                json!({ "type": "array", "items": Coercion::json_schema(&mut SchemaGenerator::default()) })
            }
        }
    }
}

fn is_source(value: &Value) -> bool {
    let Some(keys) = value.as_object() else { return false };
    let known = |value: &Value, words: &[&str]| value.as_str().is_some_and(|word| words.contains(&word));
    let forms = keys.get("forms").and_then(Value::as_array);
    keys.len() == 2
        && keys.get("media").is_some_and(|media| known(media, &SOURCE_MEDIA))
        && forms.is_some_and(|forms| !forms.is_empty() && forms.iter().all(|form| known(form, &SOURCE_FORMS)))
}

fn is_types(value: &Value) -> bool {
    let known = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::Array(names) => match names.as_slice() {
            [name, null] => known(name) && name != "null" && null == "null",
            _ => false,
        },
        name => known(name),
    }
}

fn is_names(value: &Value) -> bool {
    value.as_array().is_some_and(|names| {
        names.iter().enumerate().all(|(index, name)| name.is_string() && !names[..index].contains(name))
    })
}

/// A schema of the subset, for the meta-schemas.
pub(crate) struct Subset;

impl JsonSchema for Subset {
    fn schema_name() -> Cow<'static, str> {
        "Schema".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let itself = generator.subschema_for::<Self>().to_value();
        let properties: Map<String, Value> =
            KEYWORDS.iter().map(|(keyword, holds)| ((*keyword).to_owned(), holds.schema(&itself))).collect();
        let mut schema = Schema::default();
        schema.insert("description".into(), "The subset of JSON Schema 2020-12 that contracts use.".into());
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), properties.into());
        schema.insert("additionalProperties".into(), false.into());
        schema
    }
}
