//! CQ codes of the examples mean what the examples state.

use serde_json::{Value, json};

use super::File;
use crate::cq;
use crate::defs::{SEGMENT_DATA, SEGMENT_TYPE};
use crate::model::{CqCode, DialectFile, Escape, Segment, SegmentExample};

/// The signs of a dialect can be distinguished, and an escape is undone by reading it.
pub(super) fn check_signs(file: &mut File<'_>, dialect: &DialectFile) {
    if let Some(text) = &dialect.plain_text {
        let known = |it: &crate::Dialect| it.segments.contains_key(&text.segment);
        if dialect.cq_code.is_some() {
            file.report("/plain_text", "cq-signs", "the string form of messages names the segment already");
        } else if file.dialect.is_some_and(|dialect| !known(dialect)) {
            file.report("/plain_text/segment", "cq-signs", format!("there is no segment `{}`", text.segment));
        }
    }
    let Some(signs) = &dialect.cq_code else { return };
    let CqCode { open, close, separator, assign, .. } = signs;
    for (key, sign) in [("open", open), ("close", close), ("separator", separator), ("assign", assign)] {
        if sign.is_empty() {
            file.report(&format!("/cq_code/{key}"), "cq-signs", "the sign is empty");
        }
    }
    if file.dialect.is_some_and(|dialect| !dialect.segments.contains_key(&signs.text_segment)) {
        file.report("/cq_code/text_segment", "cq-signs", format!("there is no segment `{}`", signs.text_segment));
    }
    for (key, escapes) in [("text_escapes", &signs.text_escapes), ("value_escapes", &signs.value_escapes)] {
        for (index, Escape { raw, escaped, .. }) in escapes.iter().enumerate() {
            let pointer = format!("/cq_code/{key}/{index}");
            if raw.is_empty() || escaped.is_empty() {
                file.report(&pointer, "cq-signs", "an escape has both forms");
            } else if let Some(later) = escapes[index + 1..].iter().find(|later| escaped.contains(&later.raw)) {
                let message = format!("`{escaped}` holds `{}`, which is escaped once more after it", later.raw);
                file.report_with(&pointer, "cq-signs", message, "put the escape of that character first");
            }
        }
    }
}

/// The string form of an example is read as its data.
pub(super) fn check_example(file: &mut File<'_>, segment: &Segment, at: &str, example: &SegmentExample) {
    let Some(code) = &example.cq else { return };
    let pointer = format!("{at}/cq");
    if !segment.cq {
        return file.report(&pointer, "cq-example", "the example has a CQ code, and `cq` of the segment is false");
    }
    let Some(signs) = file.dialect.and_then(|dialect| dialect.file.cq_code.as_ref()) else { return };
    let Some(data) = example.send.as_ref().or(example.receive.as_ref()) else {
        return file.report(&pointer, "cq-example", "the example has no data that the CQ code could mean");
    };
    let text = data.as_object().map(|data| cq::as_text(signs, data)).unwrap_or_default();
    let expected = vec![json!({ SEGMENT_TYPE: segment.name, SEGMENT_DATA: text })];
    let read = cq::parse(signs, code);
    if read != expected {
        let whole = json!({ SEGMENT_TYPE: segment.name, SEGMENT_DATA: data });
        let message = match read.as_slice() {
            [one] => format!("it means {one}, and the example says {}", expected[0]),
            other => format!("it is read as {} segments", other.len()),
        };
        match cq::encode(signs, &[whole]) {
            Ok(wanted) => file.report_with(&pointer, "cq-example", message, format!("write {}", Value::from(wanted))),
            Err(_) => file.report(&pointer, "cq-example", message),
        }
    } else if let Ok(wanted) = cq::encode(signs, &read)
        && wanted != *code
    {
        let message = "it is read as the example, and is not written as the dialect escapes";
        file.report_with(&pointer, "cq-example", message, format!("write {}", Value::from(wanted)));
    }
}
