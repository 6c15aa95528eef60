//! Gives a value the form in which a contract reports it.
//!
//! A handler is written once, against the dialect in which its action reports the most. Other dialects report the same in
//! another form: fewer keys, an id as a string, a null in place of nothing. What they require beyond that is taken from
//! a model, which is an example of their contract. Messages are written in the form of the dialect elsewhere and stay as they
//! are. A value that cannot be given the form stays as it was reported, for the
//! check of the answer to find.

use botspec_schema::{Dialect, UNTYPED, VIRTUAL, referenced};
use serde_json::{Map, Value};

/// The value as the schema states; `model` holds what is required and not reported.
pub(crate) fn coerce(dialect: &Dialect, schema: &Value, value: Value, model: Option<&Value>) -> Value {
    Coercion { defs: dialect.defs() }.value(schema, value, model)
}

/// What a schema requires, without anything being reported.
pub(crate) fn supply(dialect: &Dialect, schema: &Value, model: Option<&Value>) -> Value {
    Coercion { defs: dialect.defs() }.supply(schema, model)
}

struct Coercion<'a> {
    defs: &'a Map<String, Value>,
}

impl<'a> Coercion<'a> {
    fn value(&self, schema: &'a Value, value: Value, model: Option<&Value>) -> Value {
        if names(schema).is_some_and(|name| VIRTUAL.contains(&name)) {
            return value;
        }
        let schema = self.resolve(schema);
        if let Some(branches) = list(schema, "oneOf") {
            let branch = self.branch(branches, &value);
            return branch.map_or(value.clone(), |branch| self.value(branch, value, model));
        }
        if types(schema).eq(["null"]) {
            return Value::Null;
        }
        match value {
            Value::Null if !self.nullable(schema) => self.supply(schema, model),
            Value::Object(entries) => self.object(schema, entries, model),
            Value::Array(items) => match schema.get("items") {
                Some(each) => {
                    let model = model.and_then(|model| model.get(0));
                    items.into_iter().map(|item| self.value(each, item, model)).collect()
                }
                None => Value::Array(items),
            },
            scalar => scalar_as(schema, scalar),
        }
    }

    fn object(&self, schema: &'a Value, entries: Map<String, Value>, model: Option<&Value>) -> Value {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let open = schema.get("type").is_none()
                || schema.get(UNTYPED).is_some()
                || schema.get("additionalProperties").is_some();
            return Value::Object(if open { entries } else { Map::new() });
        };
        let further = schema.get("additionalProperties").filter(|further| further.is_object());
        let open = schema.get(UNTYPED).is_some();
        let mut rendered = Map::new();
        for (key, value) in entries {
            let value = match properties.get(&key).or(further) {
                Some(property) if value.is_null() && !self.nullable(property) => continue,
                Some(property) => self.value(property, value, model.and_then(|model| model.get(&key))),
                None if open => value,
                None => continue,
            };
            rendered.insert(key, value);
        }
        for key in list(schema, "required").into_iter().flatten().filter_map(Value::as_str) {
            if let (false, Some(property)) = (rendered.contains_key(key), properties.get(key)) {
                rendered.insert(key.to_owned(), self.supply(property, model.and_then(|model| model.get(key))));
            }
        }
        Value::Object(rendered)
    }

    /// The alternative that a value is: the one with its tags, or else with its type, or else one that it can become.
    fn branch(&self, branches: &'a [Value], value: &Value) -> Option<&'a Value> {
        let branches = || branches.iter().map(|branch| self.resolve(branch));
        let tagged =
            |branch: &&Value| tags(branch).is_some_and(|tags| tags.iter().all(|(key, tag)| value[*key] == **tag));
        let typed = |branch: &&Value| types(branch).any(|name| is_of_type(name, value));
        let scalar = |branch: &&Value| types(branch).any(|name| !matches!(name, "object" | "array" | "null"));
        let becomes = |branch: &&Value| scalar(branch) && scalar_as(branch, value.clone()) != *value;
        branches().find(tagged).or_else(|| branches().find(typed)).or_else(|| branches().find(becomes))
    }

    fn supply(&self, schema: &'a Value, model: Option<&Value>) -> Value {
        if let Some(model) = model {
            return model.clone();
        }
        let schema = self.resolve(schema);
        let first = |keyword: &str| list(schema, keyword).and_then(<[Value]>::first);
        let fixed = schema.get("default").or_else(|| schema.get("const")).or_else(|| first("enum"));
        if let Some(fixed) = fixed {
            return fixed.clone();
        }
        if let Some(branch) = first("oneOf") {
            return self.supply(branch, None);
        }
        if self.nullable(schema) {
            return Value::Null;
        }
        match types(schema).next() {
            Some("object") => self.object(schema, Map::new(), None),
            Some("array") => Value::Array(Vec::new()),
            Some("string") => Value::String(String::new()),
            Some("boolean") => Value::Bool(false),
            Some("integer" | "number") => schema.get("minimum").and_then(Value::as_i64).unwrap_or(0).max(0).into(),
            _ => Value::Null,
        }
    }

    fn nullable(&self, schema: &'a Value) -> bool {
        let schema = self.resolve(schema);
        let branches = list(schema, "oneOf");
        let is_unconstrained = ["type", "enum", "const", "oneOf"].iter().all(|keyword| schema.get(keyword).is_none());
        is_unconstrained
            || types(schema).any(|name| name == "null")
            || branches.is_some_and(|branches| branches.iter().any(|branch| self.nullable(branch)))
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        names(schema).and_then(|name| self.defs.get(name)).unwrap_or(schema)
    }
}

/// The definition that a schema is a reference to.
fn names(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(referenced)
}

