//! References lead somewhere.

use serde_json::{Map, Value};

use super::File;
use crate::closest::closest;
use crate::defs;

/// Keywords that may stand beside a reference: they state something about this use of the type, and change nothing in it.
const BESIDE: [&str; 3] = ["$ref", "description", "default"];

pub(super) fn check(file: &mut File<'_>, keywords: &Map<String, Value>, at: &str) {
    let Some(target) = keywords.get("$ref") else { return };
    let pointer = format!("{at}/$ref");
    let Some(target) = target.as_str() else { return };
    let Some(name) = defs::referenced(target) else {
        let help = "write `#/$defs/` and the name of a type";
        return file.report_with(&pointer, "unresolved-ref", format!("`{target}` is no reference to a type"), help);
    };
    for beside in keywords.keys() {
        if !BESIDE.contains(&beside.as_str()) && !beside.starts_with("x-") {
            let message = format!("`{beside}` stands beside a reference");
            file.report_with(
                &format!("{at}/{beside}"),
                "beside-ref",
                message,
                "say it in the type, or write the type out here",
            );
        }
    }
    let Some(dialect) = file.dialect else { return };
    if dialect.defs().contains_key(name) {
        return;
    }
    if file.all.is_unparsed(&format!("/types/{name}.json")) {
        return;
    }
    let message = format!("there is no type `{name}` in {}", dialect.name());
    let help = closest(name, dialect.defs().keys().map(String::as_str)).map_or_else(
        || format!("write contracts/{}/types/{name}.json", dialect.name()),
        |meant| format!("did you mean `{meant}`?"),
    );
    file.report_with(&pointer, "unresolved-ref", message, help);
}
