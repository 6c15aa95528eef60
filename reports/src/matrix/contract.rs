//! A contract as reference documentation: what is sent, what comes back, an example, since when, with what effect.

use botspec_schema::model::{Effect, Presence, Schema, Source};
use botspec_schema::{Dialect, referenced};
use maud::{Markup, html};
use serde_json::Value;

use super::row::{Kind, Row};
use crate::html::words::{both, text};
use crate::visible::visible_line;

/// How deep shared types are written out.
const DEEP: usize = 3;
/// How many fields of one schema are listed.
const FIELDS: usize = 400;

/// The contract of a row in a dialect; none where the dialect has none.
pub(super) fn contract(dialect: &Dialect, row: &Row) -> Option<Markup> {
    match row.kind {
        Kind::Action => dialect.actions.get(&row.name).map(|action| {
            html! {
                p { (text(&action.summary)) }
                (facts(&[
                    (both("category", "分类"), Some(action.category.clone())),
                    (both("effect", "影响"), Some(effect(action.effect))),
                    (both("since", "始于"), action.since.clone()),
                    (both("aliases", "别名"), Some(action.aliases.join(", ")).filter(|it| !it.is_empty())),
                    (both("status", "状态"), presence(action.presence)),
                    (both("declared in", "定义于"), Some(action.declared_in.clone())),
                ]))
                (fields(dialect, &both("Parameters", "参数"), &action.params))
                (fields(dialect, &both("Result", "返回"), &action.result))
                @for example in action.examples.iter().take(2) {
                    h3 { (both("Example", "示例")) ": " (example.title) }
                    pre tabindex="0" { code { (pretty(&example.params)) } }
                    @if let Some(result) = serde_json::to_value(&example.result).ok().filter(|it| !it.is_null()) {
                        pre tabindex="0" { code { (pretty(&result)) } }
                    }
                }
                (sources(&action.sources))
            }
        }),
        Kind::Segment => dialect.segments.get(&row.name).map(|segment| {
            html! {
                p { (text(&segment.summary)) }
                (facts(&[
                    (both("since", "始于"), segment.since.clone()),
                    (both("status", "状态"), presence(segment.presence)),
                    (both("declared in", "定义于"), Some(segment.declared_in.clone())),
                ]))
                @if let Some(send) = &segment.send { (fields(dialect, &both("To send", "发送"), send)) }
                @if let Some(receive) = &segment.receive { (fields(dialect, &both("Received", "接收"), receive)) }
                (sources(&segment.sources))
            }
        }),
        Kind::Event => dialect.events.get(&row.name).map(|event| {
            html! {
                p { (text(&event.summary)) }
                (facts(&[
                    (both("since", "始于"), event.since.clone()),
                    (both("status", "状态"), presence(event.presence)),
                    (both("declared in", "定义于"), Some(event.declared_in.clone())),
                ]))
                (fields(dialect, &both("Data", "数据"), &event.data))
                (sources(&event.sources))
            }
        }),
        Kind::Transport | Kind::Requirement => {
            let requirement = dialect.requirements.as_ref()?.requirements.iter().find(|one| one.id == row.name)?;
            Some(html! {
                p { (text(&requirement.sentence)) }
                (sources(std::slice::from_ref(&requirement.source)))
            })
        }
    }
}

fn effect(effect: Effect) -> String {
    serde_json::to_value(effect).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn presence(presence: Presence) -> Option<String> {
    (presence == Presence::DocumentedOnly).then(|| "documented only".to_owned())
}

fn facts(facts: &[(Markup, Option<String>)]) -> Markup {
    html! {
        dl {
            @for (name, value) in facts {
                @if let Some(value) = value { div { dt { (name) } dd { code { (value) } } } }
            }
        }
    }
}

fn sources(sources: &[Source]) -> Markup {
    html! {
        @for source in sources {
            p.source {
                (both("Source:", "出处：")) " " cite { (source.document) " § " (source.heading) }
                @if let Some(note) = &source.note { " — " (note) }
            }
        }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The fields of a schema, one per line, shared types written out.
fn fields(dialect: &Dialect, title: &Markup, schema: &Schema) -> Markup {
    let mut lines = Vec::new();
    list(dialect, schema, "", true, 0, &mut lines);
    let kind = kind(schema);
    html! {
        h3 { (title) " " code { (kind) } }
        @if !lines.is_empty() {
            div.wide tabindex="0" {
                table.fields {
                    tbody {
                        @for line in &lines {
                            tr {
                                th scope="row" { code { (line.name) } @if line.required { " " abbr title="required" { "*" } } }
                                td { code { (line.kind) } }
                                td { (line.about) }
                            }
                        }
                    }
                }
            }
        }
    }
}

struct Line {
    name: String,
    kind: String,
    required: bool,
    about: String,
}

fn list(dialect: &Dialect, schema: &Schema, before: &str, required: bool, depth: usize, lines: &mut Vec<Line>) {
    let _ = required;
    if depth > DEEP || lines.len() >= FIELDS {
        return;
    }
    if let Some(shared) =
        schema.get("$ref").and_then(Value::as_str).and_then(referenced).and_then(|it| dialect.types.get(it))
    {
        list(dialect, &shared.schema, before, required, depth + 1, lines);
    }
    if let Some(items) = schema.get("items") {
        list(dialect, items, &format!("{before}[]."), required, depth, lines);
    }
    for alternatives in ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema.get(*key)?.as_array()) {
        for one in alternatives {
            list(dialect, one, before, false, depth + 1, lines);
        }
    }
    let needed: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{before}{name}");
        if lines.len() >= FIELDS || lines.iter().any(|line| line.name == path) {
            continue;
        }
        let about = field.get("description").and_then(Value::as_str).unwrap_or_default();
        lines.push(Line {
            name: visible_line(&path),
            kind: kind(field),
            required: needed.contains(&name.as_str()),
            about: visible_line(about),
        });
        list(dialect, field, &format!("{path}."), true, depth, lines);
    }
}

/// The type of a schema in few words.
fn kind(schema: &Schema) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(referenced) {
        return name.to_owned();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(alternatives) = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array()) {
        return alternatives.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::String(word)) if word == "array" => {
            format!("array of {}", schema.get("items").map_or_else(|| "anything".to_owned(), kind))
        }
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    }
}
