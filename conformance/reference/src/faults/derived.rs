//! Faults that follow from the contracts: each field of a result or an event can be left out or be of another type.

use botspec_schema::model::Presence;
use botspec_schema::{Dialect, VIRTUAL, referenced};
use serde_json::Value;

use super::edit::{Alter, Edit, Place};
use super::switch::requires;
use super::{EchoFault, EnvelopeFault, Fault, Kind};

pub(super) fn all(dialect: &Dialect) -> Vec<Fault> {
    let mut faults = Vec::new();
    for action in dialect.actions.values().filter(|action| action.presence == Presence::Current) {
        let place = Place::Result(action.name.clone());
        fields(dialect, "result", &action.name, &place, &action.result, &mut faults);
    }
    for event in dialect.events.values().filter(|event| event.presence == Presence::Current) {
        let place = Place::Event(event.name.clone());
        fields(dialect, "event", &event.name, &place, &event.data, &mut faults);
        faults.push(Fault {
            id: format!("event-undelivered/{}", event.name),
            sentence: format!("{} is never sent", event.name),
            source: None,
            kind: Kind::Undelivered(event.name.clone()),
        });
    }
    let envelopes = ENVELOPES.iter().filter(|(_, _, fault)| concerns(dialect, *fault));
    faults.extend(envelopes.map(|(id, sentence, fault)| plain(id, sentence, Kind::Envelope(*fault))));
    if dialect.file.request_frame.is_some() {
        faults.extend(ECHOES.iter().map(|(id, sentence, fault)| plain(id, sentence, Kind::Echo(*fault))));
    }
    faults
}

/// Whether a dialect has what is wrong with an envelope.
fn concerns(dialect: &Dialect, fault: EnvelopeFault) -> bool {
    match fault {
        EnvelopeFault::TextsEmpty => requires(dialect, "envelope/failed-message"),
        EnvelopeFault::OkWithRetcodeOfAsync | EnvelopeFault::AsyncWithRetcodeOfOk => {
            dialect.file.envelope.outcomes.deferred.is_some()
        }
        _ => true,
    }
}

fn plain(id: &str, sentence: &str, kind: Kind) -> Fault {
    Fault { id: id.to_owned(), sentence: sentence.to_owned(), source: None, kind }
}

const ENVELOPES: &[(&str, &str, EnvelopeFault)] = &[
    (
        "envelope-status/failed-with-ok-retcode",
        "a failure has the retcode of success",
        EnvelopeFault::FailedWithRetcodeOfOk,
    ),
    (
        "envelope-status/ok-with-other-retcode",
        "a success has a retcode that means failure",
        EnvelopeFault::OkWithRetcodeOfFailed,
    ),
    (
        "envelope-status/ok-with-async-retcode",
        "a success has the retcode of a call for later",
        EnvelopeFault::OkWithRetcodeOfAsync,
    ),
    (
        "envelope-status/async-with-ok-retcode",
        "a call for later has the retcode of success",
        EnvelopeFault::AsyncWithRetcodeOfOk,
    ),
    (
        "envelope-status/unknown-status",
        "the status of a success is a word that nobody knows",
        EnvelopeFault::UnknownStatus,
    ),
    (
        "envelope-status/failure-looks-done",
        "a call that failed is answered like one that succeeded",
        EnvelopeFault::FailureLooksDone,
    ),
    ("envelope-missing/status", "the envelope has no status", EnvelopeFault::StatusDropped),
    ("envelope-missing/retcode", "the envelope has no retcode", EnvelopeFault::RetcodeDropped),
    ("envelope-missing/data", "data is left out where there is nothing to tell", EnvelopeFault::NullDataDropped),
    ("envelope-text/empty", "a failure says nothing of what went wrong", EnvelopeFault::TextsEmpty),
    ("envelope-type/retcode", "the retcode is a string", EnvelopeFault::RetcodeAsString),
    ("envelope-type/failed-data", "data of a failure is an object", EnvelopeFault::FailedDataObject),
];

