//! A dialect as an older version of it was: without what `since` and `x-since` state is younger.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::Dialect;
use crate::SINCE;
use crate::defs::{SEGMENT_TYPE, referenced};
use crate::model::{Action, Presence, Schema, Trigger, TriggerBy};
use crate::version::{compare_versions, version_numbers};

/// How deep references are followed; a schema that goes deeper than this goes round in a circle.
const DEEPEST: usize = 32;

/// States of a `since` whether it is younger than a version.
struct Younger(Vec<u64>);

impl Younger {
    fn than(version: &str) -> Self {
        Self(version_numbers(version))
    }

    fn is(&self, since: Option<&str>) -> bool {
        since.is_some_and(|since| compare_versions(&version_numbers(since), &self.0).is_gt())
    }

    /// Whether a part of a schema is.
    fn is_part(&self, schema: &Schema) -> bool {
        self.is(schema.get(SINCE).and_then(Value::as_str))
    }
}

impl Dialect {
    /// The dialect as a build of an older version speaks it; nothing where no part of it is younger, or where the version
    /// has no number.
    ///
    /// Younger actions are not there, younger fields are neither known nor required. A younger event or segment is not asked
    /// for, and still judged where it comes: its [`Presence`] is [`Presence::Later`].
    pub fn as_of(&self, version: &str) -> Option<Self> {
        let younger = Younger::than(version);
        if younger.0.is_empty() || !self.has(&younger) {
            return None;
        }
        let mut older = self.clone();
        older.hash = OnceLock::new();
        if let Some(implementation) = &mut older.file.implementation
            && implementation.app_version == older.file.protocol_version
        {
            version.clone_into(&mut implementation.app_version);
        }
        version.clone_into(&mut older.file.protocol_version);
        older.actions.retain(|_, action| !younger.is(action.since.as_deref()));
        for action in older.actions.values_mut() {
            let Action { params, result, examples, .. } = &mut action.value;
            for example in examples {
                self.leave_out(&younger, params, &mut example.params, 0);
                self.leave_out(&younger, result, &mut example.result, 0);
            }
            prune(&younger, params);
            prune(&younger, result);
        }
        let names: Vec<String> = older.actions.keys().cloned().collect();
        let can_be_pulled = |trigger: &Trigger| match trigger.by {
            TriggerBy::Itself | TriggerBy::Actor => trigger.call.as_ref().is_none_or(|call| names.contains(call)),
            _ => true,
        };
        for segment in older.segments.values_mut() {
            let segment = &mut segment.value;
            segment.shown_by.retain(can_be_pulled);
            for example in &mut segment.examples {
                let data = [(&segment.send, &mut example.send), (&segment.receive, &mut example.receive)];
                for (schema, data) in data {
                    if let (Some(schema), Some(data)) = (schema, data) {
                        self.leave_out(&younger, schema, data, 0);
                    }
                }
            }
            segment.send = segment.send.take().filter(|schema| !younger.is_part(schema));
            for schema in [&mut segment.send, &mut segment.receive].into_iter().flatten() {
                prune(&younger, schema);
            }
            if younger.is(segment.since.as_deref()) {
                segment.presence = Presence::Later;
            }
        }
        for event in older.events.values_mut() {
            let event = &mut event.value;
            event.triggers.retain(can_be_pulled);
            for example in &mut event.examples {
                self.leave_out(&younger, &event.data, example, 0);
            }
            prune(&younger, &mut event.data);
            if younger.is(event.since.as_deref()) {
                event.presence = Presence::Later;
            }
        }
        for shared in older.types.values_mut() {
            prune(&younger, &mut shared.value.schema);
        }
        older.finish();
        Some(older)
    }

    /// The parameters of a call without what is younger than a version.
    pub fn params_as_of(&self, version: &str, action: &str, params: &mut Value) {
        if let Some(action) = self.action(action) {
            self.leave_out(&Younger::than(version), &action.params, params, 0);
        }
    }

