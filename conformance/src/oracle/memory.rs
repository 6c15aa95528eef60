//! What was reported before. Two reports of the same thing agree: what a list says of somebody is what the single answer says,
//! and a message is the same in its event, when it is read and in a history. And a message is of whoever sent it here.

use std::collections::{BTreeMap, BTreeSet};

use botspec_reports::record::Difference;
use botspec_schema::model::{Action, Effect};
use serde_json::Value;

use super::described::{Content, Description, Field};
use crate::contract::{Contract, is_called_after};

/// A message that somebody else sent may have a shorter text by chance.
const SHORTEST_OWN: usize = 6;

/// How many things are remembered; a target that tells of more is compared in these.
const THINGS_KEPT: usize = 20_000;

/// How far apart two reports of the same time may be, in seconds.
const SAME_TIME: i64 = 2;

/// To whom it was reported, and about what.
type Thing = (String, Vec<(String, String)>);

/// What was reported, and how much had changed until then.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Grows with whatever may change accounts and groups.
    changes: u64,
    things: BTreeMap<Thing, BTreeMap<String, Reported>>,
    lists: BTreeMap<(String, String, String), Listed>,
    /// Who is known to stand in which list of whom, and since when.
    known: BTreeMap<(String, String, String), BTreeMap<String, u64>>,
    /// How many items a list of the dialect has, as something else counts them.
    counted: BTreeMap<(String, String, String), Counted>,
    sent: Vec<SentMessage>,
    /// What was sent shortly before the world was put back, and may come after it.
    sent_before: Vec<SentMessage>,
    /// Texts that steps named, so that anybody may have sent them.
    named_in_steps: BTreeSet<String>,
}

/// How many items something counts in a list.
#[derive(Debug, Clone)]
struct Counted {
    count: u64,
    by: String,
    changes: u64,
}

#[derive(Debug, Clone)]
struct Reported {
    field: Field,
    by: String,
    changes: u64,
}

/// Who stands in a list of the dialect.
#[derive(Debug, Clone)]
struct Listed {
    ids: BTreeSet<String>,
    changes: u64,
}

/// A message that an account of this run sent.
#[derive(Debug, Clone)]
pub(super) struct SentMessage {
    pub(super) account: String,
    pub(super) id: String,
    /// The group, the friend or the conversation that it went to.
    pub(super) to: String,
    pub(super) in_group: bool,
    pub(super) content: Content,
    /// Whether it was sent as segments, or as a text that stands for nothing else.
    pub(super) is_literal: bool,
    /// When, in seconds since 1970 by the clock of this machine.
    pub(super) at: i64,
}

impl Memory {
    /// Something may be otherwise now than it was described.
    pub(super) fn change(&mut self) {
        self.changes += 1;
    }

    /// The world was put back: messages are others under the same ids.
    pub(super) fn forget(&mut self) {
        let changes = self.changes + 1;
        let (mut sent_before, sent) = (std::mem::take(&mut self.sent_before), std::mem::take(&mut self.sent));
        sent_before.extend(sent);
        let earliest = super::events::now().saturating_sub_unsigned(super::UNDER_WAY.as_secs());
        sent_before.retain(|sent| sent.at >= earliest);
        let named_in_steps = std::mem::take(&mut self.named_in_steps);
        *self = Self { changes, sent_before, named_in_steps, ..Self::default() };
    }

    /// A step names a text, so that somebody else may send it.
    pub(super) fn step(&mut self, text: &str) {
        self.named_in_steps.insert(text.to_owned());
    }

    /// What differs from what was reported before, and from what was sent. `by` is the action or event that reports it.
    pub(super) fn compare(
        &mut self,
        contract: &Contract,
        account: &str,
        by: &str,
        described: &[Description],
        is_event: bool,
    ) -> Vec<Difference> {
        let mut found = Vec::new();
        for description in described {
            if description.is_message {
                found.extend(self.of_another(contract, account, description, is_event));
            }
            found.extend(self.miscounted(account, by, description));
            let thing = (account.to_owned(), description.key.clone());
            if self.things.len() >= THINGS_KEPT && !self.things.contains_key(&thing) {
                continue;
            }
            let changes = self.changes;
            let known = self.things.entry(thing).or_default();
            for (name, field) in &description.fields {
                let before = known.get(name).filter(|before| before.by != by || description.is_message);
                let comparable = |before: &&Reported| {
                    let same_meaning = description.is_message || before.field.meaning == field.meaning;
                    let is_current = before.changes == changes && same_meaning;
                    // When a message was sent stays; what became of it may change.
                    if field.is_time { description.is_message } else { is_current }
                };
                if let Some(before) = before.filter(comparable)
                    && !agree(&before.field, field)
                {
                    found.push(Difference {
                        pointer: format!("{}/{name}", description.pointer),
                        expected: format!("{}, as in {}", before.field.value, before.by),
                        found: field.value.to_string(),
                    });
                }
            }
            let fields = description.fields.iter();
            known
                .extend(fields.map(|(name, field)| {
                    (name.clone(), Reported { field: field.clone(), by: by.to_owned(), changes })
                }));
        }
        found
    }