fn list<'s>(schema: &'s Value, keyword: &str) -> Option<&'s [Value]> {
    schema.get(keyword)?.as_array().map(Vec::as_slice)
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let named = schema.get("type");
    let one = named.and_then(Value::as_str);
    let several = named.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(several)
}

/// The properties of an alternative that have one value only.
fn tags(branch: &Value) -> Option<Vec<(&str, &Value)>> {
    let properties = branch.get("properties")?.as_object()?.iter();
    let tags: Vec<_> = properties.filter_map(|(key, property)| Some((key.as_str(), property.get("const")?))).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Whether a value is of a type of JSON Schema.
pub(crate) fn is_of_type(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || (name == "integer" && !number.is_f64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

/// A number as a string, or the other way round, where the schema wants that.
fn scalar_as(schema: &Value, value: Value) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(words) = list(schema, "enum") {
        // What a dialect has no word for is reported by its first one.
        let usual = words.first().filter(|word| word.is_string() && value.is_string());
        let same =
            words.iter().find(|word| **word == value).or_else(|| words.iter().find(|word| text(word) == text(&value)));
        return same.or(usual).cloned().unwrap_or(value);
    }
    if types(schema).next().is_none() || types(schema).any(|name| is_of_type(name, &value)) {
        return value;
    }
    let turned = types(schema).find_map(|name| match (name, &value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(Value::String(value.to_string())),
        ("integer", Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        ("number", Value::String(text)) => text.parse::<f64>().ok().map(Value::from),
        _ => None,
    });
    turned.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;
    use serde_json::json;

    use super::*;

    fn check(schema: &Value, model: Option<&Value>, cases: &[(Value, Value)]) {
        let dialect = Catalog::builtin().dialect("napcat").expect("the dialect");
        for (value, expected) in cases {
            assert_eq!(coerce(dialect, schema, value.clone(), model), *expected, "{value} as {schema}");
        }
    }

    #[test]
    fn scalars_become_what_is_wanted() {
        let integer = json!({ "type": "integer" });
        check(&integer, None, &[(json!("12"), json!(12)), (json!(12), json!(12)), (json!("x"), json!("x"))]);
        let string = json!({ "type": "string" });
        check(&string, None, &[(json!(12), json!("12")), (json!(-1.5), json!("-1.5")), (json!(null), json!(""))]);
        check(&json!({ "enum": [0, 1] }), None, &[(json!("1"), json!(1)), (json!(1), json!(1)), (json!(7), json!(7))]);
        check(&json!({ "type": ["string", "null"] }), None, &[(json!(null), json!(null)), (json!(1), json!("1"))]);
        check(&json!({}), None, &[(json!(null), json!(null)), (json!([1, "2"]), json!([1, "2"]))]);
    }

    #[test]
    fn objects_have_the_keys_that_are_named_and_required() {
        let schema = json!({
            "type": "object",
            "properties": {
                "id": { "type": "string" },
                "age": { "type": "integer", "minimum": 1 },
                "sex": { "enum": ["male", "female"] },
                "note": { "type": "string" },
                "friends": { "type": "array", "items": { "type": "string" } },
            },
            "required": ["id", "age", "sex", "friends"],
        });
        let bare = json!({ "id": "5", "age": 1, "sex": "male", "friends": [] });
        check(&schema, None, &[(json!({ "id": 5, "level": 3, "note": null }), bare)]);
        let model = json!({ "id": "1", "age": 30, "sex": "female", "friends": ["2"], "note": "x" });
        let rendered = json!({ "friends": ["7", "8"], "id": "5", "age": 30, "sex": "female" });
        check(&schema, Some(&model), &[(json!({ "friends": [7, "8"], "id": 5 }), rendered)]);
        let open =
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "x-untyped": "nobody knows" });
        check(&open, None, &[(json!({ "a": 1, "b": 2 }), json!({ "a": "1", "b": 2 }))]);
    }

    #[test]
    fn an_alternative_is_found_by_its_tag_its_type_or_what_can_become_of_it() {
        let branch =
            |tag: &str| json!({ "type": "object", "properties": { "t": { "const": tag }, tag: { "type": "string" } } });
        let tagged = json!({ "oneOf": [branch("a"), branch("b")] });
        check(&tagged, None, &[(json!({ "t": "b", "a": 1, "b": 2 }), json!({ "t": "b", "b": "2" }))]);
        let typed = json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "integer" } }] });
        check(&typed, None, &[(json!(["1"]), json!([1])), (json!("1"), json!("1")), (json!(1), json!("1"))]);
    }

    #[test]
    fn messages_are_left_alone() {
        let schema = json!({ "type": "object", "properties": { "message": { "$ref": "#/$defs/message_send" } } });
        let rendered = json!({ "message": [{ "type": "not known", "data": { "qq": 10001 } }] });
        check(&schema, None, &[(rendered.clone(), rendered)]);
    }

    #[test]
    fn an_object_without_keys_has_none_unless_nobody_knows_them() {
        let rendered = json!({ "a": 1 });
        check(&json!({ "type": "object" }), None, &[(rendered.clone(), json!({}))]);
        check(&json!({ "type": "object", "x-untyped": "nobody knows" }), None, &[(rendered.clone(), rendered)]);
    }

    #[test]
    fn an_example_supplies_what_a_contract_requires() {
        for dialect in Catalog::builtin().dialects() {
            for action in dialect.actions.values() {
                let model = action.examples.first().map(|example| &example.result);
                let supplied = supply(dialect, &action.result, model);
                let fitted = coerce(dialect, &action.result, supplied.clone(), model);
                assert_eq!(fitted, supplied, "{} of {}", action.name, dialect.name());
            }
        }
    }
}
