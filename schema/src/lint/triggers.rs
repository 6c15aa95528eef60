//! Rules about what makes an event happen.

use serde_json::Value;

use super::File;
use crate::closest::closest;
use crate::defs::referenced;
use crate::dialect::Dialect;
use crate::kind::Kind;
use crate::model::{Event, Trigger, TriggerBy};
use crate::validate::escape_pointer;

/// What a string that begins with `$` may name.
const FIXTURES: [&str; 7] = ["$self", "$actor", "$friend", "$group", "$member", "$own_message", "$actor_message"];

pub(super) fn check(file: &mut File<'_>, trigger: &Trigger, at: &str) {
    let calls = matches!(trigger.by, TriggerBy::Itself | TriggerBy::Actor | TriggerBy::World);
    match (&trigger.call, calls) {
        (None, true) => {
            file.report_with(at, "trigger-call", "the trigger does not say what is called", "write `call`");
        }
        (Some(_), false) => {
            let help = "leave `call` out";
            file.report_with(&format!("{at}/call"), "trigger-call", "nothing is called by this trigger", help);
        }
        (Some(call), true) if trigger.by != TriggerBy::World => action(file, trigger, call, at),
        _ => {}
    }
    if let Some(params) = &trigger.params {
        fixtures(file, params, &format!("{at}/params"));
    }
    for (field, value) in &trigger.expects {
        fixtures(file, value, &format!("{at}/expects/{}", escape_pointer(field)));
    }
}

/// What an event is expected to contain: fields that its schema has, with values that it permits, and parameters of the call.
pub(super) fn expected(file: &mut File<'_>, event: &Event, trigger: &Trigger, at: &str) {
    let Some(dialect) = file.dialect else { return };
    for (field, value) in &trigger.expects {
        let at = format!("{at}/expects/{}", escape_pointer(field));
        let mut schemas = Vec::new();
        let steps: Vec<&str> = field.split('/').skip(1).collect();
        fields(dialect, &event.data, &steps, &mut schemas);
        if schemas.is_empty() {
            file.report(&at, "trigger-expects", format!("the event has no field `{field}`"));
            continue;
        }
        match value.as_str() {
            Some(text) if text.starts_with('$') => {}
            Some(text) if text.starts_with('=') => {
                let params = trigger.params.as_ref();
                if params.and_then(|params| params.get(&text[1..])).is_none() {
                    file.report(&at, "trigger-expects", format!("the trigger has no parameter `{}`", &text[1..]));
                }
            }
            _ => {
                let permits = |schema: &&Value| {
                    let of_enum = schema.get("enum").and_then(Value::as_array).is_none_or(|it| it.contains(value));
                    of_enum && schema.get("const").is_none_or(|it| it == value)
                };
                if !schemas.iter().any(permits) {
                    file.report(&at, "trigger-expects", format!("`{field}` is never {value}"));
                }
            }
        }
    }
}

/// The schemas of a field, of which there are several where forms are distinguished.
fn fields<'d>(dialect: &'d Dialect, schema: &'d Value, steps: &[&str], found: &mut Vec<&'d Value>) {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(referenced);
    if let Some(target) = named.and_then(|name| dialect.defs().get(name)) {
        return fields(dialect, target, steps, found);
    }
    let forms = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let before = found.len();
    forms.for_each(|form| fields(dialect, form, steps, found));
    match steps {
        [] if found.len() == before => found.push(schema),
        [step, rest @ ..] => {
            if let Some(inner) =
                schema.get("properties").and_then(|it| it.get(step.replace("~1", "/").replace("~0", "~")))
            {
                fields(dialect, inner, rest, found);
            }
        }
        [] => {}
    }
}

fn action(file: &mut File<'_>, trigger: &Trigger, call: &str, at: &str) {
    let Some(dialect) = file.dialect else { return };
    let params = trigger.params.clone().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    match dialect.check(Kind::ActionParams, Some(call), &params) {
        Err(_) if file.all.is_unparsed(&format!("/{call}.json")) => {}
        Err(unknown) => {
            let help = unknown.closest.as_ref().map(|closest| format!("did you mean `{closest}`?"));
            let message = format!("there is no action `{call}`");
            match help {
                Some(help) => file.report_with(&format!("{at}/call"), "unknown-action", message, help),
                None => file.report(&format!("{at}/call"), "unknown-action", message),
            }
        }
        Ok(violations) => {
            for violation in violations {
                // What a fixture stands for is known at run time only.
                let fixture =
                    params.pointer(&violation.pointer).and_then(Value::as_str).is_some_and(|t| t.starts_with('$'));
                if !fixture {
                    let pointer = format!("{at}/params{}", violation.pointer);
                    file.report(&pointer, "trigger-params", format!("`{call}` would refuse this: {violation}"));
                }
            }
        }
    }
}

fn fixtures(file: &mut File<'_>, value: &Value, pointer: &str) {
    match value {
        Value::String(name) if name.starts_with('$') && !FIXTURES.contains(&name.as_str()) => {
            let help = match closest(name, FIXTURES) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", FIXTURES.join(", ")),
            };
            file.report_with(pointer, "unknown-fixture", format!("`{name}` names nothing"), help);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fixtures(file, item, &format!("{pointer}/{index}"));
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                fixtures(file, member, &format!("{pointer}/{}", escape_pointer(key)));
            }
        }
        _ => {}
    }
}
