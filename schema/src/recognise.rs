//! Which event a document is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::closest::closest;
use crate::dialect::{Dialect, Loaded};
use crate::model::Event;
use crate::violation::{Violation, brief, one_of, type_name};

impl Dialect {
    /// The event whose identifying fields a document has; the one with the most of them where several do.
    pub fn recognise_event(&self, value: &Value) -> Option<&Loaded<Event>> {
        let members = value.as_object()?;
        let mut best: Option<&Loaded<Event>> = None;
        for event in self.recognisable() {
            let fits = event.identify.iter().all(|(key, wanted)| members.get(key).is_some_and(|found| found == wanted));
            if fits && best.is_none_or(|best| event.identify.len() > best.identify.len()) {
                best = Some(event);
            }
        }
        best
    }

    fn recognisable(&self) -> impl Iterator<Item = &Loaded<Event>> {
        self.events.values().filter(|event| event.presence.may_come())
    }

    /// Reports the field because of which a document is no event of this dialect.
    pub(crate) fn why_no_event(&self, value: &Value) -> Violation {
        let Some(members) = value.as_object() else { return Violation::new("", "object", type_name(value)) };
        // Of the events that agree with the document in most fields, look at the field that most of them miss.
        let agreeing = |event: &Event| {
            event
                .identify
                .iter()
                .filter(|(key, wanted)| members.get(*key).is_some_and(|found| found == *wanted))
                .count()
        };
        let most = self.recognisable().map(|event| agreeing(event)).max().unwrap_or_default();
        let mut missed: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for event in self.recognisable().filter(|event| agreeing(event) == most) {
            for (key, wanted) in &event.identify {
                if members.get(key).is_none_or(|found| found != wanted) {
                    missed.entry(key).or_default().push((wanted, &event.name));
                }
            }
        }
        let Some((field, wanted)) = missed.into_iter().max_by(|(a, x), (b, y)| x.len().cmp(&y.len()).then(b.cmp(a)))
        else {
            return Violation::new("", "an event", "nothing that this dialect knows");
        };

        let mut values: Vec<Value> = wanted.iter().map(|(value, _)| Value::from(*value)).collect();
        values.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        values.dedup();
        let found = members.get(field);
        let shown = found.map_or_else(|| "nothing".into(), brief);
        let expected = one_of(&values);
        let near = found.and_then(Value::as_str).and_then(|word| closest(word, wanted.iter().map(|(value, _)| *value)));
        let near = near.and_then(|near| wanted.iter().find(|(value, _)| *value == near)).map(|(_, name)| *name);
        let hint = near.map_or_else(|| format!("expected {expected}"), |name| format!("closest: {name}"));
        let message = match found {
            Some(_) => format!("{shown} is no event of {} ({hint})", self.name()),
            None => format!("expected {expected}, found nothing"),
        };
        Violation { pointer: format!("/{}", crate::validate::escape_pointer(field)), expected, found: shown, message }
    }
}
