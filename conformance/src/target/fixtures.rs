//! What the user of botspec states exists on a target and may be touched.

use std::collections::BTreeMap;
use std::fmt;

use botspec_schema::model::Fixture;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_json::{Value, json};

/// Fixtures by kind, as a target file or flags declare them.
///
/// On a real account these are the only accounts and groups that anything but a read may name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Declared(BTreeMap<Fixture, Value>);

impl Declared {
    /// Declares a fixture: an id, a flag, a file; `true` for a rank.
    pub fn insert(&mut self, fixture: Fixture, value: impl Into<Value>) {
        self.0.insert(fixture, value.into());
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, fixture: Fixture, value: impl Into<Value>) -> Self {
        self.insert(fixture, value);
        self
    }

    /// What was declared of a kind.
    pub fn get(&self, fixture: Fixture) -> Option<&Value> {
        self.0.get(&fixture)
    }

    /// Everything that was declared.
    pub fn iter(&self) -> impl Iterator<Item = (Fixture, &Value)> {
        self.0.iter().map(|(&fixture, value)| (fixture, value))
    }

    /// Whether nothing was declared.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Declared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scalars = BTreeMap::<Fixture, Scalar>::deserialize(deserializer)?;
        Ok(Self(scalars.into_iter().map(|(fixture, scalar)| (fixture, scalar.0)).collect()))
    }
}

impl JsonSchema for Declared {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fixtures".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = json!({ "type": ["integer", "string", "boolean"] });
        let known = Fixture::json_schema(generator).to_value();
        let named = known.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let mut properties = serde_json::Map::new();
        for one in named.chain([&known]) {
            let words =
                one.get("const").into_iter().chain(one.get("enum").and_then(Value::as_array).into_iter().flatten());
            for word in words.filter_map(Value::as_str) {
                let mut value = value.clone();
                if let Some(about) = one.get("description") {
                    value["description"] = about.clone();
                }
                properties.insert(word.to_owned(), value);
            }
        }
        let about = "Ids by what they are, such as `friend = 10001`; `true` or `false` for a rank.";
        json_schema!({
            "type": "object", "description": about, "properties": properties, "additionalProperties": false
        })
    }
}

/// A number, a string or a boolean.
struct Scalar(Value);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id (a number or a string), or `true` for a rank")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(value.into()))
    }
}