    /// A message that was sent here is by who sent it, and in the conversation that it was sent to.
    fn of_another(
        &self,
        contract: &Contract,
        account: &str,
        described: &Description,
        is_event: bool,
    ) -> Vec<Difference> {
        let Some((_, id)) = described.key.first() else { return Vec::new() };
        let peer = described.key.get(1).map(|(_, peer)| peer);
        let own = self.sent.iter().rev().find(|sent| {
            sent.account == account && !sent.id.is_empty() && sent.id == *id && peer.is_none_or(|peer| *peer == sent.to)
        });
        let alike: Vec<&SentMessage> = match (own, &described.content) {
            (Some(own), _) => vec![own],
            (None, Some(content)) if is_event && content.is_text() => {
                let is_own =
                    content.text.chars().count() >= SHORTEST_OWN && !self.named_in_steps.contains(&content.text);
                self.sent.iter().chain(&self.sent_before).filter(|sent| is_own && sent.content == *content).collect()
            }
            _ => return Vec::new(),
        };
        let Some(first) = alike.first() else { return Vec::new() };
        let mut found = Vec::new();
        let one_sender = alike.iter().all(|sent| sent.account == first.account);
        let masked = own.is_some_and(|own| !own.content.is_text());
        if one_sender
            && !masked
            && !described.people.is_empty()
            && described.people.iter().all(|id| id.value != first.account)
        {
            found.push(differs(
                &described.people[0].pointer,
                &first.account,
                "who sent it",
                &described.people[0].value,
            ));
        }
        let one_place = alike.iter().all(|sent| sent.to == first.to && sent.in_group == first.in_group);
        if one_place
            && first.in_group
            && described.places.iter().all(|id| id.value != first.to)
            && let Some(place) = described.places.first()
        {
            found.push(differs(&place.pointer, &first.to, "where it was sent", &place.value));
        }
        if one_place {
            found.extend(labelled_otherwise(contract, described, first.in_group));
        }
        if let Some(own) = own {
            let off = |field: &Field| field.value.as_i64().filter(|_| field.is_time).map(|time| time.abs_diff(own.at));
            let wrong = described
                .fields
                .iter()
                .filter(|(_, field)| off(field).is_some_and(|off| off > super::events::CLOCKS_DIFFER));
            found.extend(wrong.map(|(name, field)| Difference {
                pointer: format!("{}/{name}", described.pointer),
                expected: "the time when it was sent, in seconds".to_owned(),
                found: field.value.to_string(),
            }));
        }
        if let (Some(own), Some(content)) = (own, &described.content)
            && own.content.is_text()
            && content.is_text()
            && own.content != *content
        {
            let pointer = described.pointer.clone();
            found.push(Difference { pointer, expected: own.content.text.clone(), found: content.text.clone() });
        }
        found
    }

    /// A group counts what a list of it holds.
    fn miscounted(&mut self, account: &str, by: &str, described: &Description) -> Vec<Difference> {
        let Some((_, group)) = described.key.first() else { return Vec::new() };
        let mut found = Vec::new();
        for (pointer, list, count) in &described.counts {
            let place = (account.to_owned(), list.clone(), group.clone());
            let listed = self.lists.get(&place).filter(|listed| listed.changes == self.changes);
            let listed = listed.map(|listed| listed.ids.len() as u64);
            if let Some(listed) = listed.filter(|listed| listed != count) {
                let expected = format!("{listed}, which {list} lists");
                found.push(Difference { pointer: pointer.clone(), expected, found: count.to_string() });
            }
            self.counted.insert(place, Counted { count: *count, by: by.to_owned(), changes: self.changes });
        }
        found
    }

    /// How many items a list should have, as another report counts them, and which; nothing where something changed since.
    pub(super) fn count(&self, account: &str, list: &str, of: &str) -> Option<(u64, &str)> {
        let counted = self.counted.get(&(account.to_owned(), list.to_owned(), of.to_owned()))?;
        (counted.changes == self.changes).then_some((counted.count, counted.by.as_str()))
    }

    /// Keeps who stands in a list of the dialect, and gives who is missing in it: what another report of the same says.
    pub(super) fn list(&mut self, account: &str, list: &str, of: &str, ids: BTreeSet<String>) -> Vec<String> {
        let changes = self.changes;
        let place = (account.to_owned(), list.to_owned(), of.to_owned());
        let known = self.known.get(&place).into_iter().flatten();
        let current = known.filter(|(_, since)| **since == changes).map(|(id, _)| id);
        let missing = current.filter(|id| !ids.contains(*id)).cloned().collect();
        self.lists.insert(place, Listed { ids, changes });
        missing
    }

