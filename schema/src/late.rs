//! Which differences of parameters from their contract a build finds when an action does its work, and not before.

use serde_json::Value;

use crate::annotations::ID;
use crate::defs;
use crate::dialect::Dialect;
use crate::model::{Action, GivenType, LateValues, Schema};
use crate::validate::{accepts_type, types_of};
use crate::violation::Violation;

/// What comes of a difference that the check of the parameters lets pass.
#[derive(Debug, Clone, PartialEq)]
pub enum Late {
    /// The action fails.
    Fails,
    /// The value is used as it is.
    Kept,
    /// This value counts in its place, or none.
    CountsAs(Option<Value>),
}

impl Dialect {
    /// What comes of a difference of parameters from their contract; None where the check of the parameters refuses it.
    pub fn late(&self, action: &Action, params: &Value, violation: &Violation) -> Option<Late> {
        let late = &self.file.late_checks;
        if violation.pointer.is_empty() {
            return (late.forms && params.is_object()).then_some(Late::Fails);
        }
        let place = self.place(action, &violation.pointer)?;
        let schema = place.schema;
        let types = types_of(schema, self.defs()).unwrap_or_default();
        let is_id = schema.get(ID).is_some();
        let usual = match types.first() {
            Some(&("integer" | "number")) if is_id => &late.ids,
            Some(&("integer" | "number")) => &late.numbers,
            Some(&"boolean") => &late.booleans,
            _ => &NOTHING,
        };
        let values = place.late.unwrap_or(usual);
        let given = params.pointer(&violation.pointer);
        let passes = values.types.contains(&GivenType::of(given));
        let Some(value) = given else { return passes.then_some(Late::Fails) };
        if types.iter().any(|name| accepts_type(&Value::from(*name), value)) {
            let is_listed_text = schema.get("enum").is_some() && value.is_string();
            let is_taken = passes || (late.bounds && !is_listed_text);
            let is_none = is_id && !place.is_required && late.no_id.contains(value);
            return is_taken.then(|| match is_id {
                true if is_none => Late::CountsAs(None),
                true => Late::Fails,
                // A word that means nothing.
                false if is_listed_text => counts_as(values, place.is_required),
                false => Late::Kept,
            });
        }
        let is_fraction = late.bounds && value.is_number() && types.contains(&"integer");
        if !(passes || is_fraction) {
            return None;
        }
        if is_id {
            let is_none =
                !place.is_required && (late.no_id.contains(value) || !value.is_string() && !value.is_number());
            return Some(if is_none { Late::CountsAs(None) } else { Late::Fails });
        }
        // The whole part of a fraction.
        if let (true, Some(number)) = (types.contains(&"integer"), value.as_f64()) {
            #[allow(clippy::cast_possible_truncation, reason = "the cast saturates, and the fraction is to go")]
            return Some(Late::CountsAs(Some((number as i64).into())));
        }
        Some(counts_as(values, place.is_required))
    }

    /// Parameters with what counts in place of values that the check lets pass; None where each counts as it is.
    pub fn with_counted(&self, action: &Action, params: &Value, violations: &[Violation]) -> Option<Value> {
        let counts = |violation: &Violation| match self.late(action, params, violation)? {
            Late::CountsAs(value) => Some((violation.pointer.clone(), value)),
            Late::Fails | Late::Kept => None,
        };
        let counted: Vec<_> = violations.iter().filter_map(counts).collect();
        if counted.is_empty() {
            return None;
        }
        let mut params = params.clone();
        for (pointer, value) in counted {
            put(&mut params, &pointer, value);
        }
        Some(params)
    }

    /// The schema at a pointer into the parameters of an action.
    fn place<'s>(&'s self, action: &'s Action, pointer: &str) -> Option<Place<'s>> {
        let late = &self.file.late_checks.at;
        let mut steps = pointer.split('/').skip(1).peekable();
        let parameter = format!("{}/{}", action.name, steps.peek()?);
        let late = late.get(&parameter).or_else(|| late.get(&action.name));
        let (mut schema, mut is_required) = (&action.params, true);
        for step in steps {
            let outer = self.resolved(schema);
            schema = match outer.get("properties").and_then(|it| it.get(step)) {
                Some(inner) => {
                    let required = outer.get("required").and_then(Value::as_array);
                    is_required = required.is_some_and(|it| it.iter().any(|name| name == step));
                    inner
                }
                None => outer.get("items")?,
            };
        }
        Some(Place { schema: self.resolved(schema), late, is_required })
    }

    fn resolved<'s>(&'s self, schema: &'s Schema) -> &'s Schema {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(defs::referenced);
        target.and_then(|name| self.defs().get(name)).unwrap_or(schema)
    }
}

/// Puts a value where another one is, or takes that away.
fn put(params: &mut Value, pointer: &str, value: Option<Value>) {
    match (value, pointer.rsplit_once('/')) {
        (Some(value), _) => {
            if let Some(place) = params.pointer_mut(pointer) {
                *place = value;
            }
        }
        (None, Some((outer, name))) => match params.pointer_mut(outer) {
            Some(Value::Object(members)) => drop(members.shift_remove(&name.replace("~1", "/").replace("~0", "~"))),
            // A list counts with all of its items.
            _ => put(params, outer, None),
        },
        (None, None) => {}
    }
}

/// What comes of a value that means nothing where it is.
fn counts_as(values: &LateValues, is_required: bool) -> Late {
    match (values.counts_as.clone(), is_required) {
        (None, true) => Late::Fails,
        (counts_as, _) => Late::CountsAs(counts_as),
    }
}

static NOTHING: LateValues = LateValues { types: Vec::new(), counts_as: None };

struct Place<'s> {
    schema: &'s Schema,
    /// What the dialect has for the parameter alone.
    late: Option<&'s LateValues>,
    is_required: bool,
}
