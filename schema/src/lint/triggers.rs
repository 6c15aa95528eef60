//! Rules about what makes an event happen.

use serde_json::Value;

use super::File;
use crate::closest::closest;
use crate::kind::Kind;
use crate::model::{Trigger, TriggerBy};

/// What a string that begins with `$` may name.
const FIXTURES: [&str; 7] = ["$self", "$actor", "$friend", "$group", "$member", "$own_message", "$actor_message"];

pub(super) fn check(file: &mut File<'_>, trigger: &Trigger, at: &str) {
    let calls = matches!(trigger.by, TriggerBy::Itself | TriggerBy::Actor | TriggerBy::World);
    match (&trigger.call, calls) {
        (None, true) => {
            file.tell_with(at, "trigger-call", "the trigger does not say what is called", "write `call`");
        }
        (Some(_), false) => {
            let help = "leave `call` out";
            file.tell_with(&format!("{at}/call"), "trigger-call", "nothing is called by this trigger", help);
        }
        (Some(call), true) if trigger.by != TriggerBy::World => action(file, trigger, call, at),
        _ => {}
    }
    if let Some(params) = &trigger.params {
        fixtures(file, params, &format!("{at}/params"));
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
                Some(help) => file.tell_with(&format!("{at}/call"), "unknown-action", message, help),
                None => file.tell(&format!("{at}/call"), "unknown-action", message),
            }
        }
        Ok(violations) => {
            for violation in violations {
                // What a fixture stands for is known at run time only.
                let fixture =
                    params.pointer(&violation.pointer).and_then(Value::as_str).is_some_and(|t| t.starts_with('$'));
                if !fixture {
                    let pointer = format!("{at}/params{}", violation.pointer);
                    file.tell(&pointer, "trigger-params", format!("`{call}` would refuse this: {violation}"));
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
            file.tell_with(pointer, "unknown-fixture", format!("`{name}` names nothing"), help);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                fixtures(file, item, &format!("{pointer}/{index}"));
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                fixtures(file, member, &format!("{pointer}/{}", crate::validate::escape_pointer(key)));
            }
        }
        _ => {}
    }
}
