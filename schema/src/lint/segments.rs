//! Rules about segments.

use super::{File, cq, examples};
use crate::closest::closest;
use crate::model::Segment;
use crate::refused::messages;

pub(super) fn check(file: &mut File<'_>, segment: &Segment) {
    if segment.send.is_none() && segment.receive.is_none() {
        file.report_with(
            "",
            "no-direction",
            "the segment is neither sent nor received",
            "write `send`, `receive` or both",
        );
    }
    let has_cq = file.dialect.is_none_or(|dialect| dialect.file.cq_code.is_some());
    if segment.cq && !has_cq {
        file.report("/cq", "no-cq-code", "the dialect has no CQ codes");
    }
    refused(file, segment);
    for (index, example) in segment.examples.iter().enumerate() {
        let at = format!("/examples/{index}");
        for (key, schema, data) in
            [("send", &segment.send, &example.send), ("receive", &segment.receive, &example.receive)]
        {
            match (schema, data) {
                (Some(schema), Some(data)) => examples::check_schema(file, schema, &format!("{at}/{key}"), data),
                (None, Some(_)) => {
                    let message = format!("the example shows `{key}`, which the segment does not have");
                    file.report(&format!("{at}/{key}"), "example-misfit", message);
                }
                (_, None) => {}
            }
        }
        cq::check_example(file, segment, &at, example);
    }
}

/// Only an action that takes messages refuses something in them.
fn refused(file: &mut File<'_>, segment: &Segment) {
    let Some(dialect) = file.dialect else { return };
    for (index, name) in segment.refused_by.iter().enumerate() {
        let at = format!("/refused_by/{index}");
        match dialect.actions.get(name) {
            Some(action) if messages(action).next().is_some() => {}
            Some(_) => file.report(&at, "refused-by", format!("`{name}` takes no message")),
            None if file.all.is_unparsed(&format!("/{name}.json")) => {}
            None => {
                let message = format!("there is no action `{name}`");
                match closest(name, dialect.actions.keys().map(String::as_str)) {
                    Some(meant) => file.report_with(&at, "unknown-action", message, format!("did you mean `{meant}`?")),
                    None => file.report(&at, "unknown-action", message),
                }
            }
        }
    }
}
