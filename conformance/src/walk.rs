//! Walking a document beside its schema, to find what an annotation states about each place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// How deep references are followed; a schema that goes deeper than this goes round in a circle.
const DEEPEST: usize = 64;

/// A place in a document that an annotation speaks of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AnnotatedPointer {
    /// Its JSON pointer.
    pub(crate) pointer: String,
    /// The value of the annotation.
    pub(crate) annotation: Value,
}

/// Every place in a document whose schema carries a keyword. Where the schema has alternatives, those are followed that
/// the document may be one of.
pub(crate) fn places<'s>(
    defs: &dyn Fn(&str) -> Option<&'s Value>,
    schema: &'s Value,
    document: &Value,
    keyword: &str,
) -> Vec<AnnotatedPointer> {
    let mut walk = Walk { keyword, ..Walk::new(defs) };
    walk.visit(schema, document, &mut String::new(), 0);
    walk.found
}

/// Calls back with every place in a document that its schema knows, once for each schema that speaks of it. The places
/// of an object come after the object.
pub(crate) fn each_place<'s>(
    defs: &dyn Fn(&str) -> Option<&'s Value>,
    schema: &'s Value,
    document: &Value,
    each: &mut dyn FnMut(&str, &'s Value),
) {
    let mut walk = Walk { each: Some(each), ..Walk::new(defs) };
    walk.visit(schema, document, &mut String::new(), 0);
}

/// A document without the fields that its schema knows nothing of. Objects of which no field is known stay whole.
pub(crate) fn known_part<'s>(defs: &dyn Fn(&str) -> Option<&'s Value>, schema: &'s Value, document: &Value) -> Value {
    let mut walk = Walk { known: Some(Known::default()), ..Walk::new(defs) };
    walk.visit(schema, document, &mut String::new(), 0);
    let mut document = document.clone();
    if let Some(known) = walk.known {
        known.keep(&mut document, &mut String::new());
    }
    document
}

/// Which places of a document a schema knows.
#[derive(Default)]
struct Known {
    places: BTreeSet<String>,
    /// The objects of which it knows fields.
    objects: BTreeSet<String>,
}

