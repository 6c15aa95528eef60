//! Shapes into the subset of JSON Schema that contracts may use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::super::upstream::Upstream;
use super::TODO;
use super::learn::Learned;
use crate::annotations::UNTYPED;
use crate::reference;
use crate::shape::fits;
use crate::shape::{Direction, Field, Kind, Object, Shape, tag_of, tag_value};

/// How deep objects are written into each other.
const DEPTH: usize = 24;

/// How deep shared objects that nothing distinguishes are written out; they may hold each other.
const SHARED_DEPTH: usize = 3;

/// What a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Parameters of an action.
    Params,
    /// What an action answers.
    Result,
    /// A segment that is sent.
    Send,
    /// A segment that is received.
    Receive,
    /// An event.
    Event,
}

impl Role {
    /// The part of a contract that it stands in.
    fn part(self) -> &'static str {
        match self {
            Role::Params => "params",
            Role::Result => "result",
            Role::Send => "send",
            Role::Receive => "receive",
            Role::Event => "data",
        }
    }

    /// Whether the client writes it. Parameters are written in their canonical form; that strings are accepted as well
    /// follows from the dialect.
    fn is_sent(self) -> bool {
        matches!(self, Role::Params | Role::Send)
    }
}

/// Writes schemas, and remembers which shared types they use.
pub(super) struct Writer<'a> {
    there: &'a Upstream,
    learned: &'a Learned<'a>,
    /// Our names of shared types.
    names: BTreeMap<String, String>,
    waiting: Vec<String>,
    written: BTreeSet<String>,
    /// How many objects surround the field that is being written.
    depth: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(there: &'a Upstream, learned: &'a Learned<'a>, names: BTreeMap<String, String>) -> Self {
        Writer { there, learned, names, waiting: Vec::new(), written: BTreeSet::new(), depth: 0 }
    }

    /// A shared type that is used and not written yet, with our name of it.
    pub(super) fn next_type(&mut self) -> Option<(String, String)> {
        let name = self.waiting.pop()?;
        let own = self.names.get(&name)?.clone();
        Some((name, own))
    }

    /// A schema of type object, whatever the shape states.
    pub(super) fn object(&mut self, shape: &Shape, role: Role) -> Value {
        let alternatives = shape.alternatives(&self.there.types);
        match alternatives.as_slice() {
            [] => json!({ "type": "object", "properties": {} }),
            [one] => match &one.kind {
                Kind::Object(object) => self.fields(object, role),
                _ => self.untyped("object", "only states that there is something"),
            },
            several => self.one_object(several, role),
        }
    }

    /// The schema of a shape.
    pub(super) fn schema(&mut self, shape: &Shape, role: Role) -> Value {
        match &shape.kind {
            Kind::Unknown => self.untyped("", "gives no type"),
            Kind::Named(name) => self.named(name),
            Kind::Segment(direction) => reference(segment(*direction, role)),
            Kind::Event => reference("event"),
            Kind::Array(items) if !role.is_sent() && matches!(items.kind, Kind::Segment(_)) => {
                reference("message_array")
            }
            Kind::Array(items) => json!({ "type": "array", "items": self.schema(items, role) }),
            Kind::Object(object) if !object.stated => self.untyped("object", "only states that it is an object"),
            Kind::Object(object) => self.fields(object, role),
            Kind::Union(alternatives) => self.union(alternatives, role),
            Kind::Number if !self.there.says.integers => plain(&Kind::Integer, shape),
            kind => plain(kind, shape),
        }
    }

    fn untyped(&self, kind: &str, why: &str) -> Value {
        let mut schema = Map::new();
        if !kind.is_empty() {
            schema.insert("type".into(), kind.into());
        }
        schema.insert(UNTYPED.into(), format!("{} {why}", self.there.title()).into());
        Value::Object(schema)
    }

    fn named(&mut self, name: &str) -> Value {
        match self.names.get(name) {
            Some(own) if self.there.types.contains_key(name) => {
                let own = own.clone();
                if self.written.insert(name.to_owned()) {
                    self.waiting.push(name.to_owned());
                }
                reference(&own)
            }
            _ => self.untyped("", &format!("names {name} and does not say what that is")),
        }
    }

    fn union(&mut self, alternatives: &[Shape], role: Role) -> Value {
        if let Some(message) = message(alternatives, role) {
            return reference(message);
        }
        let (nulls, others): (Vec<&Shape>, Vec<&Shape>) = alternatives.iter().partition(|s| s.kind == Kind::Null);
        let others = canonical(&others, role, self.there.says.integers);
        let objects: Vec<&Shape> =
            others.iter().copied().filter(|s| matches!(s.resolve(&self.there.types).kind, Kind::Object(_))).collect();
        let mut branches = Vec::new();
        if objects.len() > 1 {
            branches.extend(self.tagged(&objects, role));
        }
        for shape in &others {
            if objects.len() < 2 || !objects.iter().any(|object| std::ptr::eq(*object, *shape)) {
                let schema = self.schema(shape, role);
                if !branches.contains(&schema) {
                    branches.push(schema);
                }
            }
        }
        if !nulls.is_empty() {
            if let [Value::Object(only)] = branches.as_mut_slice()
                && !only.contains_key("enum")
                && let Some(Value::String(kind)) = only.get("type").cloned()
                && kind != "object"
            {
                only.insert("type".into(), json!([kind, "null"]));
            } else {
                branches.push(json!({ "type": "null" }));
            }
        }
        if branches.len() == 1 { branches.remove(0) } else { json!({ "oneOf": branches }) }
    }

    /// Several objects: one by one where a field distinguish them, otherwise as one.
    fn tagged(&mut self, objects: &[&Shape], role: Role) -> Vec<Value> {
        let Some(tag) = tag_of(objects, &self.there.types) else { return vec![self.one_object(objects, role)] };
        objects
            .iter()
            .map(|shape| {
                if let Kind::Named(name) = &shape.kind {
                    return self.named(name);
                }
                let mut schema = self.object(shape, role);
                if let Some(value) = tag_value(shape, &tag, &self.there.types)
                    && let Some(Value::Object(properties)) = schema.get_mut("properties")
                {
                    properties.insert(tag.clone(), json!({ "const": value }));
                }
                schema
            })
            .collect()
    }

    /// Several objects that nothing distinguishes, as one: what not all of them require is optional.
    fn one_object(&mut self, objects: &[&Shape], role: Role) -> Value {
        let shared = objects.iter().any(|shape| matches!(shape.kind, Kind::Named(_)));
        if shared && self.depth > SHARED_DEPTH {
            return self.untyped("object", "has several objects here that nothing distinguishes");
        }
        let mut whole = Object { stated: true, ..Object::default() };
        let lists: Vec<&[Field]> = objects.iter().map(|shape| shape.fields(&self.there.types)).collect();
        for field in lists.iter().copied().flatten() {
            let everywhere =
                lists.iter().all(|list| list.iter().any(|f| f.name == field.name && f.required == Some(true)));
            match whole.fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) if known.shape.kind != field.shape.kind => {
                    let both = vec![known.shape.clone(), field.shape.clone()];
                    known.shape = Shape::union(both, field.shape.at.clone());
                }
                Some(known) => {
                    let new = field.shape.values.iter().filter(|value| !known.shape.values.contains(value)).cloned();
                    let new: Vec<Value> = new.collect();
                    known.shape.values.extend(new);
                }
                None => whole.fields.push(Field { required: Some(everywhere), ..field.clone() }),
            }
        }
        self.fields(&whole, role)
    }

    fn fields(&mut self, object: &Object, role: Role) -> Value {
        if self.depth > DEPTH {
            return self.untyped("object", "nests it without end");
        }
        let mut properties = Map::new();
        let mut required = Vec::new();
        self.depth += 1;
        for field in &object.fields {
            properties.insert(field.name.clone(), self.field(field, role));
            if field.required == Some(true) {
                required.push(Value::from(field.name.as_str()));
            }
        }
        self.depth -= 1;
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        if !properties.is_empty() || object.rest.is_none() {
            schema.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            schema.insert("required".into(), Value::Array(required));
        }
        if let Some(rest) = &object.rest {
            schema.insert("additionalProperties".into(), self.schema(rest, role));
        }
        Value::Object(schema)
    }

    /// The schema of a field with what contracts state about fields of its name.
    fn field(&mut self, field: &Field, role: Role) -> Value {
        let name = field.name.as_str();
        let mut schema = self.schema(&field.shape, role);
        // A document may only show the list; contracts know the whole message by the name of the field.
        let listed = matches!(&field.shape.kind, Kind::Array(items) if matches!(items.kind, Kind::Segment(_)));
        if listed && let Some(whole) = self.learned.reference(name, role.part()) {
            schema = json!({ "$ref": whole });
        }
        let Value::Object(map) = &mut schema else { return schema };
        let string = map.get("type").is_some_and(|kind| kind == "string") && !map.contains_key("enum");
        if role.is_sent() && string && self.learned.is_whole_id(name) {
            // The document types ids of its own parameters as strings; a dialect that takes numbers as strings has them
            // as numbers in its contracts.
            map.insert("type".into(), "integer".into());
        }
        let kind = map.get("type").map(|kind| kind.get(0).unwrap_or(kind));
        let kind = kind.and_then(Value::as_str).unwrap_or_default().to_owned();
        if kind == "integer" && !map.contains_key("minimum") {
            map.extend(self.learned.bounds(name));
        }
        if let Some(default) = &field.default
            && let Some(default) = converted(default, &kind).or_else(|| {
                // Alternatives or a shared type: one of them has to have it.
                let alternatives = field.shape.alternatives(&self.there.types);
                (kind.is_empty() && alternatives.iter().any(|shape| fits(&shape.kind, default)))
                    .then(|| default.clone())
            })
        {
            map.insert("default".into(), default);
        }
        if map.contains_key("const") {
            return schema;
        }
        if !matches!(kind.as_str(), "object" | "array" | "null") && !map.contains_key("$ref") {
            map.extend(self.learned.annotations(name));
        }
        let description = self.learned.description(name, role.part()).unwrap_or(TODO);
        map.insert("description".into(), description.into());
        schema
    }
}

