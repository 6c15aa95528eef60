//! The segments of a message in any of its forms.

use botspec_schema::model::{CqCode, FailureKind, Presence, Segment};
use botspec_schema::{Kind, SEGMENT_DATA, SEGMENT_TYPE, cq};
use serde_json::{Value, json};

use crate::answer::Failure;
use crate::coerce::coerce;
use crate::faults::Switch;
use crate::protocol::Context;

/// More segments do not fit into a message: reading them would hold up everybody else.
const MOST_SEGMENTS: usize = 5_000;

fn too_many(count: usize) -> Result<(), Failure> {
    if count <= MOST_SEGMENTS {
        return Ok(());
    }
    Err(Failure::action(format!("a message of {count} segments is too long; at most {MOST_SEGMENTS} fit in")))
}

/// The segments of a message, which is a string, a segment or a list of segments.
pub(super) fn segments(context: &Context<'_>, message: Value, plain: bool) -> Result<Vec<Value>, Failure> {
    too_many(message.as_array().map_or(0, Vec::len))?;
    let faults = context.served.faults;
    match message {
        Value::String(text) => in_string(context, text, plain),
        Value::Object(_) if faults.on(Switch::SingleSegmentRefused) => {
            Err(Failure::action("a message is a string or an array"))
        }
        Value::Array(segments) if faults.on(Switch::ArrayUnescaped) => {
            Ok(segments.into_iter().map(|segment| unescaped(context, segment)).collect())
        }
        Value::Array(segments) => Ok(segments),
        single => Ok(vec![single]),
    }
}

fn in_string(context: &Context<'_>, text: String, plain: bool) -> Result<Vec<Value>, Failure> {
    let faults = context.served.faults;
    let Some(signs) = context.served.dialect.file.cq_code.as_ref() else {
        return Err(Failure::action("a message is no string"));
    };
    if faults.on(Switch::StringMessageRefused) {
        return Err(Failure::action("no strings, please"));
    }
    if (plain && !faults.on(Switch::AutoEscapeIgnored)) || faults.on(Switch::CqNotParsed) {
        return Ok(vec![as_text(signs, &text)]);
    }
    let text = if faults.on(Switch::CqNotUnescaped) { keep_escapes(signs, &text) } else { text };
    // Counting costs nothing; parsing keeps the world from everybody else.
    too_many(text.matches(signs.open.as_str()).count())?;
    let mut segments = cq::parse(signs, &text);
    too_many(segments.len())?;
    if faults.on(Switch::CqUnescapedTwice) {
        segments = segments.into_iter().map(|segment| unescaped(context, segment)).collect();
    }
    Ok(segments.into_iter().map(|segment| typed(context, segment)).collect())
}

fn as_text(signs: &CqCode, text: &str) -> Value {
    json!({ SEGMENT_TYPE: signs.text_segment, SEGMENT_DATA: { &*signs.text_key: text } })
}

/// The type of a segment.
pub(super) fn kind(segment: &Value) -> &str {
    segment.get(SEGMENT_TYPE).and_then(Value::as_str).unwrap_or_default()
}

/// A segment out of a string, where all values are texts, with values as its contract states.
fn typed(context: &Context<'_>, mut segment: Value) -> Value {
    let dialect = context.served.dialect;
    let contract = dialect.segments.get(kind(&segment));
    if let Some(schema) = contract.and_then(|contract| contract.value.send.as_ref())
        && let Some(data) = segment.get_mut(SEGMENT_DATA)
    {
        *data = coerce(dialect, schema, data.take(), None);
    }
    segment
}

/// A segment that can be sent. One out of a string was not checked with the parameters; where a build looks at segments only when
/// it sends them, none was.
pub(super) fn valid(context: &Context<'_>, segment: Value) -> Result<Value, Failure> {
    let dialect = context.served.dialect;
    let name = kind(&segment);
    if dialect.segments.get(name).is_some_and(|contract| contract.presence != Presence::Current) {
        return Err(Failure::action(format!("a `{name}` cannot be sent")));
    }
    let checked = dialect.check_as_taken(Kind::SegmentSend, Some(name), &segment);
    match checked.map_err(|unknown| Failure::action(unknown.to_string()))?.violations.first() {
        None => Ok(segment),
        Some(violation) => Err(Failure::action(format!("a `{name}`: {violation}"))),
    }
}

/// What merges with others of its kind alone.
const NODE: &str = "node";

/// Refuses company for segments that stand alone.
pub(super) fn alone(context: &Context<'_>, segments: &[Value]) -> Result<(), Failure> {
    let contracts = &context.served.dialect.segments;
    let is = |segment: &Value, test: fn(&Segment) -> bool| {
        let contract = contracts.get(kind(segment)).filter(|it| it.presence == Presence::Current && it.send.is_some());
        contract.is_some_and(|contract| test(contract))
    };
    let shown: Vec<&Value> = segments.iter().filter(|segment| !is(segment, |it| it.vanishes)).collect();
    let Some(lonely) = shown.iter().find(|segment| is(segment, |it| it.alone)) else { return Ok(()) };
    let of_a_kind = shown.iter().all(|segment| kind(segment) == kind(lonely));
    if shown.len() == 1 || (of_a_kind && kind(lonely) == NODE) {
        return Ok(());
    }
    let unread = context.served.dialect.file.coercions.unread_segments.as_ref();
    let is_refused = unread.is_some_and(|unread| unread.company_refused.iter().any(|name| name == kind(lonely)));
    let failure = if is_refused { FailureKind::InvalidParams } else { FailureKind::ActionFailed };
    Err(Failure::new(failure, format!("a `{}` is sent alone", kind(lonely))))
}

/// Refuses segments that an action does not take.
pub(super) fn taken(context: &Context<'_>, action: &str, segments: &[Value]) -> Result<(), Failure> {
    let contracts = &context.served.dialect.segments;
    let refused = |name: &str| contracts.get(name).is_some_and(|it| it.refused_by.iter().any(|other| other == action));
    match segments.iter().map(kind).find(|name| refused(name)) {
        Some(name) => Err(Failure::action(format!("`{action}` takes no `{name}`"))),
        None => Ok(()),
    }
}

/// A string whose escapes survive when it is read.
fn keep_escapes(signs: &CqCode, text: &str) -> String {
    let escapes = signs.value_escapes.iter();
    escapes
        .fold(text.to_owned(), |text, escape| text.replace(&escape.escaped, &cq::escape_text(signs, &escape.escaped)))
}

/// The same segment with escapes in its texts undone.
fn unescaped(context: &Context<'_>, mut segment: Value) -> Value {
    if let (Some(signs), Some(data)) = (&context.served.dialect.file.cq_code, segment.get_mut(SEGMENT_DATA)) {
        unescape(data, signs);
    }
    segment
}

fn unescape(value: &mut Value, signs: &CqCode) {
    match value {
        Value::String(text) => {
            let escapes = signs.value_escapes.iter().rev();
            *text = escapes.fold(text.clone(), |text, escape| text.replace(&escape.escaped, &escape.raw));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| unescape(item, signs)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| unescape(entry, signs)),
        _ => {}
    }
}