impl Known {
    fn keep(&self, document: &mut Value, pointer: &mut String) {
        let length = pointer.len();
        match document {
            Value::Object(fields) => {
                let is_known = self.objects.contains(pointer);
                fields.retain(|key, value| {
                    step(pointer, key);
                    let stays = !is_known || self.places.contains(pointer);
                    if stays {
                        self.keep(value, pointer);
                    }
                    pointer.truncate(length);
                    stays
                });
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    step(pointer, &index.to_string());
                    self.keep(item, pointer);
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
    }
}

/// Goes on to a field or an item in a JSON pointer.
pub(crate) fn step(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

/// Takes a place in a document, and a schema that speaks of it.
type Each<'a, 's> = dyn FnMut(&str, &'s Value) + 'a;

struct Walk<'a, 's> {
    defs: &'a dyn Fn(&str) -> Option<&'s Value>,
    keyword: &'a str,
    found: Vec<AnnotatedPointer>,
    /// What was found at each place: several branches may state the same of it.
    seen: BTreeMap<String, Vec<&'s Value>>,
    /// Which places are known; only where that is asked for.
    known: Option<Known>,
    /// Who wants to know each place with its schema.
    each: Option<&'a mut Each<'a, 's>>,
}

impl<'a, 's> Walk<'a, 's> {
    fn new(defs: &'a dyn Fn(&str) -> Option<&'s Value>) -> Self {
        Self { defs, keyword: "", found: Vec::new(), seen: BTreeMap::new(), known: None, each: None }
    }

    fn visit(&mut self, schema: &'s Value, document: &Value, pointer: &mut String, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let Some(each) = &mut self.each {
            each(pointer, schema);
        }
        let whole = schema;
        let schema = Parts::of(schema, self.keyword);
        if let Some(known) = &mut self.known {
            known.places.insert(pointer.clone());
            if tells_fields(whole) {
                known.objects.insert(pointer.clone());
            }
        }
        if let Some(annotation) = schema.annotation {
            let seen = self.seen.entry(pointer.clone()).or_default();
            if !seen.contains(&annotation) {
                seen.push(annotation);
                self.found.push(AnnotatedPointer { pointer: pointer.clone(), annotation: annotation.clone() });
            }
        }
        if let Some(target) = schema.reference.and_then(|name| (self.defs)(name)) {
            self.visit(target, document, pointer, depth + 1);
        }
        for branch in schema.branches.into_iter().flatten().flatten() {
            if self.may_be(branch, document, depth) {
                self.visit(branch, document, pointer, depth + 1);
            }
        }
        for part in schema.all_of.into_iter().flatten() {
            let chosen = match part.get("if") {
                Some(condition) => self.holds(condition, document, depth).then(|| part.get("then")).flatten(),
                None => Some(part),
            };
            if let Some(chosen) = chosen {
                self.visit(chosen, document, pointer, depth + 1);
            }
        }
        match document {
            Value::Object(fields) if schema.properties.is_some() || schema.others.is_some() => {
                // What comes first must not hang on the order in which an implementation writes its keys.
                let named = schema.properties.into_iter().flatten();
                let known = named.filter_map(|(key, inner)| Some((key, inner, fields.get(key)?)));
                let is_other = |key: &str| schema.properties.is_none_or(|named| !named.contains_key(key));
                let further = fields.iter().filter(|(key, _)| is_other(key));
                let others = further.filter_map(|(key, value)| Some((key, schema.property(key)?, value)));
                for (key, inner, value) in known.chain(others) {
                    let length = pointer.len();
                    step(pointer, key);
                    self.visit(inner, value, pointer, depth + 1);
                    pointer.truncate(length);
                }
            }
            Value::Array(items) => {
                let Some(inner) = schema.items else { return };
                for (index, value) in items.iter().enumerate() {
                    let length = pointer.len();
                    step(pointer, &index.to_string());
                    self.visit(inner, value, pointer, depth + 1);
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// Whether a condition over constants holds, its fields being there.
    fn holds(&self, condition: &'s Value, document: &Value, depth: usize) -> bool {
        let required = condition.get("required").and_then(Value::as_array).into_iter().flatten();
        let there = required.filter_map(Value::as_str).all(|key| document.get(key).is_some());
        let excluded = || {
            let not = condition.get("not");
            let any = not.and_then(|not| not.get("anyOf")).and_then(Value::as_array).into_iter().flatten();
            any.into_iter().any(|other| self.holds(other, document, depth + 1))
        };
        depth <= DEEPEST && there && self.may_be(condition, document, depth) && !excluded()
    }

    /// Whether a document may be what a branch describes: its type fits, and so do the constants in it.
    fn may_be(&self, branch: &'s Value, document: &Value, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        if let Some(target) = branch.get("$ref").and_then(Value::as_str).and_then(|name| (self.defs)(name)) {
            return self.may_be(target, document, depth + 1);
        }
        let types: Vec<&str> = match branch.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let fits = types.is_empty() || types.iter().any(|name| is_type(document, name));
        let constants =
            branch.get("properties").and_then(Value::as_object).into_iter().flatten().all(|(key, inner)| {
                match (inner.get("const"), document.get(key)) {
                    (Some(wanted), Some(found)) => wanted == found,
                    _ => true,
                }
            });
        fits && constants
    }
}

/// Whether a schema reports which fields an object has: it lists them, or states that it is an object and lists none.
fn tells_fields(schema: &Value) -> bool {
    let lists = schema.get("properties").and_then(Value::as_object).is_some_and(|fields| !fields.is_empty());
    let is_object = match schema.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => false,
    };
    let is_open = ["x-untyped", "additionalProperties"].iter().any(|key| schema.get(key).is_some());
    lists || is_object && !is_open
}

/// What a schema states about where to go on, taken apart in one pass: looking up each keyword costs a hash.
#[derive(Default)]
struct Parts<'s> {
    annotation: Option<&'s Value>,
    reference: Option<&'s str>,
    branches: [Option<&'s Vec<Value>>; 2],
    all_of: Option<&'s Vec<Value>>,
    properties: Option<&'s Map<String, Value>>,
    others: Option<&'s Value>,
    items: Option<&'s Value>,
}

impl<'s> Parts<'s> {
    fn of(schema: &'s Value, keyword: &str) -> Self {
        let mut parts = Self::default();
        for (key, value) in schema.as_object().into_iter().flatten() {
            if key == keyword {
                parts.annotation = Some(value);
            }
            match (key.as_str(), value) {
                ("$ref", Value::String(reference)) => parts.reference = Some(reference),
                ("oneOf", Value::Array(branches)) => parts.branches[0] = Some(branches),
                ("anyOf", Value::Array(branches)) => parts.branches[1] = Some(branches),
                ("allOf", Value::Array(schemas)) => parts.all_of = Some(schemas),
                ("properties", Value::Object(properties)) => parts.properties = Some(properties),
                ("additionalProperties", Value::Object(_)) => parts.others = Some(value),
                ("items", items) => parts.items = Some(items),
                _ => {}
            }
        }
        parts
    }

    /// The schema of a field: by its own name, by another name of it, or of any field.
    fn property(&self, key: &str) -> Option<&'s Value> {
        let own = self.properties.and_then(|properties| properties.get(key));
        let alias = || {
            self.properties?.values().find(|inner| {
                let aliases = inner.get("x-aliases").and_then(Value::as_array);
                aliases.is_some_and(|aliases| aliases.iter().any(|alias| alias == key))
            })
        };
        own.or_else(alias).or(self.others)
    }
}

fn is_type(document: &Value, name: &str) -> bool {
    match name {
        "null" => document.is_null(),
        "boolean" => document.is_boolean(),
        "integer" => document.is_i64() || document.is_u64() || document.as_f64().is_some_and(|n| n.fract() == 0.0),
        "number" => document.is_number(),
        "string" => document.is_string(),
        "array" => document.is_array(),
        "object" => document.is_object(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(schema: &Value, document: &Value) -> Vec<String> {
        let defs = json!({"seg": {"oneOf": [
            {"type": "object", "properties": {"type": {"const": "at"}, "qq": {"x-id": "user"}}},
            {"type": "object", "properties": {"type": {"const": "reply"}, "qq": {"x-id": "message"}}},
        ]}, "tagged": {"allOf": [
            {"if": {"properties": {"type": {"const": "at"}}, "required": ["type"]},
             "then": {"properties": {"id": {"x-id": "user"}}}},
            {"if": {"properties": {"type": {"const": "at"}}, "required": ["type", "id"],
                    "not": {"anyOf": [{"properties": {"id": {"const": 8}}, "required": ["id"]}]}},
             "then": {"properties": {"more": {"x-id": "message"}}}},
        ]}, "loop": {"$ref": "#/$defs/loop"}});
        let lookup = |name: &str| defs.get(name.trim_start_matches("#/$defs/"));
        places(&lookup, schema, document, "x-id")
            .into_iter()
            .map(|place| format!("{} {}", place.pointer, place.annotation))
            .collect()
    }

    #[test]
    fn places_come_in_the_order_of_the_schema() {
        let schema = json!({
            "properties": {"from": {"x-id": "user"}, "to": {"x-id": "user"}},
            "additionalProperties": {"x-id": "group"},
        });
        let expected = ["/from \"user\"", "/to \"user\"", "/b \"group\"", "/a \"group\""];
        assert_eq!(found(&schema, &json!({"to": 1, "b": 2, "from": 3, "a": 4})), expected);
    }

    #[test]
    fn what_no_schema_knows_is_left_out() {
        let schema = json!({"properties": {
            "id": {}, "any": {}, "untyped": {"type": "object", "x-untyped": "why"}, "none": {"type": ["object", "null"]}, "list": {"items": {"properties": {"a": {}}}},
            "one": {"oneOf": [{"type": "object", "properties": {"b": {}}}, {"type": "string"}]},
        }});
        let document = json!({"id": 1, "more": 2, "any": {"x": 3}, "untyped": {"y": 3}, "none": {"z": 3}, "list": [{"a": 4, "c": 5}, 6], "one": {"b": 7, "d": 8}});
        assert_eq!(
            known_part(&|_| None, &schema, &document),
            json!({"id": 1, "any": {"x": 3}, "untyped": {"y": 3}, "none": {}, "list": [{"a": 4}, 6], "one": {"b": 7}})
        );
    }

    #[test]
    fn references_are_followed_where_they_are_asked_for() {
        let schema = json!({"properties": {"whole": {"$ref": "#/$defs/whole"}}});
        let defs = json!({"whole": {"properties": {"part": {"$ref": "#/$defs/part"}}}, "part": {"type": "string"}});
        let lookup = |name: &str| defs.get(name.trim_start_matches("#/$defs/"));
        let found = places(&lookup, &schema, &json!({"whole": {"part": "a"}}), "$ref");
        let pointers: Vec<&str> = found.iter().map(|place| place.pointer.as_str()).collect();
        assert_eq!(pointers, ["/whole", "/whole/part"]);
    }

    #[test]
    fn annotations_are_found_where_they_stand() {
        let schema = json!({"properties": {
            "user_id": {"x-id": "user", "x-aliases": ["qq"]},
            "list": {"items": {"$ref": "#/$defs/seg"}},
            "by/name": {"additionalProperties": {"x-id": "group"}},
            "round": {"$ref": "#/$defs/loop"},
            "tagged": {"items": {"$ref": "#/$defs/tagged"}},
        }});
        let document = json!({
            "qq": 1, "user_id": 2, "other": 3, "round": 4,
            "list": [{"type": "at", "qq": 5}, {"type": "reply", "qq": 6}, "text"],
            "by/name": {"a~b": 7},
            "tagged": [{"type": "at", "id": 8, "more": 9}, {"type": "no", "id": 8}, {"type": "at", "id": 7, "more": 9}],
        });
        assert_eq!(
            found(&schema, &document),
            [
                "/user_id \"user\"",
                "/list/0/qq \"user\"",
                "/list/1/qq \"message\"",
                "/by~1name/a~0b \"group\"",
                "/tagged/0/id \"user\"",
                "/tagged/2/id \"user\"",
                "/tagged/2/more \"message\"",
                "/qq \"user\"",
            ]
        );
    }
}
