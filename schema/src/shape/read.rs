//! JSON Schema into shapes: for contracts, for OpenAPI documents and for Milky's definition.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::{Field, Kind, Object, Shape};
use crate::annotations::{ALIASES, ID};

/// How deep schemas and references may be nested.
const DEPTH: usize = 40;

/// Keywords that are carried along without being compared, by the type that they bound.
const BOUNDS: [(&str, &[&str]); 3] = [
    ("number", &["minimum", "maximum"]),
    ("string", &["minLength", "maxLength", "pattern"]),
    ("array", &["minItems", "maxItems"]),
];

/// The largest whole number that every JSON implementation can hold; generators write it where nobody set a bound.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Reads schemas of one document.
pub(crate) struct Reader<'a> {
    /// The document that references point into.
    root: &'a Value,
    /// What a reference names, where it names a shared type.
    named: &'a dyn Fn(&str) -> Option<Shape>,
    /// Places that are no schema, with what is wrong.
    problems: RefCell<Vec<(String, String)>>,
    /// Places that state nothing that can be compared, with the reason; the rest of the document is not worse for them.
    unreadable: RefCell<Vec<(String, String)>>,
}

impl<'a> Reader<'a> {
    /// A reader; `named` decides which references are shared types, the others are followed in `root`.
    pub(crate) fn new(root: &'a Value, named: &'a dyn Fn(&str) -> Option<Shape>) -> Self {
        Reader { root, named, problems: RefCell::default(), unreadable: RefCell::default() }
    }

    /// The first place that is no schema.
    pub(crate) fn problem(&self) -> Option<(String, String)> {
        self.problems.borrow().first().cloned()
    }

    /// The places that cannot be compared, with the reason.
    pub(crate) fn unreadable(&self) -> Vec<(String, String)> {
        self.unreadable.borrow().clone()
    }

    /// What a reference within the document points to.
    pub(crate) fn target(&self, reference: &str) -> Option<&'a Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// The shape that a schema describes.
    pub(crate) fn shape(&self, schema: &Value, at: &str) -> Shape {
        self.read(schema, at, 0)
    }

    fn fail(&self, at: &str, problem: impl Into<String>) -> Shape {
        self.problems.borrow_mut().push((at.to_owned(), problem.into()));
        Shape::unknown(at)
    }

