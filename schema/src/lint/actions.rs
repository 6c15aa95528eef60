//! Rules about actions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{File, examples};
use crate::annotations::ALIASES;
use crate::kind::Kind;
use crate::model::{Action, Effect};
use crate::validate::escape_pointer;

pub(super) fn check(file: &mut File<'_>, action: &Action) {
    if action.params.get("type").and_then(Value::as_str) != Some("object") {
        file.tell_with("/params", "params-no-object", "parameters are always an object", "write \"type\": \"object\"");
    }
    if action.effect == Effect::Read && !action.spends.is_empty() {
        file.tell_with(
            "/spends",
            "read-spends",
            "an action that only reads uses nothing up",
            "correct its effect, or leave `spends` out",
        );
    }
    if let Some(waits) = &action.waits
        && action.params.pointer(&format!("/properties/{}/type", escape_pointer(waits))) != Some(&"integer".into())
    {
        file.tell_with(
            "/waits",
            "waits-unknown",
            format!("`{waits}` is no parameter that is an integer"),
            "name the parameter that says for how many milliseconds the answer may wait",
        );
    }
    aliases(file, action);
    for (index, example) in action.examples.iter().enumerate() {
        let at = format!("/examples/{index}");
        examples::check(file, Kind::ActionParams, &action.name, &format!("{at}/params"), &example.params);
        if !(action.always_async && example.result.is_null()) {
            examples::check(file, Kind::ActionResult, &action.name, &format!("{at}/result"), &example.result);
        }
    }
}

/// Another name of a parameter is the name of no parameter, and of one parameter only.
fn aliases(file: &mut File<'_>, action: &Action) {
    let Some(properties) = action.params.get("properties").and_then(Value::as_object) else { return };
    let mut owners: BTreeMap<&str, &str> = properties.keys().map(|name| (name.as_str(), name.as_str())).collect();
    for (name, schema) in properties {
        let aliases = schema.get(ALIASES).and_then(Value::as_array);
        for (index, alias) in aliases.into_iter().flatten().enumerate() {
            let Some(alias) = alias.as_str() else { continue };
            if let Some(owner) = owners.get(alias) {
                file.tell_with(
                    &format!("/params/properties/{}/{ALIASES}/{index}", escape_pointer(name)),
                    "alias-clash",
                    format!("`{alias}` names the parameter `{owner}` already"),
                    "leave it out in one of the two",
                );
            }
            owners.insert(alias, name);
        }
    }
}
