//! Rules about events.

use serde_json::Value;

use super::{File, examples, triggers};
use crate::annotations::ACTION;
use crate::kind::Kind;
use crate::model::Event;
use crate::parse::Contract;
use crate::validate::escape_pointer;

pub(super) fn check(file: &mut File<'_>, event: &Event) {
    identity(file, event);
    for (index, example) in event.examples.iter().enumerate() {
        let pointer = format!("/examples/{index}");
        examples::check(file, Kind::Event, &event.name, &pointer, example);
        let recognised = file.dialect.and_then(|dialect| dialect.recognise_event(example));
        if let Some(other) = recognised.filter(|other| other.name != event.name) {
            let message = format!("the example is recognised as `{}`", other.name);
            file.report(&pointer, "example-misfit", message);
        }
    }
    operations(file, event);
    for (index, trigger) in event.triggers.iter().enumerate() {
        let at = format!("/triggers/{index}");
        triggers::check(file, trigger, &at);
        triggers::expected(file, event, trigger, &at);
    }
}

/// What a field of a quick operation does the same as is an action of the dialect, and a parameter of it.
fn operations(file: &mut File<'_>, event: &Event) {
    let Some(dialect) = file.dialect else { return };
    let properties = event.quick_operation.as_ref().and_then(|it| it.get("properties")).and_then(Value::as_object);
    for (field, schema) in properties.into_iter().flatten() {
        let Some(named) = schema.get(ACTION).and_then(Value::as_str) else { continue };
        let at = format!("/quick_operation/properties/{}/{ACTION}", escape_pointer(field));
        let (action, param) = named.split_once('/').map_or((named, None), |(action, param)| (action, Some(param)));
        let Some(found) = dialect.actions.get(action) else {
            if !file.all.is_unparsed(&format!("/{action}.json")) {
                file.report(&at, "unknown-action", format!("there is no action `{action}`"));
            }
            continue;
        };
        let known = |param: &str| found.params.pointer(&format!("/properties/{}", escape_pointer(param))).is_some();
        if let Some(param) = param.filter(|param| !known(param)) {
            file.report(&at, "unknown-action", format!("`{action}` has no parameter `{param}`"));
        }
    }
}

/// An event is distinguished from all others by fields that its schema fixes.
fn identity(file: &mut File<'_>, event: &Event) {
    if event.identify.is_empty() {
        file.report("/identify", "unidentified-event", "nothing distinguishes this event from another");
    }
    let required: Vec<&str> =
        event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, value) in &event.identify {
        let escaped = escape_pointer(key);
        let fixed = event.data.pointer(&format!("/properties/{escaped}/const")).and_then(Value::as_str);
        if fixed != Some(value) {
            file.report_with(
                &format!("/data/properties/{escaped}"),
                "identify-not-fixed",
                format!("the event is identified by `{key}`, which the schema does not fix to \"{value}\""),
                format!("write {{ \"const\": \"{value}\" }}"),
            );
        } else if !required.contains(&key.as_str()) {
            file.report_with(
                "/data/required",
                "identify-not-fixed",
                format!("the event is identified by `{key}`, which may be absent"),
                format!("require `{key}`"),
            );
        }
    }
    for item in file.all.parsed {
        if let Contract::Event(other) = &item.contract
            && item.dialect == file.item.dialect
            && item.file.place < file.item.file.place
            && other.identify == event.identify
        {
            let message = format!("`{}` ({}) is identified by the same", other.name, item.file.path);
            file.report("/identify", "same-identify", message);
        }
    }
}
