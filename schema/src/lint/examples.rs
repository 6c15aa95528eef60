//! Examples are what the contract states.

use serde_json::Value;

use super::File;
use crate::kind::Kind;
use crate::model::Schema;
use crate::validate::{UNDEFINED, validate};
use crate::violation::Violation;

/// Holds an example against the contract of the same file, which may stand in more than one file by mistake.
pub(super) fn check(file: &mut File<'_>, kind: Kind, name: &str, pointer: &str, example: &Value) {
    let Some(dialect) = file.dialect else { return };
    if let Ok(violations) = dialect.check(kind, Some(name), example) {
        report(file, pointer, violations);
    }
}

/// Holds an example against a schema.
pub(super) fn check_schema(file: &mut File<'_>, schema: &Schema, pointer: &str, example: &Value) {
    let Some(dialect) = file.dialect else { return };
    report(file, pointer, validate(schema, dialect.defs(), example));
}

fn report(file: &mut File<'_>, pointer: &str, violations: Vec<Violation>) {
    // A reference that leads nowhere is reported as such.
    let violations = violations.into_iter().filter(|violation| violation.found != UNDEFINED);
    for Violation { pointer: inside, message, .. } in violations {
        let place = if inside.is_empty() { "the example".to_owned() } else { format!("`{inside}`") };
        file.report_with(
            &format!("{pointer}{inside}"),
            "example-misfit",
            format!("{place}: {message}"),
            "correct the example or the schema",
        );
    }
}
