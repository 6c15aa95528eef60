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
        file.report_with(
            "/params",
            "params-no-object",
            "parameters are always an object",
            "write \"type\": \"object\"",
        );
    }
    if action.effect == Effect::Read && !action.spends.is_empty() {
        file.report_with(
            "/spends",
            "read-spends",
            "an action that only reads uses nothing up",
            "correct its effect, or leave `spends` out",
        );
    }
    basis(file, action);
    if let Some(name) = &action.available_if
        && file.dialect.is_some_and(|it| it.action(name).is_none_or(|other| other.effect != Effect::Read))
    {
        file.report_with(
            "/available_if",
            "available-if-unknown",
            format!("`{name}` is no action that only reads"),
            "name the action without parameters that succeeds where this one is available",
        );
    }
    if let Some(waits) = &action.waits
        && action.params.pointer(&format!("/properties/{}/type", escape_pointer(waits))) != Some(&"integer".into())
    {
        file.report_with(
            "/waits",
            "waits-unknown",
            format!("`{waits}` is no parameter that is an integer"),
            "name the parameter that holds for how many milliseconds the answer may wait",
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

/// That a call changes nothing was read somewhere: a wrong `read` is called on somebody's account without being asked.
fn basis(file: &mut File<'_>, action: &Action) {
    if action.effect == Effect::Read && action.effect_basis.is_empty() {
        file.report_with(
            "/effect",
            "read-without-basis",
            "no source is named for the claim that a call changes nothing",
            "name in `effect_basis` the document or the file of the build where that was read",
        );
    }
    if action.effect != Effect::Read && !action.effect_basis.is_empty() {
        let message = "only the effect `read` needs a basis";
        file.report_with("/effect_basis", "basis-of-no-read", message, "name the source in `sources`");
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
                file.report_with(
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
