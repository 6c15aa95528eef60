//! Rules about requirements.

use std::collections::BTreeMap;

use super::File;
use crate::model::RequirementSet;

pub(super) fn check(file: &mut File<'_>, set: &RequirementSet) {
    let edition = set.set.strip_prefix(&set.dialect).and_then(|rest| rest.strip_prefix('@'));
    if edition.is_none_or(str::is_empty) {
        file.report_with(
            "/set",
            "requirement-set",
            format!("`{}` names no edition of `{}`", set.set, set.dialect),
            format!("write `{}@` and the number of the edition", set.dialect),
        );
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, requirement) in set.requirements.iter().enumerate() {
        let at = format!("/requirements/{index}");
        let id = requirement.id.as_str();
        if let Some(first) = seen.insert(id, index) {
            let message = format!("`{id}` is the id of requirement {} already", first + 1);
            file.report(&format!("{at}/id"), "duplicate-requirement", message);
        }
        if !id.strip_prefix(&set.dialect).is_some_and(|rest| rest.starts_with('/')) {
            let (message, help) =
                (format!("`{id}` does not belong to `{}`", set.dialect), format!("begin it with `{}/`", set.dialect));
            file.report_with(&format!("{at}/id"), "requirement-id", message, help);
        } else if let Err(why) = path(id, "") {
            file.report(&format!("{at}/id"), "requirement-id", format!("`{id}` {why}"));
        }
        if requirement.checks.is_empty() {
            let help = "name the checks, or state in the requirement why none can judge it";
            file.report_with(&format!("{at}/checks"), "requirement-uncovered", "no check covers it", help);
        }
        for (position, glob) in requirement.checks.iter().enumerate() {
            if let Err(why) = path(glob, "*?") {
                file.report(&format!("{at}/checks/{position}"), "malformed-glob", format!("`{glob}` {why}"));
            }
        }
    }
}

/// An id is made of words between slashes; a glob may hold wildcards as well.
fn path(text: &str, wildcards: &str) -> Result<(), String> {
    if text.split('/').any(str::is_empty) {
        return Err("has an empty part".into());
    }
    let odd = text
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./@".contains(*c) || wildcards.contains(*c)));
    odd.map_or(Ok(()), |odd| Err(format!("holds {odd:?}, which no id of a check does")))
}
