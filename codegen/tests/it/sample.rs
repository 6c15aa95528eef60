//! Values that a schema allows, as a proptest strategy.
//!
//! Only for tests of the generator: it knows the subset of JSON Schema that contracts use, and adds keys that no
//! contract names wherever an object is open.

use botspec_schema::{Dialect, SEGMENT_DATA, SEGMENT_TYPE, referenced};
use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

/// How deep messages stand in messages.
const DEPTH: u32 = 2;

/// Values of a schema.
pub fn values(dialect: &Dialect, schema: &Value) -> BoxedStrategy<Value> {
    Sample { dialect, depth: DEPTH }.schema(schema)
}

/// Whole segments of one type.
pub fn segments(dialect: &Dialect, name: &str, data: &Value) -> BoxedStrategy<Value> {
    Sample { dialect, depth: DEPTH }.segment(name, data)
}

#[derive(Clone, Copy)]
struct Sample<'a> {
    dialect: &'a Dialect,
    depth: u32,
}

impl Sample<'_> {
    fn schema(self, schema: &Value) -> BoxedStrategy<Value> {
        if let Some(name) = schema["$ref"].as_str() {
            return self.reference(referenced(name).expect("a reference to a type"));
        }
        if let Some(branches) = schema["oneOf"].as_array() {
            return Union::new(branches.iter().map(|branch| self.schema(branch))).boxed();
        }
        if let Some(value) = schema.get("const") {
            return Just(value.clone()).boxed();
        }
        if let Some(values) = schema["enum"].as_array() {
            return prop::sample::select(values.clone()).boxed();
        }
        match &schema["type"] {
            Value::String(kind) => self.typed(kind, schema),
            Value::Array(kinds) => {
                let kinds = kinds.iter().map(|kind| self.typed(kind.as_str().expect("a type"), schema));
                Union::new(kinds).boxed()
            }
            _ => any_json(),
        }
    }

    fn typed(self, kind: &str, schema: &Value) -> BoxedStrategy<Value> {
        match kind {
            "null" => Just(Value::Null).boxed(),
            "boolean" => any::<bool>().prop_map(Value::from).boxed(),
            "integer" => integers(schema),
            "number" => any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)).boxed(),
            "string" => strings(schema),
            "array" => {
                let item = schema.get("items").map_or_else(any_json, |items| self.schema(items));
                prop::collection::vec(item, 0..4).prop_map(Value::from).boxed()
            }
            "object" => self.object(schema),
            other => panic!("`{other}` is not a type of JSON Schema"),
        }
    }

    fn reference(self, name: &str) -> BoxedStrategy<Value> {
        match name {
            "segment_send" => self.any_segment(|segment| segment.send.as_ref()),
            "segment_receive" => self.any_segment(|segment| segment.receive.as_ref()),
            "message_array" => self.array("segment_receive"),
            "message_send" => {
                let forms = [self.text(), self.reference("segment_send"), self.array("segment_send")];
                Union::new(forms).boxed()
            }
            "message_receive" => Union::new([self.text(), self.array("segment_receive")]).boxed(),
            shared => self.schema(&self.dialect.types[shared].schema),
        }
    }

    fn text(self) -> BoxedStrategy<Value> {
        any::<String>().prop_map(Value::from).boxed()
    }

    fn array(self, item: &str) -> BoxedStrategy<Value> {
        prop::collection::vec(self.reference(item), 0..4).prop_map(Value::from).boxed()
    }

    fn any_segment(self, form: impl Fn(&botspec_schema::model::Segment) -> Option<&Value>) -> BoxedStrategy<Value> {
        let deeper = Sample { depth: self.depth.saturating_sub(1), ..self };
        let segments = self.dialect.segments.values();
        let forms = segments.filter_map(|segment| Some((segment.name.as_str(), form(segment)?)));
        // At the bottom only segments that hold no message.
        let forms = forms.filter(|(_, data)| self.depth > 0 || !data.to_string().contains("/message_"));
        Union::new(forms.map(|(name, data)| deeper.segment(name, data))).boxed()
    }

    fn segment(self, name: &str, data: &Value) -> BoxedStrategy<Value> {
        let name = name.to_owned();
        (self.schema(data), further_keys())
            .prop_map(move |(data, further)| {
                let mut segment = json!({ SEGMENT_TYPE: name, SEGMENT_DATA: data });
                segment.as_object_mut().expect("an object").extend(further);
                segment
            })
            .boxed()
    }

    /// Objects with what is required, one of the alternatives of `anyOf`, some of the rest, and further keys.
    fn object(self, schema: &Value) -> BoxedStrategy<Value> {
        let names = |list: &Value| -> Vec<String> {
            list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let mut alternatives: Vec<Vec<String>> =
            schema["anyOf"].as_array().into_iter().flatten().map(|branch| names(&branch["required"])).collect();
        if alternatives.is_empty() {
            alternatives.push(Vec::new());
        }
        let required = names(&schema["required"]);
        let mut keys: Vec<(String, BoxedStrategy<Value>)> = Vec::new();
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            keys.push((key.clone(), self.schema(property)));
        }
        let count = keys.len();
        let names: Vec<String> = keys.iter().map(|(key, _)| key.clone()).collect();
        let values: Vec<BoxedStrategy<Value>> = keys.into_iter().map(|(_, strategy)| strategy).collect();
        let open = schema["additionalProperties"] != json!(false);
        (values, prop::collection::vec(any::<bool>(), count), prop::sample::select(alternatives), further_keys())
            .prop_map(move |(values, wanted, alternative, further)| {
                let mut object = Map::new();
                for ((key, value), wanted) in names.iter().zip(values).zip(wanted) {
                    if wanted || required.contains(key) || alternative.contains(key) {
                        object.insert(key.clone(), value);
                    }
                }
                if open {
                    object.extend(further);
                }
                Value::Object(object)
            })
            .boxed()
    }
}

fn integers(schema: &Value) -> BoxedStrategy<Value> {
    let minimum = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    let maximum = schema["maximum"].as_i64().unwrap_or(i64::MAX);
    prop_oneof![Just(minimum), Just(maximum), minimum..=maximum].prop_map(Value::from).boxed()
}

fn strings(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(pattern) = schema["pattern"].as_str() {
        let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
        return prop::string::string_regex(pattern)
            .expect("a pattern that can be generated")
            .prop_map(Value::from)
            .boxed();
    }
    let minimum = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).expect("a length");
    let maximum = usize::try_from(schema["maxLength"].as_u64().unwrap_or(12)).expect("a length");
    prop::collection::vec(any::<char>(), minimum..=maximum.max(minimum))
        .prop_map(|characters| Value::from(characters.into_iter().collect::<String>()))
        .boxed()
}

fn any_json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Keys that no contract names: none, most of the time.
fn further_keys() -> BoxedStrategy<Map<String, Value>> {
    prop_oneof![
        4 => Just(Map::new()),
        1 => prop::collection::btree_map("zz_[a-z]{0,3}", any_json(), 1..3).prop_map(|map| map.into_iter().collect()),
    ]
    .boxed()
}