fn segment(direction: Option<Direction>, role: Role) -> &'static str {
    let sent = direction.map_or(role.is_sent(), |direction| direction == Direction::Send);
    if sent { "segment_send" } else { "segment_receive" }
}

/// The shared type of a whole message, where the alternatives are the forms of one.
fn message(alternatives: &[Shape], role: Role) -> Option<&'static str> {
    let is_list = |shape: &Shape| matches!(&shape.kind, Kind::Array(items) if matches!(items.kind, Kind::Segment(_)));
    let known = |shape: &Shape| is_list(shape) || matches!(shape.kind, Kind::String | Kind::Segment(_));
    let whole = alternatives.iter().any(is_list) && alternatives.iter().all(known);
    whole.then_some(if role.is_sent() { "message_send" } else { "message_receive" })
}

/// Alternatives without those that are only another way of writing: where the client writes, a number or a boolean may
/// be written as a string, which follows from the dialect. Some values of a type state nothing beside all of them.
fn canonical<'s>(alternatives: &[&'s Shape], role: Role, integers: bool) -> Vec<&'s Shape> {
    let number = |shape: &Shape| matches!(shape.kind, Kind::Integer | Kind::Number | Kind::Boolean);
    let as_string = role.is_sent() && alternatives.iter().any(|shape| number(shape));
    let whole = alternatives.iter().any(|shape| shape.kind == Kind::Integer);
    let all_of = |kind: &Kind| alternatives.iter().any(|shape| shape.kind == *kind && shape.values.is_empty());
    alternatives
        .iter()
        .copied()
        .filter(|shape| !(as_string && shape.kind == Kind::String && shape.values.is_empty()))
        .filter(|shape| shape.values.is_empty() || !all_of(&shape.kind))
        .filter(|shape| !(whole && integers && shape.kind == Kind::Number))
        .collect()
}

fn plain(kind: &Kind, shape: &Shape) -> Value {
    let mut schema = Map::new();
    match shape.values.as_slice() {
        [value] => {
            schema.insert("const".into(), value.clone());
        }
        values => {
            schema.insert("type".into(), kind.word().into());
            if !values.is_empty() {
                schema.insert("enum".into(), json!(values));
            }
            schema.extend(shape.bounds.clone());
        }
    }
    Value::Object(schema)
}

/// A default in the type of its field, if it can be written so.
fn converted(default: &Value, kind: &str) -> Option<Value> {
    let parsed = match (kind, default) {
        ("integer", Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        ("boolean", Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.or_else(|| Kind::of_word(kind).is_some_and(|kind| fits(&kind, default)).then(|| default.clone()))
}
