//! Values as an implementation takes them, though they are not what it documents.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::annotations::COERCES;
use crate::defs::{self, MESSAGE, SEGMENT, SEGMENT_DATA, SEGMENT_TYPE};
use crate::dialect::Dialect;
use crate::model::{Action, Coercion, Presence, Schema};
use crate::validate::{accepts_type, escape_pointer, same, types_of};
use crate::violation::{Violation, brief, type_name};

/// How many schemas may be open at once.
const MAX_FRAMES: usize = 300;

/// A value made what the contract documents, as far as the coercions of the dialect go.
#[derive(Debug, Clone, PartialEq)]
pub struct Coerced {
    /// The value as the implementation reads it.
    pub value: Value,
    /// Where the given value is not what is documented.
    pub undocumented: Vec<Violation>,
    /// JSON pointers to what is required, left out and not missed, with the empty value that stands for it.
    absent: Vec<(String, Value)>,
}

impl Coerced {
    /// Whether a difference from the contract is no defect, because what is left out there is not missed.
    pub fn excuses(&self, violation: &Violation) -> bool {
        self.absent.iter().any(|(pointer, _)| *pointer == violation.pointer)
    }

    /// The value with something empty in each place that is required, left out and not missed: a text without characters, 0,
    /// false, a list without items.
    pub fn completed(self) -> Value {
        let Self { mut value, absent, .. } = self;
        for (pointer, empty) in absent {
            if let Some((parent, name)) = pointer.rsplit_once('/')
                && let Some(Value::Object(members)) = value.pointer_mut(parent)
            {
                members.insert(name.replace("~1", "/").replace("~0", "~"), empty);
            }
        }
        value
    }
}

impl Dialect {
    /// The parameters of an action as an implementation reads them: [normalised](Self::normalise_params), and then
    /// converted where it takes more than it documents.
    pub fn coerce_params(&self, action: &Action, params: Value) -> Coerced {
        let params = self.normalise_params(action, params);
        self.coerce(&action.params, params, &self.file.coercions.params)
    }

    /// Whether the segments of a message are looked at when it is put together, so that its parameters are never refused for them.
    pub fn reads_segments_late(&self, action: &Action, violation: &Violation) -> bool {
        if self.file.coercions.unread_segments.is_none() {
            return false;
        }
        let mut steps = violation.pointer.split('/').skip(1);
        let Some(name) = steps.next() else { return false };
        steps.next().is_some()
            && action.params.get("properties").and_then(|it| it.get(name)).is_some_and(holds_segments)
    }

    /// Whether a message goes out without this segment, which could not be read.
    pub fn leaves_out(&self, segment: &Value) -> bool {
        let Some(unread) = &self.file.coercions.unread_segments else { return false };
        let name = segment.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default();
        let known = self.segments.get(name).is_some_and(|it| it.send.is_some() && it.presence == Presence::Current);
        unread.left_out.iter().any(|it| it == name) || (unread.unknown_left_out && !known)
    }

    /// The data of a segment to send as an implementation reads it.
    pub fn coerce_segment(&self, data: &Schema, value: Value) -> Coerced {
        self.coerce(data, value, &self.file.coercions.segments)
    }

    fn coerce(&self, schema: &Schema, mut value: Value, rules: &[Coercion]) -> Coerced {
        let mut walk =
            Walk { dialect: self, path: String::new(), frames: 0, undocumented: Vec::new(), absent: Vec::new() };
        walk.value(schema, &mut value, rules);
        Coerced { value, undocumented: walk.undocumented, absent: walk.absent }
    }
}

