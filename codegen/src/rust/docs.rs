//! Doc comments, from what the contract says.

use botspec_schema::SINCE;
use botspec_schema::model::{Action, Deprecation, Effect, Event, Presence, Segment, SharedType, Source, Text};
use serde_json::Value;

use super::names;

/// Both languages, each a paragraph.
fn summary(text: &Text) -> Vec<String> {
    if text.en == text.zh {
        return vec![escape(&text.en)];
    }
    vec![escape(&text.en), String::new(), escape(&text.zh)]
}

fn sources(sources: &[Source]) -> Vec<String> {
    if sources.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), SOURCE.to_owned()];
    for source in sources {
        lines.push(format!("- {}, {}", escape(&source.document), escape(&source.heading)));
        if let Some(note) = &source.note {
            lines.push(format!("  ({})", escape(note)));
        }
    }
    lines
}

fn standing(since: Option<&str>, deprecated: Option<&Deprecation>, presence: Presence) -> Vec<String> {
    let mut lines = introduced(since);
    if let Some(deprecated) = deprecated {
        let instead = deprecated.instead.as_deref().map(|name| format!("; use `{name}`")).unwrap_or_default();
        lines.extend([String::new(), format!("**Deprecated** since version {}{instead}.", escape(&deprecated.since))]);
    }
    if presence == Presence::DocumentedOnly {
        lines.extend([String::new(), "A document mentions it; no build has it.".to_owned()]);
    }
    lines
}

fn introduced(since: Option<&str>) -> Vec<String> {
    since.map_or_else(Vec::new, |since| vec![String::new(), format!("Since version {}.", escape(since))])
}

/// The version that introduced a part of a contract, where the schema says so.
fn since(schema: &Value) -> Option<&str> {
    schema.get(SINCE).and_then(Value::as_str)
}

pub(crate) fn action(action: &Action) -> Vec<String> {
    let mut lines = summary(&action.summary);
    let names = std::iter::once(&action.name).chain(&action.aliases);
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    let effect = match action.effect {
        Effect::Read => "changes nothing",
        Effect::Send => "other people see it",
        Effect::Write => "can be put back",
        Effect::Destructive => "cannot be put back",
        Effect::Lifecycle => "restarts or ends the bot",
    };
    lines.extend([String::new(), format!("Action {}; {effect}.", names.join(", also "))]);
    lines.extend(standing(action.since.as_deref(), action.deprecated.as_ref(), action.presence));
    lines.extend(sources(&action.sources));
    lines
}

pub(crate) fn event(event: &Event) -> Vec<String> {
    let mut lines = summary(&event.summary);
    lines.extend(standing(event.since.as_deref(), event.deprecated.as_ref(), event.presence));
    lines.extend(sources(&event.sources));
    lines
}

/// A segment in one direction, with the schema of its data there.
pub(crate) fn segment(segment: &Segment, schema: &Value) -> Vec<String> {
    let mut lines = summary(&segment.summary);
    if segment.alone {
        lines.extend([String::new(), "A message holds nothing beside it.".to_owned()]);
    }
    if !segment.refused_by.is_empty() {
        let names: Vec<_> = segment.refused_by.iter().map(|name| format!("`{name}`")).collect();
        lines.extend([String::new(), format!("Refused in messages of {}.", names.join(", "))]);
    }
    if segment.vanishes {
        lines.extend([
            String::new(),
            "It tells how to send and does not come back when the message is read.".to_owned(),
        ]);
    }
    let since = since(schema).or(segment.since.as_deref());
    lines.extend(standing(since, segment.deprecated.as_ref(), segment.presence));
    lines.extend(sources(&segment.sources));
    lines
}

pub(crate) fn shared(shared: &SharedType) -> Vec<String> {
    let mut lines = summary(&shared.summary);
    lines.extend(introduced(shared.since.as_deref()));
    lines.extend(sources(&shared.sources));
    lines
}

/// The first line of a summary, for a variant.
pub(crate) fn short(text: &Text) -> Vec<String> {
    vec![escape(&text.en)]
}

/// A field: its description, default and other names.
pub(crate) fn field(key: &str, schema: &Value) -> Vec<String> {
    let mut lines = vec![described(schema).unwrap_or_else(|| format!("`{key}`."))];
    if let Some(default) = schema.get("default") {
        lines.extend([String::new(), format!("Left out, it is `{default}`.")]);
    }
    if names::field(key) != key {
        lines.extend([String::new(), format!("On the wire it is `{key}`.")]);
    }
    lines.extend(introduced(since(schema)));
    lines
}

/// The description in a schema.
pub(crate) fn described(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(escape)
}

/// Says in the docs of a record which of its keys it needs at least one set of.
pub(crate) fn with_alternatives(mut lines: Vec<String>, schema: &Value) -> Vec<String> {
    let end = lines.iter().position(|line| line == SOURCE).map_or(lines.len(), |source| source.saturating_sub(1));
    lines.splice(end..end, alternatives(schema));
    lines
}

/// What the list of sources begins with.
pub(crate) const SOURCE: &str = "Source:";

fn alternatives(schema: &Value) -> Vec<String> {
    let sets: Vec<String> = schema
        .get("anyOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|branch| {
            let keys = branch.get("required")?.as_array()?.iter().filter_map(Value::as_str);
            Some(keys.map(|key| format!("`{}`", names::field(key))).collect::<Vec<_>>().join(" and "))
        })
        .collect();
    if sets.is_empty() { Vec::new() } else { vec![String::new(), format!("Give {}.", sets.join(", or "))] }
}

/// Text in which rustdoc finds no link and no tag outside of code.
fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for character in text.chars() {
        match character {
            '`' => code = !code,
            '[' | ']' | '<' | '>' if !code => out.push('\\'),
            '\n' => {
                out.push(' ');
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    out
}
