//! In which contract a place of a document stands.
//!
//! An answer is described by several contracts: the envelope by that of the dialect, the result by that of the action,
//! what the result refers to by a shared type, a segment of a message by its own. What is wrong there is wrong there
//! for every action that refers to it.

use botspec_schema::{DATA, Dialect, SEGMENT_TYPE, VIRTUAL, referenced};
use serde_json::Value;

use crate::record::Check;

/// The second parts of ids of checks that follow from a contract.
pub(super) const ACTION: &str = "action";
pub(super) const EVENT: &str = "event";
pub(super) const SEGMENT: &str = "segment";
/// The second part of ids of checks about the calls that a bot makes, as its traffic shows them.
pub(super) const BOT: &str = "bot";
/// The part of a place that stands for a shared type, and for the envelope of a dialect.
pub(super) const TYPE: &str = "type";
pub(super) const ENVELOPE: &str = "envelope";

/// What stands for every item of an array, and for every event.
pub(super) const ANY: &str = "*";

/// The contract that a check follows from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    area: &'a str,
    name: &'a str,
}

impl<'a> Subject<'a> {
    /// The contract of a check; none for the check of a requirement.
    pub(super) fn of(check: &'a Check) -> Option<Self> {
        subject(&check.id).map(|(area, name)| Self { area, name })
    }

    /// Its name among places.
    pub(super) fn place(self, dialect: &str) -> String {
        format!("{dialect}/{}/{}", self.area, self.name)
    }
}

/// The kind and the name of the contract that a check follows from, by its id: the dialect, the kind, the name, and what
/// is asked of it. None for the check of a requirement.
pub(crate) fn subject(id: &str) -> Option<(&str, &str)> {
    let mut parts = id.split('/').skip(1);
    let (area, name, aspect) = (parts.next()?, parts.next()?, parts.next());
    ([ACTION, EVENT, SEGMENT].contains(&area) && aspect.is_some()).then_some((area, name))
}

/// The place that stands for every event of the same dialect.
pub(super) fn events(place: &str) -> Option<String> {
    let mut parts = place.splitn(3, '/');
    let (dialect, area, name) = (parts.next()?, parts.next()?, parts.next()?);
    (area == EVENT && name != ANY).then(|| format!("{dialect}/{EVENT}/{ANY}"))
}

/// The contract in which a place of a document stands, and the pointer from there.
pub(super) fn of(
    check: &Check,
    dialect: Option<&Dialect>,
    pointer: &str,
    document: Option<&Value>,
) -> (String, String) {
    // Of a call, the parameters are wrong.
    if check.id.split('/').nth(1) == Some(BOT) {
        return (check.id.clone(), pointer.to_owned());
    }
    let subject = Subject::of(check);
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let envelope = dialect.map(|dialect| &dialect.file.envelope.schema);
    let in_envelope = tokens.first().is_some_and(|first| {
        first != DATA && envelope.is_some_and(|it| it.pointer("/properties").is_some_and(|it| it.get(first).is_some()))
    });
    let is_event = matches!(subject, Some(Subject { area: EVENT, .. }));
    if in_envelope && !is_event {
        return (format!("{}/{ENVELOPE}", check.dialect), pointer.to_owned());
    }
    let Some(subject) = subject else {
        let requirement = check.requirements.first().unwrap_or(&check.id);
        return (requirement.clone(), pointer.to_owned());
    };
    let own = (subject.place(&check.dialect), pointer.to_owned());
    let Some(dialect) = dialect else { return own };
    let (schema, start) = match subject.area {
        ACTION => (dialect.action(subject.name).map(|it| &it.result), 1),
        EVENT => (dialect.events.get(subject.name).map(|it| &it.data), 0),
        _ => (None, 0),
    };
    let Some(schema) = schema.filter(|_| start <= tokens.len()) else { return own };
    let document = if start == 0 { document } else { document.and_then(|it| it.get(DATA)) };
    let mut walk = Walk { dialect, tokens: &tokens[start..], found: None, steps: 0 };
    match walk.schema(schema, 0, document).then_some(walk.found).flatten() {
        Some((place, at)) => (place, rest(pointer, start + at)),
        None => own,
    }
}

/// A pointer without its first parts.
fn rest(pointer: &str, parts: usize) -> String {
    let start = pointer.match_indices('/').nth(parts).map_or(pointer.len(), |(at, _)| at);
    pointer[start..].to_owned()
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// How many schemas are looked at for one pointer; no contract needs so many.
const STEPS: usize = 2_000;

/// A way from a schema along the parts of a pointer.
struct Walk<'a> {
    dialect: &'a Dialect,
    tokens: &'a [String],
    /// The innermost contract, and where in the pointer it begins.
    found: Option<(String, usize)>,
    steps: usize,
}

impl Walk<'_> {
    /// Whether the rest of the pointer leads through this schema.
    fn schema(&mut self, schema: &Value, at: usize, document: Option<&Value>) -> bool {
        self.steps += 1;
        // What stands at the end of the pointer was declared by whoever refers to it.
        if at == self.tokens.len() || self.steps > STEPS {
            return at == self.tokens.len();
        }
        let before = self.found.clone();
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(referenced)
            && self.reference(name, at, document)
        {
            return true;
        }
        self.found = before;
        let token = &self.tokens[at];
        let inside = document.and_then(|it| match it {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            other => other.get(token),
        });
        let member = schema.get("properties").and_then(|it| it.get(token));
        let others = ["items", "additionalProperties"].map(|key| schema.get(key));
        if let Some(next) = member.or(others[0]).or(others[1])
            && self.schema(next, at + 1, inside)
        {
            return true;
        }
        let alternatives = ["allOf", "anyOf", "oneOf"].map(|key| schema.get(key).and_then(Value::as_array));
        let cases = ["then", "else"].map(|key| schema.get(key));
        alternatives.into_iter().flatten().flatten().chain(cases.into_iter().flatten()).any(|one| {
            let before = self.found.clone();
            let leads = self.schema(one, at, document);
            if !leads {
                self.found = before;
            }
            leads
        })
    }

    fn reference(&mut self, name: &str, at: usize, document: Option<&Value>) -> bool {
        if let Some(shared) = self.dialect.types.get(name) {
            self.found = Some((format!("{}/{TYPE}/{name}", self.dialect.name()), at));
            return self.schema(&shared.schema, at, document);
        }
        // A message is made of segments, each of which reports its type itself.
        if !VIRTUAL.contains(&name) {
            return false;
        }
        let is_index = self.tokens[at].bytes().all(|byte| byte.is_ascii_digit());
        let (segment, at) = if is_index {
            (document.and_then(|it| it.get(self.tokens[at].parse::<usize>().ok()?)), at + 1)
        } else {
            (document, at)
        };
        let Some(kind) = segment.and_then(|it| it.get(SEGMENT_TYPE)).and_then(Value::as_str) else { return false };
        if !self.dialect.segments.contains_key(kind) {
            return false;
        }
        self.found = Some((format!("{}/{SEGMENT}/{kind}", self.dialect.name()), at));
        true
    }
}
