//! What an example reports: a shape where nothing else does, and contradictions where something does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::upstream::Says;
use crate::shape::word_of;
use crate::shape::{Field, Kind, Object, Shape, Types};

/// How deep examples are read.
const DEPTH: usize = 24;

/// The shape of one value. Nothing is known about what is required.
pub(super) fn shape_of(value: &Value, at: &str) -> Shape {
    let Some(kind) = Kind::of_word(word_of(value)) else { return Shape::unknown(at) };
    match value {
        // An example that shows null states that there may be null, and not what there is otherwise.
        Value::Null => Shape::unknown(at),
        Value::Array(list) => {
            let items = list.iter().fold(Shape::unknown(at), |known, item| join(known, shape_of(item, at)));
            Shape::array(items, at)
        }
        Value::Object(map) => {
            let fields = map.iter().filter(|(name, _)| is_name(name));
            let fields = fields.map(|(name, value)| seen(name, shape_of(value, at)));
            let fields: Vec<Field> = fields.collect();
            let stated = !fields.is_empty();
            Shape::new(Kind::Object(Object { fields, stated, partial: true, ..Object::default() }), at)
        }
        _ => Shape::new(kind, at),
    }
}

/// What two examples of the same thing show together; unknown where they differ.
fn join(one: Shape, other: Shape) -> Shape {
    match (one.kind, other.kind) {
        (Kind::Unknown, kind) | (kind, Kind::Unknown) => Shape::new(kind, one.at),
        (Kind::Object(mut left), Kind::Object(right)) => {
            for field in right.fields {
                match left.fields.iter_mut().find(|before| before.name == field.name) {
                    Some(before) => before.shape = join(before.shape.clone(), field.shape),
                    None => left.fields.push(field),
                }
            }
            left.stated |= right.stated;
            Shape::new(Kind::Object(left), one.at)
        }
        (Kind::Array(left), Kind::Array(right)) => Shape::array(join(*left, *right), one.at),
        (left, right) if left == right => Shape::new(left, one.at),
        (left @ Kind::Number, Kind::Integer) | (Kind::Integer, left @ Kind::Number) => Shape::new(left, one.at),
        _ => Shape::unknown(one.at),
    }
}

/// A field that an example shows.
fn seen(name: &str, shape: Shape) -> Field {
    Field { required: None, ..Field::new(name, shape, false) }
}

/// Adds to a shape what only an example shows: fields, and types where there are none.
pub(super) fn enrich(shape: &mut Shape, value: &Value, at: &str) {
    fill(shape, value, at, true, "", &mut Vec::new());
}

/// Gives a shape the types that only an example shows, where it has none, and reports the pointers of these places.
pub(super) fn fill_unknown(shape: &mut Shape, value: &Value, at: &str, pointer: &str) -> Vec<String> {
    let mut filled = Vec::new();
    fill(shape, value, at, false, pointer, &mut filled);
    filled
}

fn fill(shape: &mut Shape, value: &Value, at: &str, add: bool, pointer: &str, filled: &mut Vec<String>) {
    match (&mut shape.kind, value) {
        (_, Value::Null) => {}
        (Kind::Unknown, value) => {
            shape.kind = shape_of(value, at).kind;
            filled.push(pointer.to_owned());
        }
        (Kind::Array(items), Value::Array(list)) => {
            for item in list {
                fill(items, item, at, add, &format!("{pointer}/[]"), filled);
            }
        }
        (Kind::Object(object), Value::Object(map)) if !object.stated && map.keys().any(|name| is_name(name)) => {
            shape.kind = shape_of(value, at).kind;
            filled.push(pointer.to_owned());
        }
        (Kind::Object(object), Value::Object(map)) => {
            for (name, value) in map {
                match object.fields.iter_mut().find(|field| field.name == *name) {
                    Some(field) => fill(&mut field.shape, value, at, add, &format!("{pointer}/{name}"), filled),
                    None if add && is_name(name) => object.fields.push(seen(name, shape_of(value, at))),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Takes back what an editor derived from an example that has nothing in this place: a list of strings from an empty
/// list.
pub(super) fn doubt(shape: &mut Shape, value: &Value) {
    match (&mut shape.kind, value) {
        (Kind::Array(items), Value::Array(list))
            if list.is_empty() && items.kind == Kind::String && items.values.is_empty() =>
        {
            items.kind = Kind::Unknown;
        }
        (Kind::Array(items), Value::Array(list)) => list.iter().for_each(|item| doubt(items, item)),
        (Kind::Object(object), Value::Object(map)) => {
            for field in &mut object.fields {
                if let Some(value) = map.get(&field.name) {
                    doubt(&mut field.shape, value);
                }
            }
        }
        _ => {}
    }
}

/// Collects where a value is not what a shape states, by pointer.
pub(super) fn contradictions(
    shape: &Shape,
    value: &Value,
    at: &str,
    types: &Types,
    says: Says,
    found: &mut BTreeMap<String, String>,
) {
    check(shape, value, at, types, says, found, 0);
}

fn check(
    shape: &Shape,
    value: &Value,
    at: &str,
    types: &Types,
    says: Says,
    found: &mut BTreeMap<String, String>,
    depth: usize,
) {
    let alternatives = shape.alternatives(types);
    let word = word_of(value);
    let fitting: Vec<&&Shape> = alternatives.iter().filter(|shape| matches(&shape.kind, word, says)).collect();
    let Some(first) = fitting.first() else {
        found
            .entry(at.to_owned())
            .or_insert_with(|| format!("typed {}, but an example of the same document has {word}", shape.title(types)));
        return;
    };
    if fitting.len() > 1 || depth > DEPTH {
        return;
    }
    match (&first.kind, value) {
        (Kind::Number, value) if word == "number" && !says.integers => {
            found.entry(at.to_owned()).or_insert_with(|| format!("an example has a fraction: {value}"));
        }
        (Kind::Array(items), Value::Array(list)) => {
            for item in list {
                check(items, item, &format!("{at}/[]"), types, says, found, depth + 1);
            }
        }
        (Kind::Object(object), Value::Object(map)) if object.stated => {
            for (name, value) in map {
                match object.field(name) {
                    Some(field) => check(&field.shape, value, &format!("{at}/{name}"), types, says, found, depth + 1),
                    None if is_name(name) && object.rest.is_none() => {
                        let word = word_of(value);
                        found.entry(format!("{at}/{name}")).or_insert_with(|| {
                            format!("an example of the same document has it as {word}, its schema does not")
                        });
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

fn matches(kind: &Kind, word: &str, says: Says) -> bool {
    match kind {
        Kind::Unknown | Kind::Named(_) => true,
        Kind::Segment(_) | Kind::Event => word == "object",
        Kind::Number => word == "number" || word == "integer",
        Kind::Integer if !says.integers => word == "number" || word == "integer",
        kind => kind.word() == word,
    }
}

/// Whether a key of an example is the name of a field and not a remark or a placeholder.
pub(super) fn is_name(key: &str) -> bool {
    !key.is_empty()
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !key.starts_with(|c: char| c.is_ascii_digit())
}
