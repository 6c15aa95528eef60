//! What was read, short enough for a golden file.

use std::fmt::Write as _;

use botspec_schema::drift::{Field, Kind, Shape, UpAction, Upstream};

/// Everything that was read of a document.
pub(super) fn outline(upstream: &Upstream) -> String {
    let mut out = format!("{} ({}, {:?})\n", upstream.title(), upstream.file, upstream.format);
    for (name, action) in &upstream.actions {
        let _ = writeln!(out, "\naction {name}{}", marks(action));
        let _ = writeln!(out, "  params {}", shape(&action.params));
        let _ = writeln!(out, "  result {}", shape(&action.result));
    }
    for (name, segment) in &upstream.segments {
        let _ = writeln!(out, "\nsegment {name}{}", if segment.undirected { " (undirected)" } else { "" });
        for (part, data) in [("send", &segment.send), ("receive", &segment.receive)] {
            if let Some(data) = data {
                let _ = writeln!(out, "  {part} {}", shape(data));
            }
        }
    }
    for (name, event) in &upstream.events {
        let _ = writeln!(out, "\nevent {name} {}", shape(&event.shape));
    }
    for (name, shared) in &upstream.types {
        let _ = writeln!(out, "\ntype {name} {}", shape(shared));
    }
    for path in &upstream.streams {
        let _ = writeln!(out, "\nstream {path}");
    }
    for remark in &upstream.remarks {
        let _ = writeln!(out, "\nremark {} {}: {}", remark.name, remark.at, remark.text);
    }
    out
}

fn marks(action: &UpAction) -> String {
    let mut marks = vec![action.at.clone()];
    marks.extend(action.category.clone());
    marks.extend(action.aliases.iter().map(|alias| format!("alias {alias}")));
    marks.extend(action.summary_present.then(|| "described".to_owned()));
    marks.extend(action.deprecated.then(|| "deprecated".to_owned()));
    format!(" ({})", marks.join(", "))
}

/// A type in one line: `!` is required, `?` optional, `~` unknown; `…` is an object that an example shows.
pub(super) fn shape(shape: &Shape) -> String {
    let mut text = match &shape.kind {
        Kind::Array(items) => format!("[{}]", self::shape(items)),
        Kind::Object(object) if !object.stated => "{..}".to_owned(),
        Kind::Object(object) => {
            let mut fields: Vec<String> = object.fields.iter().map(field).collect();
            fields.extend(object.rest.as_ref().map(|rest| format!("*: {}", self::shape(rest))));
            fields.extend(object.partial.then(|| "…".to_owned()));
            format!("{{{}}}", fields.join(", "))
        }
        Kind::Union(alternatives) => {
            let alternatives: Vec<String> = alternatives.iter().map(self::shape).collect();
            format!("({})", alternatives.join(" | "))
        }
        Kind::Named(name) => format!("<{name}>"),
        Kind::Segment(direction) => format!("<segment {direction:?}>"),
        kind => kind.word().to_owned(),
    };
    if !shape.values.is_empty() {
        let values: Vec<String> = shape.values.iter().map(ToString::to_string).collect();
        let _ = write!(text, "={}", values.join("/"));
    }
    for (word, bound) in &shape.bounds {
        let _ = write!(text, " {word} {bound}");
    }
    text
}

fn field(field: &Field) -> String {
    let mark = match field.required {
        Some(true) => "!",
        Some(false) => "?",
        None => "~",
    };
    let default = field.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
    format!("{}{mark}: {}{default}", field.name, shape(&field.shape))
}
