//! The keywords of one schema, taken apart in one pass.

use serde_json::{Map, Number, Value};

use crate::annotations::SECRET;

/// What a schema states; absent keywords state nothing.
#[derive(Default)]
pub(super) struct Keywords<'a> {
    pub(super) reference: Option<&'a str>,
    pub(super) types: Option<&'a Value>,
    pub(super) constant: Option<&'a Value>,
    pub(super) wanted: Option<&'a Vec<Value>>,
    pub(super) secret: bool,
    pub(super) minimum: Option<&'a Number>,
    pub(super) maximum: Option<&'a Number>,
    pub(super) min_length: Option<u64>,
    pub(super) max_length: Option<u64>,
    pub(super) pattern: Option<&'a str>,
    pub(super) min_items: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) items: Option<&'a Value>,
    pub(super) contains: Option<&'a Value>,
    pub(super) properties: Option<&'a Map<String, Value>>,
    pub(super) required: &'a [Value],
    pub(super) others: Option<&'a Value>,
    pub(super) one_of: Option<&'a [Value]>,
    pub(super) any_of: Option<&'a [Value]>,
    pub(super) all_of: &'a [Value],
    pub(super) not: Option<&'a Value>,
    pub(super) condition: Option<&'a Value>,
    pub(super) then: Option<&'a Value>,
}

impl<'a> Keywords<'a> {
    /// Looking each keyword up by itself costs a hash each, most of them for nothing.
    pub(super) fn of(schema: &'a Map<String, Value>) -> Self {
        let mut all = Self::default();
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("$ref", Value::String(pointer)) => all.reference = Some(pointer),
                ("type", types) => all.types = Some(types),
                ("const", constant) => all.constant = Some(constant),
                ("enum", Value::Array(wanted)) => all.wanted = Some(wanted),
                (SECRET, Value::Bool(secret)) => all.secret = *secret,
                ("minimum", Value::Number(least)) => all.minimum = Some(least),
                ("maximum", Value::Number(most)) => all.maximum = Some(most),
                ("minLength", least) => all.min_length = least.as_u64(),
                ("maxLength", most) => all.max_length = most.as_u64(),
                ("pattern", Value::String(pattern)) => all.pattern = Some(pattern),
                ("minItems", least) => all.min_items = least.as_u64(),
                ("maxItems", most) => all.max_items = most.as_u64(),
                ("items", items) => all.items = Some(items),
                ("contains", wanted) => all.contains = Some(wanted),
                ("properties", Value::Object(properties)) => all.properties = Some(properties),
                ("required", Value::Array(names)) => all.required = names,
                ("additionalProperties", others) => all.others = Some(others),
                ("oneOf", Value::Array(branches)) => all.one_of = Some(branches),
                ("anyOf", Value::Array(branches)) => all.any_of = Some(branches),
                ("allOf", Value::Array(schemas)) => all.all_of = schemas,
                ("not", unwanted) => all.not = Some(unwanted),
                ("if", condition) => all.condition = Some(condition),
                ("then", then) => all.then = Some(then),
                _ => {}
            }
        }
        all
    }
}
