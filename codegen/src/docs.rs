//! What a contract states about something, for people: text in which backticks mark code, and nothing else is marked.

use botspec_schema::SINCE;
use botspec_schema::model::{Action, Deprecation, Effect, Event, Presence, Segment, SharedType, Source, Text};
use serde_json::Value;

/// The comment of an item. A back end marks it up in the way of its language.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Docs {
    /// The first one is the summary; one in Chinese follows where it differs.
    pub(crate) paragraphs: Vec<String>,
    /// Where the facts come from.
    pub(crate) sources: Vec<SourceLine>,
}

/// A document and a heading in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourceLine {
    pub(crate) place: String,
    pub(crate) note: Option<String>,
}

impl Docs {
    /// One paragraph.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { paragraphs: vec![text.into()], sources: Vec::new() }
    }

    /// Both languages, each a paragraph.
    fn summary(text: &Text) -> Self {
        let mut docs = Self::text(&text.en);
        if text.en != text.zh {
            docs.add(&text.zh);
        }
        docs
    }

    fn add(&mut self, paragraph: impl Into<String>) {
        self.paragraphs.push(paragraph.into());
    }

    fn standing(&mut self, since: Option<&str>, deprecated: Option<&Deprecation>, presence: Presence) {
        self.introduced(since);
        if let Some(deprecated) = deprecated {
            let instead = deprecated.instead.as_deref().map(|name| format!("; use `{name}`")).unwrap_or_default();
            self.add(format!("Deprecated since version {}{instead}.", deprecated.since));
        }
        if presence == Presence::DocumentedOnly {
            self.add("A document mentions it; no build has it.");
        }
    }

    fn introduced(&mut self, since: Option<&str>) {
        self.paragraphs.extend(since.map(|since| format!("Since version {since}.")));
    }

    fn with_sources(mut self, sources: &[Source]) -> Self {
        self.sources.extend(sources.iter().map(|source| SourceLine {
            place: format!("{}, {}", source.document, source.heading),
            note: source.note.clone(),
        }));
        self
    }
}

/// The version that introduced a part of a contract, where the schema states so.
fn since(schema: &Value) -> Option<&str> {
    schema.get(SINCE).and_then(Value::as_str)
}

pub(crate) fn action(action: &Action) -> Docs {
    let mut docs = Docs::summary(&action.summary);
    let names = std::iter::once(&action.name).chain(&action.aliases);
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    let effect = match action.effect {
        Effect::Read => "changes nothing",
        Effect::Send => "other people see it",
        Effect::Write => "can be put back",
        Effect::Destructive => "cannot be put back",
        Effect::Lifecycle => "restarts or ends the bot",
    };
    docs.add(format!("Action {}; {effect}.", names.join(", also ")));
    docs.standing(action.since.as_deref(), action.deprecated.as_ref(), action.presence);
    docs.with_sources(&action.sources)
}

pub(crate) fn event(event: &Event) -> Docs {
    let mut docs = Docs::summary(&event.summary);
    docs.standing(event.since.as_deref(), event.deprecated.as_ref(), event.presence);
    docs.with_sources(&event.sources)
}

/// A segment in one direction, with the schema of its data there.
pub(crate) fn segment(segment: &Segment, schema: &Value) -> Docs {
    let mut docs = Docs::summary(&segment.summary);
    if segment.alone {
        docs.add("A message holds nothing beside it.");
    }
    if !segment.refused_by.is_empty() {
        let names: Vec<_> = segment.refused_by.iter().map(|name| format!("`{name}`")).collect();
        docs.add(format!("Refused in messages of {}.", names.join(", ")));
    }
    if segment.vanishes {
        docs.add("It controls how the message is sent, and does not come back when the message is read.");
    }
    let since = since(schema).or(segment.since.as_deref());
    docs.standing(since, segment.deprecated.as_ref(), segment.presence);
    docs.with_sources(&segment.sources)
}

pub(crate) fn shared(shared: &SharedType) -> Docs {
    let mut docs = Docs::summary(&shared.summary);
    docs.introduced(shared.since.as_deref());
    docs.with_sources(&shared.sources)
}

/// The first line of a summary, for a branch of a union.
pub(crate) fn short(text: &Text) -> Docs {
    Docs::text(&text.en)
}

/// A field: its description, and its default.
pub(crate) fn field(key: &str, schema: &Value) -> Docs {
    let mut docs = Docs::text(described(schema).unwrap_or_else(|| format!("`{key}`.")));
    if let Some(default) = schema.get("default") {
        docs.add(format!("Left out, it is `{default}`."));
    }
    docs.introduced(since(schema));
    docs
}

/// The description in a schema.
pub(crate) fn described(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(str::to_owned)
}

/// The sets of keys of which an object needs at least one; none where it needs no such set.
pub(crate) fn alternatives(schema: &Value) -> Vec<Vec<String>> {
    let branches = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let keys = |branch: &Value| -> Option<Vec<String>> {
        let keys = branch.get("required")?.as_array()?;
        Some(keys.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    branches.filter_map(keys).collect()
}
