//! Frames that come by themselves: each is an event of the dialect, about this account, as its contract defines.

use std::collections::BTreeSet;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::Event;
use serde_json::Value;

use super::{Oracle, relations, same_id};
use crate::client::frames::{Frame, FrameOrigin};
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::owners;
use crate::received::Received;

impl Oracle {
    /// Judges a frame that came over a connection of an account, whose number is given where it is known.
    pub(crate) fn frame(
        &self,
        transport: Transport,
        account: Option<&Value>,
        frame: &Frame,
        evidence: impl Fn() -> Exchange,
    ) {
        if frame.origin == FrameOrigin::NoRequest {
            return;
        }
        let Received::Json(document) = &frame.received else {
            let found = frame.received.describe();
            return self.no_event(transport, "a JSON object", found.en, evidence);
        };
        if self.contract.is_answer(document) {
            return;
        }
        let Some(event) = self.contract.dialect().recognise_event(document) else {
            return self.unknown(transport, document, evidence);
        };
        self.count(transport);
        if let Some(setting) = &event.enabled_by {
            self.state().settings.insert(setting.clone());
        }
        let name = &event.name;
        let mut differences = self.contract.differences(Kind::Event, Some(name), document);
        differences.extend(relations::in_event(&self.contract, event, document));
        differences.extend(self.another_account(document, account));
        let what = Text::both("the event is not what the contract defines", "事件与契约不符");
        self.keep(&owners::event(&self.contract, name), &what, differences, transport, evidence);
    }

    /// A dialect may be extended: an event of a kind that no contract knows is none of its defects, as long as it has what
    /// all events have, and names its kind in the fields that those of its family do.
    fn unknown(&self, transport: Transport, document: &Value, evidence: impl Fn() -> Exchange) {
        let is = |event: &&Event, key: &String| {
            document.get(key).and_then(Value::as_str) == event.identify.get(key).map(String::as_str)
        };
        let common = self.contract.event_keys();
        let family: Vec<&Event> =
            self.contract.events().filter(|event| common.iter().all(|key| is(event, key))).collect();
        let named = shared(family.iter().map(|event| event.identify.keys().cloned().collect()));
        let required = shared(self.contract.events().map(|event| required(&self.contract, event)));
        let has_kind = |key: &String| document.get(key).is_some_and(Value::is_string);
        let lacks_kind = common.iter().chain(&named).find(|key| !has_kind(key));
        let lacks = lacks_kind.or_else(|| required.iter().find(|key| document.get(*key).is_none()));
        if let Some(key) = lacks {
            let found = document.get(key).map_or("nothing", crate::received::kind).to_owned();
            self.no_event(transport, &format!("an event with `{key}`"), found, evidence);
        } else if !document.is_object() || common.is_empty() {
            self.no_event(transport, "an event", crate::received::kind(document).to_owned(), evidence);
        } else {
            self.count(transport);
        }
    }

    fn no_event(&self, transport: Transport, expected: &str, found: String, evidence: impl Fn() -> Exchange) {
        self.count(transport);
        let what = Text::both("a frame came that is no event", "收到的内容不是事件");
        let difference = Difference { pointer: String::new(), expected: expected.to_owned(), found };
        self.keep(&owners::frames(&self.contract), &what, vec![difference], transport, evidence);
    }

    /// The field that names the account names the one whose connection this is.
    fn another_account(&self, document: &Value, account: Option<&Value>) -> Option<Difference> {
        let (field, account) = (self.contract.roles().self_field.as_ref()?, account?);
        let found = document.get(field)?;
        (!same_id(found, account)).then(|| Difference {
            pointer: format!("/{field}"),
            expected: format!("{account}, the account of the connection"),
            found: found.to_string(),
        })
    }

    fn count(&self, transport: Transport) {
        *self.state().frames.entry(transport).or_default() += 1;
    }
}

/// What all of several sets hold; nothing where there is no set.
fn shared(mut sets: impl Iterator<Item = BTreeSet<String>>) -> BTreeSet<String> {
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |shared, set| shared.intersection(&set).cloned().collect())
}

/// The fields that an event must have.
fn required(contract: &Contract, event: &Event) -> BTreeSet<String> {
    let fields = contract.follow(&event.data).get("required").and_then(Value::as_array);
    fields.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
