//! Older versions of a dialect: what a build of one answers and sends, although the handlers know the newest.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use botspec_schema::model::Presence;
use botspec_schema::{Catalog, Dialect, SEGMENT_DATA, SEGMENT_TYPE};
use serde_json::{Map, Value};

/// The dialects of older versions that were asked for, by name and version. Each is made once for the whole process, as
/// those of the catalogue are.
static MADE: Mutex<BTreeMap<(String, String), &'static Dialect>> = Mutex::new(BTreeMap::new());

/// A dialect as it was in an older version; as it is where nothing in it is younger.
pub(crate) fn dialect(newest: &'static Dialect, version: &str) -> &'static Dialect {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((newest.name().to_owned(), version.to_owned()))
        .or_insert_with(|| newest.as_of(version).map_or(newest, |older| Box::leak(Box::new(older))))
}

/// The parameters without those that the version of the dialect does not know.
pub(crate) fn known_params(dialect: &Dialect, action: &str, params: &mut Value) {
    if let Some(newest) = Catalog::builtin().dialect(dialect.name()).filter(|newest| !std::ptr::eq(*newest, dialect)) {
        newest.params_as_of(&dialect.file.protocol_version, action, params);
    }
}

/// Whether the version of the dialect has no such event.
pub(crate) fn is_younger(dialect: &Dialect, event: &Value) -> bool {
    dialect.recognise_event(event).is_some_and(|event| event.presence == Presence::Later)
}

/// Whether the version of the dialect has segments written as plain text.
pub(crate) fn rewrites_segments(dialect: &Dialect) -> bool {
    dialect.file.plain_text.is_some() && dialect.segments.values().any(|it| it.presence == Presence::Later)
}

/// Writes as plain text what the version of the dialect has no segment for.
pub(crate) fn known_segments(dialect: &Dialect, document: &mut Value) {
    let younger: Vec<&str> =
        dialect.segments.values().filter(|it| it.presence == Presence::Later).map(|it| &*it.name).collect();
    if let (Some(plain), false) = (&dialect.file.plain_text, younger.is_empty()) {
        replace(document, &younger, (&plain.segment, &plain.key));
    }
}

fn replace(document: &mut Value, younger: &[&str], plain: (&str, &str)) {
    match document {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, younger, plain)),
        Value::Object(fields) => {
            let kind = fields.get(SEGMENT_TYPE).and_then(Value::as_str);
            if kind.is_some_and(|kind| younger.contains(&kind)) {
                let data = fields.get(SEGMENT_DATA).and_then(Value::as_object).into_iter().flatten();
                let words: String = data.filter_map(|(_, value)| value.as_str()).collect();
                let data = Map::from_iter([(plain.1.to_owned(), words.into())]);
                fields.insert(SEGMENT_TYPE.to_owned(), plain.0.into());
                fields.insert(SEGMENT_DATA.to_owned(), data.into());
            } else {
                fields.values_mut().for_each(|value| replace(value, younger, plain));
            }
        }
        _ => {}
    }
}