const ECHOES: &[(&str, &str, EchoFault)] = &[
    ("echo-changed/dropped", "answers have no echo", EchoFault::Dropped),
    ("echo-changed/dropped-on-failure", "answers to calls that failed have no echo", EchoFault::DroppedOnFailure),
    ("echo-changed/null", "the echo is always null", EchoFault::Null),
    ("echo-changed/number-to-string", "an echo that is a number comes back as a string", EchoFault::NumberAsString),
    ("echo-changed/always-the-same", "every answer has the same echo", EchoFault::Constant),
    ("echo-changed/empty-dropped", "an echo that is empty, zero or false is dropped", EchoFault::EmptyDropped),
    (
        "echo-changed/object-to-text",
        "an echo that is an object or array comes back as its text",
        EchoFault::ObjectAsText,
    ),
    (
        "echo-changed/digits-to-number",
        "an echo that is a string of digits comes back as a number",
        EchoFault::DigitsAsNumber,
    ),
    (
        "echo-changed/trimmed",
        "an echo that is a string comes back without the white space around it",
        EchoFault::Trimmed,
    ),
    ("echo-changed/cut", "an echo that is a long string comes back cut off", EchoFault::Cut),
    ("echo-changed/lower-cased", "an echo that is a string comes back in lower case", EchoFault::LowerCased),
];

/// One property of an object somewhere in a schema.
pub(super) struct Field<'s> {
    pub(super) path: Vec<String>,
    pub(super) schema: &'s Value,
    required: bool,
}

/// Every field of a schema, with those of what stands in it.
pub(super) fn all_fields<'s>(dialect: &'s Dialect, schema: &'s Value) -> Vec<Field<'s>> {
    let mut found = Vec::new();
    collect(dialect, schema, &mut Vec::new(), &mut Vec::new(), &mut found);
    found
}

fn fields(dialect: &Dialect, family: &str, name: &str, place: &Place, schema: &Value, faults: &mut Vec<Fault>) {
    for field in all_fields(dialect, schema) {
        let at = field.path.join("/");
        let mut add = |what: &str, sentence: String, change: Alter| {
            let edit = Edit { place: place.clone(), path: field.path.clone(), change };
            let id = format!("{family}-{what}/{name}/{at}");
            if faults.iter().all(|fault| fault.id != id) {
                faults.push(Fault { id, sentence, source: None, kind: Kind::Edits(vec![edit]) });
            }
        };
        if field.required {
            add("missing", format!("{name} leaves out {at}"), Alter::Remove);
        }
        if !untyped(field.schema) {
            add("type", format!("{name} tells {at} as another type"), Alter::Retype);
        }
        if field.schema.get("x-counts").is_some() {
            add("count", format!("{name} counts one more in {at} than there are"), Alter::Add(1));
        }
        if field.schema.get("enum").is_some() {
            let unknown = Value::String("botspec-unknown".to_owned());
            add("enum", format!("{name} tells {at} as a word that nobody knows"), Alter::Set(unknown));
        }
    }
}

fn untyped(schema: &Value) -> bool {
    !["type", "enum", "const", "oneOf"].iter().any(|keyword| schema.get(keyword).is_some())
}

/// Whether a schema is a message, or something else that is made of segments: what is in it depends on what was sent.
fn is_sent(schema: &Value) -> bool {
    definition(schema).is_some_and(|name| VIRTUAL.contains(&name))
}

/// The name of the definition that a schema stands for.
pub(super) fn definition(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(referenced)
}

/// The fields of a schema and of what stands in them. A shape that holds itself is followed once.
fn collect<'s>(
    dialect: &'s Dialect,
    schema: &'s Value,
    path: &mut Vec<String>,
    within: &mut Vec<&'s Value>,
    found: &mut Vec<Field<'s>>,
) {
    let schema = resolve(dialect, schema);
    if within.iter().any(|outer| std::ptr::eq(*outer, schema)) {
        return;
    }
    within.push(schema);
    collect_in(dialect, schema, path, within, found);
    within.pop();
}

fn collect_in<'s>(
    dialect: &'s Dialect,
    schema: &'s Value,
    path: &mut Vec<String>,
    within: &mut Vec<&'s Value>,
    found: &mut Vec<Field<'s>>,
) {
    if let Some(items) = schema.get("items") {
        collect(dialect, items, path, within, found);
    }
    if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
        for branch in branches {
            collect(dialect, branch, path, within, found);
        }
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let required = schema.get("required").and_then(Value::as_array);
    for (key, property) in properties {
        path.push(key.clone());
        let schema = resolve(dialect, property);
        found.push(Field {
            path: path.clone(),
            schema,
            required: required.is_some_and(|names| names.iter().any(|name| name == key)),
        });
        if !is_sent(property) {
            collect(dialect, schema, path, within, found);
        }
        path.pop();
    }
}

pub(super) fn resolve<'s>(dialect: &'s Dialect, schema: &'s Value) -> &'s Value {
    definition(schema).and_then(|name| dialect.defs().get(name)).unwrap_or(schema)
}