    /// Whether a part of it is younger.
    fn has(&self, younger: &Younger) -> bool {
        let schemas = self.actions.values().flat_map(|it| [&it.params, &it.result]);
        let schemas = schemas.chain(self.segments.values().flat_map(|it| [&it.send, &it.receive]).flatten());
        let mut schemas = schemas.chain(self.events.values().map(|it| &it.data));
        let mut types = self.types.values().map(|it| &it.schema);
        self.actions.values().any(|it| younger.is(it.since.as_deref()))
            || self.segments.values().any(|it| younger.is(it.since.as_deref()))
            || self.events.values().any(|it| younger.is(it.since.as_deref()))
            || schemas.any(|schema| has_part(younger, schema))
            || types.any(|schema| has_part(younger, schema))
    }

    /// Takes out of a document what its schema states is younger.
    fn leave_out(&self, younger: &Younger, schema: &Schema, document: &mut Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let target = schema.get("$ref").and_then(Value::as_str).and_then(referenced);
        if let Some(target) = target.and_then(|name| self.defs.get(name)) {
            self.leave_out(younger, target, document, depth + 1);
        }
        for key in ["oneOf", "anyOf"] {
            for case in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
                self.leave_out(younger, case, document, depth + 1);
            }
        }
        // The cases of a segment, each of one type.
        for case in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let tag = case.pointer(&format!("/if/properties/{SEGMENT_TYPE}/const"));
            if let (Some(then), true) = (case.get("then"), tag.is_some() && tag == document.get(SEGMENT_TYPE)) {
                self.leave_out(younger, then, document, depth + 1);
            }
        }
        match document {
            Value::Object(fields) => {
                for (name, part) in properties(schema) {
                    if younger.is_part(part) {
                        fields.remove(name);
                    } else if let Some(field) = fields.get_mut(name) {
                        self.leave_out(younger, part, field, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(part) = schema.get("items") {
                    for item in items {
                        self.leave_out(younger, part, item, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

fn properties(schema: &Schema) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The schemas that stand in a schema.
fn parts(schema: &mut Schema) -> impl Iterator<Item = &mut Value> {
    schema.as_object_mut().into_iter().flatten().flat_map(|(key, value)| -> Vec<&mut Value> {
        match (key.as_str(), value) {
            ("properties", Value::Object(fields)) => fields.values_mut().collect(),
            ("oneOf" | "anyOf", Value::Array(cases)) => cases.iter_mut().collect(),
            ("items" | "additionalProperties", part) => vec![part],
            _ => Vec::new(),
        }
    })
}

fn has_part(younger: &Younger, schema: &Schema) -> bool {
    let mut schema = schema.clone();
    younger.is_part(&schema) || parts(&mut schema).any(|part| has_part(younger, part))
}

/// Takes the younger fields out of a schema.
fn prune(younger: &Younger, schema: &mut Schema) {
    let gone: Vec<String> =
        properties(schema).filter(|(_, it)| younger.is_part(it)).map(|(name, _)| name.clone()).collect();
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        fields.retain(|name, _| !gone.contains(name));
    }
    let is_gone = |name: &Value| name.as_str().is_some_and(|name| gone.iter().any(|it| it == name));
    let free = |schema: &mut Map<String, Value>| {
        if let Some(Value::Array(names)) = schema.get_mut("required") {
            names.retain(|name| !is_gone(name));
        }
    };
    if let Some(schema) = schema.as_object_mut().filter(|_| !gone.is_empty()) {
        free(schema);
        if let Some(Value::Array(sets)) = schema.get_mut("anyOf") {
            sets.iter_mut().filter_map(Value::as_object_mut).for_each(free);
        }
    }
    if let Some(Value::Array(cases)) = schema.get_mut("oneOf") {
        cases.retain(|case| !younger.is_part(case));
    }
    for part in parts(schema) {
        prune(younger, part);
    }
}
