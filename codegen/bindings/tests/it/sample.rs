//! Values that a contract allows, with keys in them that no contract names.

use botspec_schema::generate::{Options, strategy};
use botspec_schema::{Dialect, SEGMENT_DATA, SEGMENT_TYPE};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Values of a schema.
pub(crate) fn values(dialect: &Dialect, schema: &Value) -> BoxedStrategy<Value> {
    let further = prop_oneof![4 => Just(Map::new()), 1 => further_keys()];
    (strategy(schema, dialect.defs(), &Options::default()), further)
        .prop_map(|(mut value, further)| {
            if !further.is_empty() {
                sprinkle(&mut value, &further);
            }
            value
        })
        .boxed()
}

/// Whole segments of one type.
pub(crate) fn segments(dialect: &Dialect, name: &str, data: &Value) -> BoxedStrategy<Value> {
    let whole = json!({
        "type": "object",
        "properties": { SEGMENT_TYPE: { "const": name }, SEGMENT_DATA: data },
        "required": [SEGMENT_TYPE, SEGMENT_DATA],
    });
    values(dialect, &whole)
}

/// Puts the keys into every object.
fn sprinkle(value: &mut Value, further: &Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| sprinkle(item, further)),
        Value::Object(object) => {
            object.values_mut().for_each(|value| sprinkle(value, further));
            object.extend(further.clone());
        }
        _ => {}
    }
}

/// Takes them out again.
pub(crate) fn without_further_keys(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_further_keys),
        Value::Object(object) => {
            object.retain(|key, _| !key.starts_with(FURTHER));
            object.values_mut().for_each(without_further_keys);
        }
        _ => {}
    }
}

/// What the keys that no contract names begin with.
const FURTHER: &str = "zz_";

fn further_keys() -> BoxedStrategy<Map<String, Value>> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<i32>().prop_map(|number| json!([{ "deep": f64::from(number) / 8.0 }])),
    ];
    prop::collection::btree_map("zz_[a-z]{0,3}", value, 1..3).prop_map(|map| map.into_iter().collect()).boxed()
}
