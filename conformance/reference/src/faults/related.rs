//! Faults against what belongs together: an event and what caused it, a list and the single answers, a message in its event
//! and when it is read.

use botspec_schema::Dialect;
use botspec_schema::model::{Effect, Event, Presence};
use serde_json::Value;

use super::derived::{Field, all_fields, definition, resolve};
use super::edit::{Alter, Edit, Place};
use super::{Fault, Kind};

/// How far off a time is, in seconds.
const OFF: i64 = 8 * 3600;

/// How far off the id of a message is.
const OTHER: i64 = 7;

pub(super) fn all(dialect: &Dialect) -> Vec<Fault> {
    let mut faults = Vec::new();
    for event in dialect.events.values().filter(|event| event.presence == Presence::Current) {
        about(dialect, event, &mut faults);
        messages(dialect, event, &mut faults);
    }
    lists(dialect, &mut faults);
    times(dialect, &mut faults);
    faults
}

fn fault(id: String, sentence: String, edits: Vec<Edit>) -> Fault {
    Fault { id, sentence, source: None, kind: Kind::Edits(edits) }
}

/// A field that the trigger of an event determines has another value.
fn about(dialect: &Dialect, event: &Event, faults: &mut Vec<Fault>) {
    let fields = all_fields(dialect, &event.data);
    let expected = event.triggers.iter().flat_map(|trigger| trigger.expects.keys());
    for pointer in expected {
        let at = pointer.trim_start_matches('/');
        let id = format!("event-about/{}/{at}", event.name);
        let field = fields.iter().find(|field| field.path.join("/") == *at);
        let Some((field, change)) = field.and_then(|field| Some((field, other_value(field.schema)?))) else { continue };
        if faults.iter().all(|fault| fault.id != id) {
            let edit = Edit { place: Place::Event(event.name.clone()), path: field.path.clone(), change };
            faults.push(fault(id, format!("{} tells another {at} than what happened", event.name), vec![edit]));
        }
    }
}

/// A change to another value that the schema permits.
fn other_value(schema: &Value) -> Option<Alter> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        // The last is what the fewest triggers bring about.
        return words.last().cloned().map(Alter::Set);
    }
    let is = |name: &str| schema.get("type").is_some_and(|types| types.to_string().contains(name));
    match () {
        () if is("integer") => Some(Alter::Add(1)),
        () if is("boolean") => Some(Alter::Flip),
        () if is("string") => Some(Alter::Append("?")),
        () => None,
    }
}

/// The id in an event that holds a message names another one.
fn messages(dialect: &Dialect, event: &Event, faults: &mut Vec<Fault>) {
    let edit = |path| Edit { place: Place::Event(event.name.clone()), path, change: Alter::Add(OTHER) };
    let edits: Vec<Edit> = message_ids(dialect, event).map(edit).collect();
    if !edits.is_empty() {
        let id = format!("event-other/{}", event.name);
        faults.push(fault(id, format!("{} names another message than the one it holds", event.name), edits));
    }
}

/// Whether an event holds a message.
pub(super) fn holds_message(dialect: &Dialect, event: &Event) -> bool {
    message_ids(dialect, event).next().is_some()
}

/// Where an event has the id of the message that it holds.
fn message_ids<'d>(dialect: &'d Dialect, event: &'d Event) -> impl Iterator<Item = Vec<String>> {
    let is_beside_message = |path: &[String]| {
        let holds = |schema: &Value| {
            let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            fields.into_iter().any(|(_, schema)| definition(schema) == Some(MESSAGE))
        };
        let holder = path.split_last().map_or(&[][..], |(_, holder)| holder);
        schemas_at(dialect, &event.data, holder).into_iter().any(holds)
    };
    let ids = all_fields(dialect, &event.data).into_iter().filter(is_message_id);
    ids.map(|field| field.path).filter(move |path| is_beside_message(path))
}