/// Walks a schema and a value side by side, and converts the value on the way.
struct Walk<'a> {
    dialect: &'a Dialect,
    path: String,
    frames: usize,
    undocumented: Vec<Violation>,
    absent: Vec<(String, Value)>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, schema: &'a Schema, value: &mut Value, rules: &[Coercion]) {
        if self.frames >= MAX_FRAMES {
            return;
        }
        self.frames += 1;
        self.step(schema, value, rules);
        self.frames -= 1;
    }

    fn step(&mut self, schema: &'a Schema, value: &mut Value, rules: &[Coercion]) {
        let own = rules_at(schema);
        let rules = own.as_deref().unwrap_or(rules);
        let defs = self.dialect.defs();
        if let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(target) = defs::referenced(pointer).and_then(|name| defs.get(name)) {
                self.value(target, value, rules);
            }
            return;
        }
        if let Some(data) = data_of_segment(schema, value) {
            let rules = &self.dialect.file.coercions.segments;
            if rules.contains(&Coercion::DataAbsent) {
                self.supply_data(data, value);
            }
            if let Some(inner) = value.get_mut(SEGMENT_DATA) {
                self.within(SEGMENT_DATA, |walk| walk.value(data, inner, rules));
            }
            return;
        }
        if let Some(alternatives) = schema.get("oneOf").and_then(Value::as_array) {
            self.object(schema, value, rules);
            if let Some(chosen) = choose(alternatives, value, rules, defs) {
                self.value(chosen, value, rules);
            }
            return;
        }
        self.convert(schema, value, rules);
        self.object(schema, value, rules);
        if let (Some(items), Value::Array(list)) = (schema.get("items"), value) {
            for (index, item) in list.iter_mut().enumerate() {
                self.within(&index.to_string(), |walk| walk.value(items, item, rules));
            }
        }
    }

    /// Gives a segment without data an object to look for its data in, or null where that is documented.
    fn supply_data(&mut self, data: &Schema, segment: &mut Value) {
        let takes_null = self.admits_null(data);
        let found = match segment.get(SEGMENT_DATA) {
            None => "nothing",
            Some(Value::Null) if !takes_null => "null",
            Some(_) => return,
        };
        segment[SEGMENT_DATA] = if takes_null { Value::Null } else { Value::Object(Map::new()) };
        let pointer = format!("{}/{SEGMENT_DATA}", self.path);
        self.undocumented.push(Violation::new(&pointer, self.wanted(data), found));
    }

    fn object(&mut self, schema: &'a Schema, value: &mut Value, rules: &[Coercion]) {
        let (Some(properties), Value::Object(members)) = (schema.get("properties").and_then(Value::as_object), value)
        else {
            return;
        };
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in properties {
            let own = rules_at(property);
            let rules = own.as_deref().unwrap_or(rules);
            let optional = !required.contains(&name.as_str());
            let types = types_of(property, self.dialect.defs()).unwrap_or_default();
            let nothing = empty(&types);
            match members.get_mut(name) {
                // Something empty stands for what is not there, also where a value was completed before.
                found
                    if !optional
                        && rules.contains(&Coercion::Absent)
                        && found.as_ref().is_none_or(|it| **it == nothing) =>
                {
                    let pointer = format!("{}/{}", self.path, escape_pointer(name));
                    let found = found.map_or("nothing".into(), |it| brief(it));
                    self.undocumented.push(Violation::new(&pointer, self.wanted(property), found));
                    self.absent.push((pointer, nothing));
                }
                None => {}
                Some(Value::Null)
                    if optional && rules.contains(&Coercion::NullAsAbsent) && !self.admits_null(property) =>
                {
                    members.shift_remove(name);
                    self.within(name, |walk| walk.report(property, "null"));
                }
                Some(member) => self.within(name, |walk| walk.value(property, member, rules)),
            }
        }
    }

    /// Makes of a value what the schema wants, where the value is of another type.
    fn convert(&mut self, schema: &'a Schema, value: &mut Value, rules: &[Coercion]) {
        let Some(types) = types_of(schema, self.dialect.defs()) else { return };
        if types.iter().any(|name| accepts_type(&Value::from(*name), value)) {
            return;
        }
        if let Some(turned) = rules.iter().find_map(|rule| turn(*rule, &types, value)) {
            let found = type_name(value);
            *value = turned;
            self.report(schema, found);
        }
    }

    fn admits_null(&self, schema: &Schema) -> bool {
        types_of(schema, self.dialect.defs()).is_none_or(|types| types.contains(&"null"))
    }

    fn wanted(&self, schema: &Schema) -> String {
        types_of(schema, self.dialect.defs()).map_or_else(|| "a value".into(), |types| types.join(" or "))
    }

    fn report(&mut self, schema: &Schema, found: &str) {
        self.undocumented.push(Violation::new(&self.path, self.wanted(schema), found));
    }

    fn within(&mut self, step: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&escape_pointer(step));
        inside(self);
        self.path.truncate(length);
    }
}

