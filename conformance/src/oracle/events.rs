//! Frames that come by themselves: each is an event of the dialect, about this account, as its contract defines.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, TriggerBy};
use serde_json::Value;

use super::answers::GROUPS;
use super::described::FIRST_TIME;
use super::memory::Compared;
use super::{Oracle, described, relations};
use crate::client::frames::{Frame, FrameOrigin};
use crate::contract::{Contract, Id, id_text, same_id};
use crate::echo;
use crate::exchange::Exchange;
use crate::owners;
use crate::received::Received;

/// How far the clock of a target may be from that of this machine, in seconds: less than any time zone.
pub(super) const CLOCKS_DIFFER: u64 = 20 * 60;

/// Of how many calls it is remembered that they were answered.
const ANSWERS_KEPT: usize = 100_000;

/// Seconds since 1970, by the clock of this machine.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

impl Oracle {
    /// Judges a frame that came over a connection of an account, whose number is given where it is known.
    pub(crate) fn frame(
        &self,
        (connection, transport): (u64, Transport),
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
            return self.answered_again(transport, document, evidence);
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
        let mut unless_changed = Vec::new();
        if let Some(account) = account {
            let compared = self.as_sent(connection, event, document, &id_text(account), frame.at);
            unless_changed = compared.unless_changed;
            differences.extend(compared.certain);
            // What happened while nobody was connected may be sent later.
            let ahead = not_now(&self.contract, event, document).filter(|(_, ahead)| *ahead);
            differences.extend(ahead.map(|(difference, _)| difference));
        }
        let what = Text::both("the event is not what the contract defines", "事件与契约不符");
        let owner = owners::event(&self.contract, name);
        self.hold(&owner, &what, unless_changed, transport, frame.at, &evidence);
        self.keep(&owner, &what, differences, transport, evidence);
    }

    /// Each call has one answer: those that a run makes are distinguished by echoes of which each is used once.
    fn answered_again(&self, transport: Transport, document: &Value, evidence: impl Fn() -> Exchange) {
        let Some(key) = self.contract.call_keys().map(|keys| &keys.echo).filter(|_| self.sink.get().is_none()) else {
            return;
        };
        let Some(echo) = document.get(key).and_then(Value::as_str).filter(|it| echo::number(it).is_some()) else {
            return;
        };
        let mut hash = std::hash::DefaultHasher::new();
        document.hash(&mut hash);
        {
            let answers = &mut self.state().answers;
            // An answer in parts has a frame for each.
            let is_first = answers.get(echo) != Some(&hash.finish());
            if answers.len() < ANSWERS_KEPT {
                answers.insert(echo.to_owned(), hash.finish());
            }
            if is_first {
                return;
            }
        }
        let what = Text::both("a call was answered twice", "同一调用收到两次响应");
        let (expected, found) = ("one answer to each call".to_owned(), format!("another with the echo {echo}"));
        let difference = Difference { pointer: format!("/{key}"), expected, found };
        self.keep(&owners::frames(&self.contract), &what, vec![difference], transport, evidence);
    }

    /// What of an event differs from what was reported before, and from what was sent.
    fn as_sent(&self, connection: u64, event: &Event, document: &Value, account: &str, at: Instant) -> Compared {
        let Some(mut state) = self.memory() else { return Compared::default() };
        let mut reported = described::all(&self.contract, &event.data, document, true);
        if self.contract.carries_message(event) {
            let whole = self.contract.roles().message_field.as_deref().and_then(|field| field.rsplit_once('/'));
            let whole = whole.map_or("", |(whole, _)| whole);
            let message = reported.iter().find(|it| it.is_message && it.pointer == whole);
            if let Some(text) = message.and_then(|it| it.content.as_ref()).filter(|it| it.is_text()) {
                let of_group =
                    |id: &&Id| id.kind == "group" || group_scene(&self.contract, document) && id.kind == "peer";
                let to = message.and_then(|it| it.places.iter().find(of_group)).map_or(account, |id| &id.value);
                if let Some(from) = message.and_then(|it| it.people.first()) {
                    state.deliveries.arrive(connection, (from.value.clone(), to.to_owned()), &text.text);
                }
            }
            let groups = message.into_iter().flat_map(|it| &it.places).filter(|id| id.kind == "group");
            for group in groups {
                state.memory.stands_in(account, GROUPS, "", &group.value);
            }
        } else {
            // Something happened, of which nobody here need be the cause.
            let is_meta = event.triggers.iter().any(|it| matches!(it.by, TriggerBy::Clock | TriggerBy::Connect));
            if !is_meta && state.memory.changed(at) {
                state.unsure.changed(at);
            }
        }
        // What stands beside a notice may be as it was before; in the traffic of others, also what stands beside a message:
        // it is as it was when that was sent.
        if !self.contract.carries_message(event) || self.traffic.is_some() {
            reported.retain(|it| it.is_message);
        }
        state.memory.compare(&self.contract, account, &event.name, &reported, (true, true))
    }

    /// A dialect may be extended: an event of a kind that no contract knows is none of its defects, as long as it has what
    /// all events have, and names its kind in the fields that those of its family do.
    fn unknown(&self, transport: Transport, document: &Value, evidence: impl Fn() -> Exchange) {
        let is = |event: &&Event, key: &String| {
            document.get(key).and_then(Value::as_str) == event.identify.get(key).map(String::as_str)
        };
        let common = self.contract.event_keys();
        let mut family: Vec<&Event> =
            self.contract.events().filter(|event| common.iter().all(|key| is(event, key))).collect();
        // Those that share most of what reports their kinds: what they all have beyond that belongs to the family.
        let shares = |event: &Event| event.identify.keys().filter(|key| is(&event, key)).count();
        let most = family.iter().map(|event| shares(event)).max().unwrap_or_default();
        family.retain(|event| shares(event) == most);
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

/// Where an event that happens now has another time, but for a clock that is somewhat off; and whether that is still to come.
pub(crate) fn not_now(contract: &Contract, event: &Event, document: &Value) -> Option<(Difference, bool)> {
    let volatile = contract.places(&event.data, document, "x-volatile");
    let times = contract.places(&event.data, document, "minimum").into_iter();
    let mut times = times.filter(|it| it.annotation.as_i64() == Some(FIRST_TIME) && it.pointer.rfind('/') == Some(0));
    let time = times.find(|it| volatile.iter().any(|other| other.pointer == it.pointer))?;
    let (reported, now) = (document.pointer(&time.pointer)?.as_i64()?, now());
    let off = reported.abs_diff(now);
    let difference = || Difference {
        pointer: time.pointer.clone(),
        expected: "the time when it happened, in seconds".to_owned(),
        found: format!("{reported}, {off} seconds off"),
    };
    (off > CLOCKS_DIFFER && reported >= FIRST_TIME).then(|| (difference(), reported > now))
}

/// Whether an event states by a word that its conversation is that of a group.
fn group_scene(contract: &Contract, document: &Value) -> bool {
    let roles = contract.roles();
    let place = roles.read_message.as_ref().and_then(|role| role.place.as_ref());
    let whole = roles.message_field.as_deref().and_then(|field| field.rsplit_once('/')).map_or("", |(whole, _)| whole);
    place.is_some_and(|place| {
        document.pointer(&format!("{whole}/{}", place.scene)).is_some_and(|it| *it == *place.group)
    })
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
