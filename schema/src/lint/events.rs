//! Rules about events.

use serde_json::Value;

use super::{File, examples, triggers};
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
            file.tell(&pointer, "example-misfit", message);
        }
    }
    for (index, trigger) in event.triggers.iter().enumerate() {
        triggers::check(file, trigger, &format!("/triggers/{index}"));
    }
}

/// An event is told from all others by fields that its schema fixes.
fn identity(file: &mut File<'_>, event: &Event) {
    if event.identify.is_empty() {
        file.tell("/identify", "unidentified-event", "nothing tells this event from another");
    }
    let required: Vec<&str> =
        event.data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, value) in &event.identify {
        let escaped = escape_pointer(key);
        let fixed = event.data.pointer(&format!("/properties/{escaped}/const")).and_then(Value::as_str);
        if fixed != Some(value) {
            file.tell_with(
                &format!("/data/properties/{escaped}"),
                "identify-not-fixed",
                format!("the event is identified by `{key}`, which the schema does not fix to \"{value}\""),
                format!("write {{ \"const\": \"{value}\" }}"),
            );
        } else if !required.contains(&key.as_str()) {
            file.tell_with(
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
            file.tell("/identify", "same-identify", message);
        }
    }
}
