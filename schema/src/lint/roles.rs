//! Rules about the actions that a dialect names for what every client needs.

use super::File;
use crate::closest::closest;
use crate::defs::referenced;
use crate::dialect::Dialect;
use crate::model::{DialectFile, Presence};

pub(super) fn check(file: &mut File<'_>, dialect: &DialectFile) {
    let Some(whole) = file.dialect else { return };
    version_at(file, dialect, whole);
    for (key, name) in dialect.roles.named() {
        let at = format!("/roles/{key}");
        let known = whole.actions.get(name);
        match known.map(|action| action.value.presence) {
            Some(Presence::Current) => {}
            Some(_) => {
                file.report_with(
                    &at,
                    "role-action",
                    format!("no build has `{name}`"),
                    "name an action that builds have",
                );
            }
            None if file.all.is_unparsed(&format!("/{name}.json")) => {}
            None => {
                let message = format!("there is no action `{name}`");
                match closest(name, whole.actions.keys().map(String::as_str)) {
                    Some(meant) => file.report_with(&at, "role-action", message, format!("did you mean `{meant}`?")),
                    None => file.report(&at, "role-action", message),
                }
            }
        }
    }
}

/// The version that `since` counts in stands in the answer of the action that reports the version.
fn version_at(file: &mut File<'_>, dialect: &DialectFile, whole: &Dialect) {
    let Some(pointer) = &dialect.version_at else { return };
    let action = dialect.roles.version.as_ref().and_then(|name| whole.actions.get(name));
    let result = action.map(|action| match action.result.get("$ref").and_then(|it| referenced(it.as_str()?)) {
        Some(name) => whole.defs().get(name).unwrap_or(&action.result),
        None => &action.result,
    });
    let field = pointer.strip_prefix('/').unwrap_or_default();
    if result.is_none_or(|result| result.get("properties").is_none_or(|fields| fields.get(field).is_none())) {
        let message = format!("the action that reports the version has no `{pointer}` in its result");
        file.report_with("/version_at", "version-at", message, "name a field of the result of `roles.version`");
    }
}