    fn read(&self, schema: &Value, at: &str, depth: usize) -> Shape {
        if depth > DEPTH {
            return self.fail(at, format!("schemas are nested deeper than {DEPTH} levels, or refer to themselves"));
        }
        let map = match schema {
            Value::Bool(_) => return Shape::unknown(at),
            Value::Object(map) => map,
            _ => return self.fail(at, "a schema is an object, true or false"),
        };
        if let Some(reference) = map.get("$ref") {
            let Some(reference) = reference.as_str() else {
                return self.fail(&format!("{at}/$ref"), "a reference is a string");
            };
            return self.reference(reference, at, depth);
        }
        if let Some(parts) = map.get("allOf") {
            return self.all_of(map, parts, at, depth);
        }
        for word in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = map.get(word)
                && !branches.iter().all(only_required)
            {
                let alternatives = branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.read(branch, &format!("{at}/{word}/{index}"), depth + 1))
                    .collect();
                return Shape::union(alternatives, at);
            }
        }
        self.plain(map, at, depth)
    }

    fn reference(&self, reference: &str, at: &str, depth: usize) -> Shape {
        if let Some(mut shape) = (self.named)(reference) {
            at.clone_into(&mut shape.at);
            return shape;
        }
        match self.target(reference) {
            Some(target) => self.read(target, reference, depth + 1),
            None => self.fail(at, format!("{reference} points to nothing in this document")),
        }
    }

    fn all_of(&self, map: &Map<String, Value>, parts: &Value, at: &str, depth: usize) -> Shape {
        let Value::Array(parts) = parts else {
            return self.fail(&format!("{at}/allOf"), "allOf is a list of schemas");
        };
        let mut whole = Object::default();
        let mut other = None;
        let own = map.contains_key("properties").then(|| self.plain(map, at, depth));
        let read = parts.iter().enumerate().map(|(index, part)| {
            let place = format!("{at}/allOf/{index}");
            match part.get("$ref").and_then(Value::as_str).and_then(|reference| self.target(reference)) {
                Some(target) => self.read(target, &place, depth + 1),
                None => self.read(part, &place, depth + 1),
            }
        });
        for part in own.into_iter().chain(read) {
            match part.kind {
                Kind::Object(object) => overlay(&mut whole, object),
                Kind::Unknown => {}
                _ => other = Some(part),
            }
        }
        match other {
            Some(other) if !whole.stated => other,
            _ => Shape::new(Kind::Object(whole), at),
        }
    }

    /// A schema without references and alternatives.
    fn plain(&self, map: &Map<String, Value>, at: &str, depth: usize) -> Shape {
        let values: Vec<Value> = match (map.get("const"), map.get("enum")) {
            (Some(value), _) => vec![value.clone()],
            (None, Some(Value::Array(values))) => values.clone(),
            (None, Some(_)) => return self.fail(&format!("{at}/enum"), "enum is a list of values"),
            (None, None) => Vec::new(),
        };
        let words: Vec<&str> = match map.get("type") {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            Some(_) => return self.fail(&format!("{at}/type"), "type is a name or a list of names"),
            None if map.contains_key("properties") => vec!["object"],
            None if map.contains_key("items") => vec!["array"],
            None => words_of(&values),
        };
        let mut alternatives = Vec::new();
        for word in words {
            let Some(kind) = Kind::of_word(word) else {
                self.unreadable.borrow_mut().push((format!("{at}/type"), format!("there is no type {word}")));
                return Shape::unknown(at);
            };
            let kind = match kind {
                Kind::Object(_) => self.object(map, at, depth),
                Kind::Array(_) => self.array(map, at, depth),
                kind => kind,
            };
            let mut shape = Shape::new(kind, at);
            shape.values = values.iter().filter(|value| fits(&shape.kind, value)).cloned().collect();
            if shape.kind == Kind::Null {
                shape.values = Vec::new();
            }
            shape.bounds = bounds(map, &shape.kind);
            shape.id = map.get(ID).and_then(Value::as_str).map(str::to_owned);
            alternatives.push(shape);
        }
        let shape = Shape::union(alternatives, at);
        if map.get("nullable") == Some(&Value::Bool(true)) { shape.or_null() } else { shape }
    }

    fn array(&self, map: &Map<String, Value>, at: &str, depth: usize) -> Kind {
        let place = format!("{at}/items");
        Kind::Array(Box::new(match map.get("items") {
            Some(items) => self.read(items, &place, depth + 1),
            None => Shape::unknown(place),
        }))
    }

    fn object(&self, map: &Map<String, Value>, at: &str, depth: usize) -> Kind {
        let required: Vec<&str> = match map.get("required") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut object = Object { stated: map.contains_key("properties"), ..Object::default() };
        if let Some(properties) = map.get("properties") {
            let Value::Object(properties) = properties else {
                return self.fail(&format!("{at}/properties"), "properties is an object of schemas").kind;
            };
            for (name, schema) in properties {
                let place = format!("{at}/properties/{}", escape(name));
                object.fields.push(Field {
                    name: name.clone(),
                    aliases: strings(schema.get(ALIASES)),
                    shape: self.read(schema, &place, depth + 1),
                    required: Some(required.contains(&name.as_str())),
                    default: schema.get("default").cloned(),
                });
            }
        }
        match map.get("additionalProperties") {
            Some(rest @ Value::Object(_)) => {
                object.rest = Some(Box::new(self.read(rest, &format!("{at}/additionalProperties"), depth + 1)));
                object.stated = true;
            }
            Some(Value::Bool(false)) => {
                object.stated = true;
                object.closed = true;
            }
            _ => {}
        }
        if let Some(Value::Array(sets)) = map.get("anyOf")
            && sets.iter().all(only_required)
        {
            object.sets = sets.iter().map(|set| strings(set.get("required"))).collect();
        }
        Kind::Object(object)
    }
}

/// Puts the fields of one part of an `allOf` over those before it.
fn overlay(whole: &mut Object, part: Object) {
    whole.stated |= part.stated;
    if part.rest.is_some() {
        whole.rest = part.rest;
    }
    for field in part.fields {
        match whole.fields.iter_mut().find(|before| before.name == field.name) {
            Some(before) => {
                let required = before.required.max(field.required);
                *before = field;
                before.required = required;
            }
            None => whole.fields.push(field),
        }
    }
}

/// Whether a branch only states which fields must be there together, and which value others have then.
fn only_required(branch: &Value) -> bool {
    let fixed = |schema: &Value| schema.as_object().is_some_and(|map| map.len() == 1 && map.contains_key("const"));
    let others = |(key, value): (&String, &Value)| match key.as_str() {
        "required" => true,
        "properties" => value.as_object().is_some_and(|properties| properties.values().all(fixed)),
        _ => false,
    };
    branch.as_object().is_some_and(|map| map.contains_key("required") && map.iter().all(others))
}

/// The type names of values, each once.
fn words_of(values: &[Value]) -> Vec<&'static str> {
    let mut words = Vec::new();
    for value in values {
        let word = word_of(value);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The type name of a value.
pub(crate) fn word_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a value can be of a kind.
pub(crate) fn fits(kind: &Kind, value: &Value) -> bool {
    match (kind.word(), word_of(value)) {
        ("number", "integer") | ("any", _) => true,
        (kind, value) => kind == value,
    }
}

/// The bounds that a kind can have.
fn bounds(map: &Map<String, Value>, kind: &Kind) -> Map<String, Value> {
    let open = |value: &Value| value.as_u64() == Some(SAFE_INTEGER) || value.as_i64() == Some(-(1 << 53) + 1);
    let of_kind = BOUNDS.iter().filter(|(of, _)| *of == kind.word() || (*of == "number" && *kind == Kind::Integer));
    of_kind
        .flat_map(|(_, words)| *words)
        .filter_map(|word| map.get(*word).filter(|value| !open(value)).map(|value| ((*word).to_owned(), value.clone())))
        .collect()
}

/// The strings of a list, if it is one.
pub(crate) fn strings(value: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(list)) = value else { return Vec::new() };
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A key as it is written in a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