    /// Somebody or something is known to stand in a list; whether it is missing in what was listed last.
    pub(super) fn stands_in(&mut self, account: &str, list: &str, of: &str, id: &str) -> bool {
        let place = (account.to_owned(), list.to_owned(), of.to_owned());
        let listed = self.lists.get(&place).filter(|listed| listed.changes == self.changes);
        let missing = listed.is_some_and(|listed| !listed.ids.contains(id));
        self.known.entry(place).or_default().insert(id.to_owned(), self.changes);
        missing
    }

    /// A message that was about to be sent has an id now.
    pub(super) fn accepted(&mut self, message: &SentMessage, id: String) {
        let is_it = |sent: &&mut SentMessage| {
            sent.id.is_empty() && sent.route() == message.route() && sent.content == message.content
        };
        if let Some(sent) = self.sent.iter_mut().find(is_it) {
            sent.id = id;
        }
    }

    /// Remembers a message that is about to be sent.
    pub(super) fn sent(&mut self, sent: SentMessage) {
        if self.sent.len() >= THINGS_KEPT {
            self.sent.remove(0);
        }
        self.sent.push(sent);
    }
}

fn differs(pointer: &str, wanted: &str, why: &str, found: &str) -> Difference {
    Difference { pointer: pointer.to_owned(), expected: format!("{wanted}, {why}"), found: found.to_owned() }
}

/// Whether two values tell the same. Where one of them tells nothing, there is nothing to compare.
fn agree(one: &Field, other: &Field) -> bool {
    if is_nothing(&one.value) || is_nothing(&other.value) || super::same_id(&one.value, &other.value) {
        return true;
    }
    match (one.value.as_i64(), other.value.as_i64()) {
        (Some(first), Some(second)) if one.is_time || other.is_time => (first - second).abs() <= SAME_TIME,
        _ => one.value == other.value,
    }
}

/// A value in the place of one that is not known.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "unknown" || text == "0",
        _ => false,
    }
}

/// The fields that tell a message in a group from one between two say so.
fn labelled_otherwise(contract: &Contract, described: &Description, in_group: bool) -> Vec<Difference> {
    let label = |wanted: bool, name: &str| {
        let mut events = contract.events().filter(|event| contract.carries_message(event));
        let event = events.find(|it| crate::checks::needs_group(contract, it) == wanted)?;
        event.identify.get(name).cloned()
    };
    let of_place = contract.roles().read_message.as_ref().and_then(|role| role.place.as_ref());
    let wanted = |name: &str| -> Option<String> {
        if let Some(place) = of_place.filter(|place| place.scene == name) {
            return Some(if in_group { place.group.clone() } else { place.friend.clone() });
        }
        let (own, other) = (label(in_group, name)?, label(!in_group, name)?);
        (own != other).then_some(own)
    };
    let labels = described.fields.iter().filter_map(|(name, field)| {
        let wanted = wanted(name).filter(|wanted| field.value != **wanted)?;
        let pointer = format!("{}/{name}", described.pointer);
        Some(Difference { pointer, expected: format!("\"{wanted}\""), found: field.value.to_string() })
    });
    labels.collect()
}

impl SentMessage {
    /// Who sent it to whom.
    pub(super) fn route(&self) -> (String, String) {
        (self.account.clone(), self.to.clone())
    }

    /// Whether it is text that comes as it was sent.
    pub(super) fn is_plain(&self) -> bool {
        self.content.is_text() && self.is_literal && !self.content.text.contains(char::is_control)
    }
}

/// The message that a call sends, as its parameters tell.
pub(super) fn sending(contract: &Contract, action: &Action, params: &Value, account: &str) -> Option<SentMessage> {
    if action.effect != Effect::Send {
        return None;
    }
    let is_top = |pointer: &str| pointer.rfind('/') == Some(0);
    let mut messages = contract.places(&action.params, params, "$ref").into_iter();
    let message = messages.find(|it| it.annotation == "#/$defs/message_send" && is_top(&it.pointer))?;
    let message = params.pointer(&message.pointer)?;
    let asked = contract.ids_at(&action.params, params, "");
    let of = |kind: &str| asked.iter().find(|id| id.kind == kind && is_top(&id.pointer)).map(|id| id.value.clone());
    let (group, user) = (of("group"), of("user").or_else(|| of("peer")));
    // Where both are named, which of them counts is for the action to say.
    let (to, in_group) = match (group, user) {
        (Some(group), None) => (group, true),
        (None, Some(user)) => (user, false),
        _ => return None,
    };
    let content = Content::of(contract, message);
    Some(SentMessage {
        account: account.to_owned(),
        id: String::new(),
        to,
        in_group,
        is_literal: message.is_array() || message.as_str().is_some_and(|text| text.trim() == content.text),
        content,
        at: super::events::now(),
    })
}

/// The id of a message that was sent, as in the answer.
pub(super) fn id_of_sent(contract: &Contract, action: &Action, data: &Value) -> Option<String> {
    let ids = contract.ids_at(&action.result, data, "");
    let own = |id: &&crate::contract::Id| {
        id.pointer.rfind('/') == Some(0) && id.kind == "message" && is_called_after(&id.pointer[1..], "message")
    };
    ids.iter().find(own).map(|id| id.value.clone())
}
