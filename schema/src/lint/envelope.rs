//! What is reported of the envelope fits its schema.

use super::File;
use crate::model::{Action, DialectFile};
use crate::response::DATA;

/// Keys that are named beside the schema stand in it.
pub(super) fn check(file: &mut File<'_>, dialect: &DialectFile) {
    let envelope = &dialect.envelope;
    let texts = envelope.texts.iter().enumerate().map(|(index, key)| (format!("/envelope/texts/{index}"), key));
    let mark = envelope.stream.iter().map(|mark| ("/envelope/stream/key".to_owned(), &mark.key));
    let outcomes = &envelope.outcomes;
    let named = [("ok", Some(&outcomes.ok)), ("async", outcomes.deferred.as_ref()), ("failed", Some(&outcomes.failed))];
    let required = named.into_iter().flat_map(|(name, outcome)| {
        let keys = outcome.into_iter().flat_map(|outcome| &outcome.required).enumerate();
        keys.map(move |(index, key)| (format!("/envelope/outcomes/{name}/required/{index}"), key))
    });
    for (pointer, key) in texts.chain(mark).chain(required) {
        if envelope.schema.pointer(&format!("/properties/{key}")).is_none() {
            file.report_with(
                &pointer,
                "envelope-key",
                format!("the envelope has no key `{key}`"),
                "add it to its schema",
            );
        }
    }
    let required = envelope.schema.get("required").and_then(serde_json::Value::as_array);
    if !envelope.omits_data.is_empty() && required.is_some_and(|keys| keys.iter().any(|key| key == DATA)) {
        file.report_with(
            "/envelope/omits_data",
            "envelope-data",
            format!("`{DATA}` can be left out, and the schema requires it"),
            "take it out of `required`",
        );
    }
}

/// Parts of an answer can be distinguished from a whole one.
pub(super) fn check_stream(file: &mut File<'_>, action: &Action) {
    let marked = file.dialect.is_none_or(|dialect| dialect.file.envelope.stream.is_some());
    if action.streams && !marked {
        file.report_with(
            "/streams",
            "stream-unmarked",
            "the dialect does not define how an answer in parts comes",
            "say it in `envelope` of dialect.json",
        );
    }
}
