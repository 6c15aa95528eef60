//! Unions as a list of alternatives, which is the form that tools make types of.
//!
//! What belongs to one of them is the same as in the definitions that botspec itself checks with: the alternatives
//! exclude each other by their tags.

use serde_json::{Value, json};

use crate::defs::{self, reference};
use crate::dialect::Dialect;
use crate::model::{Event, Presence, Schema};

use super::names::{self, SEGMENT_SEND};

/// All segments of one direction.
pub(super) fn segments(dialect: &Dialect, union: &str) -> Schema {
    let cases: Vec<Schema> = dialect
        .segments
        .values()
        .filter(|it| it.presence == Presence::Current)
        .filter(|it| if union == SEGMENT_SEND { it.send.is_some() } else { it.receive.is_some() })
        .map(|it| reference(&names::segment(union, &it.name)))
        .collect();
    json!({ "type": "object", "oneOf": cases })
}

/// All events.
pub(super) fn events(dialect: &Dialect) -> Schema {
    let events: Vec<&Event> =
        dialect.events.values().map(|event| &event.value).filter(|event| event.presence == Presence::Current).collect();
    let case = |event: &Event| {
        let itself = reference(&names::event(&event.name));
        let narrower: Vec<Value> = events
            .iter()
            .filter(|other| defs::is_narrower(&other.identify, &event.identify))
            .map(|other| Value::Object(defs::matches(&other.identify)))
            .collect();
        if narrower.is_empty() { itself } else { json!({ "allOf": [itself, { "not": { "anyOf": narrower } }] }) }
    };
    json!({ "type": "object", "oneOf": events.iter().map(|event| case(event)).collect::<Vec<_>>() })
}

/// The one key by whose value all events are distinguished; None where it takes several.
pub(super) fn event_tag(dialect: &Dialect) -> Option<&str> {
    let mut tags = dialect.events.values().filter(|event| event.presence == Presence::Current).map(|event| {
        let mut keys = event.identify.keys();
        keys.next().filter(|_| keys.next().is_none())
    });
    let first = tags.next()??;
    tags.all(|tag| tag == Some(first)).then_some(first)
}
