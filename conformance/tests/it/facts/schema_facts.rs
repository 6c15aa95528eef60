//! The facts of schemas: types, required keys, the values of enumerations, bounds, defaults.

use botspec_schema::model::{Presence, Schema};
use botspec_schema::{Dialect, Loaded};
use serde_json::{Value, json};

use super::flip::{Flip, Part};

/// The facts about what a target sends.
pub(super) fn received(dialect: &Dialect) -> Vec<Flip> {
    let mut facts = Facts::new(dialect.name(), ["type", "required", "enum", "bound"]);
    for action in own(dialect, dialect.actions.values()).filter(|it| it.presence == Presence::Current) {
        facts.walk(&Part::Result(action.name.clone()), &action.result);
    }
    for segment in own(dialect, dialect.segments.values()).filter(|it| it.presence == Presence::Current) {
        segment.receive.iter().for_each(|schema| facts.walk(&Part::Receive(segment.name.clone()), schema));
    }
    for event in own(dialect, dialect.events.values()).filter(|it| it.presence == Presence::Current) {
        facts.walk(&Part::Event(event.name.clone()), &event.data);
    }
    for shared in own(dialect, dialect.types.values()) {
        facts.walk(&Part::Type(shared.name.clone()), &shared.schema);
    }
    facts.flips
}

/// The facts about what a target is sent.
pub(super) fn sent(dialect: &Dialect) -> Vec<Flip> {
    let mut facts = Facts::new(dialect.name(), ["param-type", "param-required", "param-enum", "param-bound"]);
    for action in own(dialect, dialect.actions.values()).filter(|it| it.presence == Presence::Current) {
        facts.walk(&Part::Params(action.name.clone()), &action.params);
    }
    for segment in own(dialect, dialect.segments.values()).filter(|it| it.presence == Presence::Current) {
        segment.send.iter().for_each(|schema| facts.walk(&Part::Send(segment.name.clone()), schema));
    }
    facts.flips
}

/// The contracts that stand in the folder of the dialect itself.
fn own<'d, T: 'd>(
    dialect: &'d Dialect,
    all: impl Iterator<Item = &'d Loaded<T>>,
) -> impl Iterator<Item = &'d Loaded<T>> {
    all.filter(|it| it.declared_in == dialect.name())
}

/// Collects facts.
struct Facts<'d> {
    dialect: &'d str,
    families: [&'static str; 4],
    flips: Vec<Flip>,
}

impl<'d> Facts<'d> {
    fn new(dialect: &'d str, families: [&'static str; 4]) -> Self {
        Self { dialect, families, flips: Vec::new() }
    }

    fn is_sent(&self) -> bool {
        self.families[0].starts_with("param")
    }

    fn walk(&mut self, part: &Part, schema: &Schema) {
        self.visit(part, schema, "", "");
    }

    fn add(&mut self, part: &Part, family: &'static str, pointer: String, value: Value, field: &str) {
        self.add_at(part, (family, ""), pointer, value, field);
    }

    /// The same with something in its id that tells it from others at the place.
    fn add_at(
        &mut self,
        part: &Part,
        (family, which): (&'static str, &str),
        pointer: String,
        value: Value,
        field: &str,
    ) {
        let label = match part {
            Part::Params(name) => format!("action/{name}/params"),
            Part::Result(name) => format!("action/{name}/result"),
            Part::Send(name) => format!("segment/{name}/send"),
            Part::Receive(name) => format!("segment/{name}/receive"),
            Part::Event(name) => format!("event/{name}/data"),
            Part::Type(name) => format!("type/{name}"),
            Part::File => "file".to_owned(),
        };
        let id = format!("{}/{label}{pointer}{which} {family}", self.dialect);
        let (part, value, field) = (part.clone(), Some(value), field.to_owned());
        self.flips.push(Flip { id, family, part, pointer, value, field, encloses: false });
    }

    fn visit(&mut self, part: &Part, schema: &Schema, at: &str, field: &str) {
        let Some(keys) = schema.as_object() else { return };
        let [of_type, required, enumerated, bound] = self.families;
        match keys.get("type") {
            Some(Value::String(name)) => {
                self.add(part, of_type, format!("{at}/type"), another_type(name).into(), field);
            }
            Some(Value::Array(names)) => {
                let first = names.first().and_then(Value::as_str).unwrap_or_default();
                self.add(part, of_type, format!("{at}/type"), json!([another_type(first), "null"]), field);
            }
            _ => {}
        }
        if ["properties", "items", "oneOf"].iter().any(|key| keys.contains_key(*key))
            && let Some(last) = self.flips.last_mut().filter(|_| keys.contains_key("type"))
        {
            last.encloses = true;
        }
        let names = keys.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (index, name) in names.iter().enumerate() {
            let name = name.as_str().unwrap_or_default();
            if self.is_sent() {
                // It may be left out then.
                let others: Vec<&Value> = names.iter().filter(|other| *other != name).collect();
                let value = json!(others);
                self.add_at(part, (required, &format!(" {name}")), format!("{at}/required"), value, name);
            } else {
                let gone = format!("{name}_gone");
                self.add(part, required, format!("{at}/required/{index}"), gone.clone().into(), &gone);
            }
        }
        for (index, value) in keys.get("enum").and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.add(part, enumerated, format!("{at}/enum/{index}"), another_value(value), field);
        }
        if let Some(value) = keys.get("const") {
            self.add(part, enumerated, format!("{at}/const"), another_value(value), field);
        }
        if let Some(value) = keys.get("default").filter(|_| self.is_sent()) {
            self.add(part, "param-default", format!("{at}/default"), another_value(value), field);
        }
        // Beyond the other one, so that whatever passes lies outside.
        let most = keys.get("maximum").and_then(Value::as_i64).unwrap_or(1 << 53);
        let least = keys.get("minimum").and_then(Value::as_i64).unwrap_or_default();
        for (key, value) in [("minimum", most.saturating_add(1)), ("maximum", least.saturating_sub(1))] {
            if keys.contains_key(key) {
                self.add(part, bound, format!("{at}/{key}"), value.into(), field);
            }
        }
        for (key, value) in [("minLength", json!(1_000_000)), ("pattern", json!("^flipped$"))] {
            if keys.contains_key(key) {
                self.add(part, bound, format!("{at}/{key}"), value, field);
            }
        }
        for (name, inner) in keys.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let step = name.replace('~', "~0").replace('/', "~1");
            self.visit(part, inner, &format!("{at}/properties/{step}"), name);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = keys.get(key) {
                self.visit(part, inner, &format!("{at}/{key}"), field);
            }
        }
        for (index, inner) in keys.get("oneOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.visit(part, inner, &format!("{at}/oneOf/{index}"), field);
        }
    }
}

fn another_type(name: &str) -> &'static str {
    if name == "boolean" { "string" } else { "boolean" }
}

/// A value of the same type that is another.
fn another_value(value: &Value) -> Value {
    match value {
        Value::String(text) => format!("{text}-flipped").into(),
        Value::Bool(on) => (!on).into(),
        Value::Number(number) => number.as_i64().map_or_else(|| value.clone(), |number| (number + 1).into()),
        Value::Null => false.into(),
        Value::Array(_) => Value::Array(vec!["flipped".into()]),
        Value::Object(_) => value.clone(),
    }
}
