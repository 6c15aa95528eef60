//! Rules about segments.

use super::{File, cq, examples};
use crate::model::Segment;

pub(super) fn check(file: &mut File<'_>, segment: &Segment) {
    if segment.send.is_none() && segment.receive.is_none() {
        file.tell_with(
            "",
            "no-direction",
            "the segment is neither sent nor received",
            "write `send`, `receive` or both",
        );
    }
    let has_cq = file.dialect.is_none_or(|dialect| dialect.file.cq_code.is_some());
    if segment.cq && !has_cq {
        file.tell("/cq", "no-cq-code", "the dialect has no CQ codes");
    }
    for (index, example) in segment.examples.iter().enumerate() {
        let at = format!("/examples/{index}");
        for (key, schema, data) in
            [("send", &segment.send, &example.send), ("receive", &segment.receive, &example.receive)]
        {
            match (schema, data) {
                (Some(schema), Some(data)) => examples::check_schema(file, schema, &format!("{at}/{key}"), data),
                (None, Some(_)) => {
                    let message = format!("the example shows `{key}`, which the segment does not have");
                    file.tell(&format!("{at}/{key}"), "example-misfit", message);
                }
                (_, None) => {}
            }
        }
        cq::check_example(file, segment, &at, example);
    }
}