/// The empty value of the first of these types.
fn empty(types: &[&str]) -> Value {
    match types.first() {
        Some(&"string") => Value::from(""),
        Some(&("integer" | "number")) => Value::from(0),
        Some(&"boolean") => Value::from(false),
        Some(&"array") => Value::Array(Vec::new()),
        Some(&"object") => Value::Object(Map::new()),
        _ => Value::Null,
    }
}

fn rules_at(schema: &Schema) -> Option<Vec<Coercion>> {
    schema.get(COERCES).and_then(|list| Vec::deserialize(list).ok())
}

/// The alternative of a union that a value means: that of its type, otherwise the first to which it can be converted.
fn choose<'a>(
    alternatives: &'a [Schema],
    value: &Value,
    rules: &[Coercion],
    defs: &'a Map<String, Value>,
) -> Option<&'a Schema> {
    let types = |schema: &'a Schema| types_of(schema, defs);
    let of_type = |schema: &&'a Schema| {
        types(schema).is_none_or(|types| types.iter().any(|name| accepts_type(&Value::from(*name), value)))
    };
    let tagged = |schema: &&'a Schema| {
        schema.get("properties").and_then(Value::as_object).is_none_or(|properties| {
            properties.iter().all(|(name, property)| match (property.get("const"), value.get(name)) {
                (Some(wanted), Some(found)) => same(wanted, found),
                (Some(_), None) => false,
                (None, _) => true,
            })
        })
    };
    let turned = |schema: &&'a Schema| {
        types(schema).is_some_and(|types| rules.iter().any(|rule| turn(*rule, &types, value).is_some()))
    };
    alternatives.iter().find(|schema| of_type(schema) && tagged(schema)).or_else(|| alternatives.iter().find(turned))
}

/// A value of one of the types, made by one coercion; None where it makes none.
fn turn(rule: Coercion, types: &[&str], value: &Value) -> Option<Value> {
    let wants = |name: &str| types.contains(&name);
    let number = || wants("integer") || wants("number");
    match (rule, value) {
        (Coercion::NumberToString, Value::Number(number)) if wants("string") => Some(number.to_string().into()),
        (Coercion::BooleanToString, Value::Bool(truth)) if wants("string") => Some(truth.to_string().into()),
        (Coercion::StringToNumber, Value::String(text)) if number() => {
            let whole = text.trim().parse::<i64>().ok().map(Value::from);
            let fraction = || text.trim().parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number);
            whole.or_else(|| wants("number").then(fraction).flatten())
        }
        (Coercion::StringToBoolean, Value::String(text)) if wants("boolean") => match text.as_str() {
            "true" | "1" => Some(true.into()),
            "false" | "0" => Some(false.into()),
            _ => None,
        },
        (Coercion::NumberToBoolean, Value::Number(number)) if wants("boolean") => match number.as_i64() {
            Some(1) => Some(true.into()),
            Some(0) => Some(false.into()),
            _ => None,
        },
        (Coercion::BooleanToNumber, Value::Bool(truth)) if number() => Some(i64::from(*truth).into()),
        (Coercion::BooleanToNumber, Value::String(text)) if number() => match text.as_str() {
            "true" => Some(1.into()),
            "false" => Some(0.into()),
            _ => None,
        },
        (Coercion::ScalarToArray, Value::String(_) | Value::Number(_) | Value::Bool(_)) if wants("array") => {
            Some(Value::Array(vec![value.clone()]))
        }
        _ => None,
    }
}

/// Whether a schema is a message, or a list of segments.
fn holds_segments(schema: &Schema) -> bool {
    let names = |schema: &Schema, wanted: &str| {
        schema.get("$ref").and_then(Value::as_str).and_then(defs::referenced) == Some(wanted)
    };
    names(schema, MESSAGE) || schema.get("items").is_some_and(|items| names(items, SEGMENT))
}

/// What the union of all segments states of the data of a segment.
fn data_of_segment<'s>(schema: &'s Schema, value: &Value) -> Option<&'s Schema> {
    let cases = schema.get("allOf")?.as_array()?;
    let name = value.get(SEGMENT_TYPE)?;
    let case = cases.iter().find(|case| case["if"]["properties"][SEGMENT_TYPE].get("const") == Some(name))?;
    case["then"]["properties"].get(SEGMENT_DATA)
}