/// The definition of a message that came.
const MESSAGE: &str = "message_receive";

fn is_message_id(field: &Field<'_>) -> bool {
    field.schema.get("x-id").is_some_and(|kind| kind == "message")
}

/// The schemas of the objects that a path leads to.
fn schemas_at<'s>(dialect: &'s Dialect, schema: &'s Value, path: &[String]) -> Vec<&'s Value> {
    let schema = resolve(dialect, schema);
    let forms = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let mut found: Vec<&Value> = forms.flat_map(|form| schemas_at(dialect, form, path)).collect();
    match path {
        [] => found.push(schema),
        [key, rest @ ..] => {
            let inner = schema.get("properties").and_then(|fields| fields.get(key));
            found.extend(inner.into_iter().flat_map(|inner| schemas_at(dialect, inner, rest)));
        }
    }
    found
}

/// Lists that other answers tell of have something twice, or nothing.
fn lists(dialect: &Dialect, faults: &mut Vec<Fault>) {
    let roles = &dialect.file.roles;
    let named = [&roles.friends, &roles.groups, &roles.members].map(|role| role.as_deref());
    for action in dialect.actions.values() {
        let result = resolve(dialect, &action.result);
        let is_listed = named.contains(&Some(&action.name));
        if action.presence != Presence::Current || action.effect != Effect::Read || !is_listed {
            continue;
        }
        let path: Vec<String> = if result.get("items").is_some() {
            Vec::new()
        } else {
            let fields = result.get("properties").and_then(Value::as_object).into_iter().flatten();
            let list = fields.into_iter().find(|(_, schema)| schema.get("items").is_some());
            list.into_iter().map(|(name, _)| name.clone()).collect()
        };
        let edit = |change: Alter| vec![Edit { place: Place::Result(action.name.clone()), path: path.clone(), change }];
        let name = &action.name;
        faults.push(fault(
            format!("result-repeated/{name}"),
            format!("{name} lists something twice"),
            edit(Alter::Repeat),
        ));
        // Who is a friend, no other answer tells.
        if roles.friends.as_deref() != Some(name) {
            faults.push(fault(format!("result-empty/{name}"), format!("{name} lists nothing"), edit(Alter::Empty)));
        }
    }
}

/// Times are off, as they are where a clock has another time zone.
fn times(dialect: &Dialect, faults: &mut Vec<Fault>) {
    let mut paths: Vec<Vec<String>> = Vec::new();
    for event in dialect.events.values() {
        let fields = event.data.get("properties").and_then(Value::as_object).into_iter().flatten();
        let times = fields.into_iter().filter(|(_, schema)| is_time(schema));
        for (name, _) in times {
            let path = vec![name.clone()];
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    let edits = |place: &Place| -> Vec<Edit> {
        let edit = |path: &Vec<String>| Edit { place: place.clone(), path: path.clone(), change: Alter::Add(-OFF) };
        paths.iter().map(edit).collect()
    };
    faults.push(fault(
        "time-off/events".to_owned(),
        "events have the time of another zone".to_owned(),
        edits(&Place::AnyEvent),
    ));
    let reads = dialect.file.roles.read_message.as_ref().and_then(|name| dialect.actions.get(name));
    if let Some(action) = reads {
        let fields = all_fields(dialect, &action.result).into_iter();
        let times = fields.filter(|field| is_time(field.schema) && field.path.len() < 3);
        let place = || Place::Result(action.name.clone());
        let edits = times.map(|field| Edit { place: place(), path: field.path, change: Alter::Add(-OFF) }).collect();
        let sentence = "a message that is read has the time of another zone".to_owned();
        faults.push(fault("time-off/messages".to_owned(), sentence, edits));
    }
}

/// Whether a number is a time, which is never before the year 2000.
fn is_time(schema: &Value) -> bool {
    schema.get("minimum").and_then(Value::as_i64) == Some(946_684_800)
}
