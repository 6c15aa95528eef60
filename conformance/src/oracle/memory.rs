//! What was reported before. Two reports of the same thing agree: what a list states of somebody is what the single answer states,
//! and a message is the same in its event, when it is read and in a history. And a message is of whoever sent it here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use botspec_reports::record::Difference;
use serde_json::Value;

use super::described::{Description, Field};
use super::sent::{SentMessage, labelled_otherwise};
use super::unsure::CHANGE_MAY_BE_LATE;
use crate::contract::{Contract, id_text};

/// A message that somebody else sent may have a shorter text by chance.
const SHORTEST_OWN: usize = 6;

/// How many things are remembered; a target that reports more is compared in these.
const THINGS_KEPT: usize = 20_000;

/// In the traffic of others, for how long what was reported is compared: in that time nobody changes it unseen.
const COMPARED_FOR: Duration = Duration::from_secs(5);

/// In the traffic of others, how many messages are remembered, and how many things: a watch goes on for months in little
/// memory.
const MESSAGES_OF_OTHERS: usize = 500;
const THINGS_OF_OTHERS: usize = 1_000;

/// How many values of earlier documents are kept until they are asked for.
const QUOTED: usize = 100;

/// How far apart two reports of the same time may be, in seconds.
const SAME_TIME: i64 = 2;

/// To whom it was reported, and about what.
type Thing = (String, Vec<(String, String)>);

/// What differs from what was reported before.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// Whatever anybody does.
    pub(super) certain: Vec<Difference>,
    /// Unless somebody changed it between the two reports.
    pub(super) unless_changed: Vec<Difference>,
}

/// What was reported, and how much had changed until then.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Grows with whatever may change accounts and groups.
    changes: u64,
    /// When who is judged changed something last.
    own_change_at: Option<Instant>,
    /// When an event of a change by others came last.
    others_changed_at: Option<Instant>,
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
    /// In the traffic of others, since when what was reported is compared.
    since: Option<Instant>,
    /// Values of people that stand in differences and come from earlier documents.
    pub(super) quoted: Vec<String>,
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

impl Memory {
    /// Something may be otherwise now than it was described.
    fn change(&mut self) {
        self.changes += 1;
    }

    /// A call or a step is about to change something, or did.
    pub(super) fn change_own(&mut self, at: Instant) {
        self.own_change_at = Some(at);
        self.change();
    }

    /// An event of a change came. Whether others made it: it comes long after the last change by a call or a step.
    pub(super) fn changed(&mut self, at: Instant) -> bool {
        self.change();
        let by_others = self.own_change_at.is_none_or(|own| at.saturating_duration_since(own) >= CHANGE_MAY_BE_LATE);
        if by_others {
            self.others_changed_at = self.others_changed_at.max(Some(at));
        }
        by_others
    }

    /// When an event of a change by others came last.
    pub(super) fn others_changed_at(&self) -> Option<Instant> {
        self.others_changed_at
    }

    /// In the traffic of others, lets what was reported too long ago be otherwise by now.
    pub(super) fn expire(&mut self, now: Instant) {
        if self.since.is_some_and(|since| now.duration_since(since) < COMPARED_FOR) {
            return;
        }
        self.since = Some(now);
        self.change();
        (self.lists, self.known, self.counted) = Default::default();
        let is_message = |thing: &Thing| thing.1.first().is_some_and(|(kind, _)| kind == "message");
        self.things.retain(|thing, _| is_message(thing));
        if self.things.len() > MESSAGES_OF_OTHERS {
            self.things.clear();
        }
        let old = self.sent.len().saturating_sub(MESSAGES_OF_OTHERS);
        self.sent.drain(..old);
    }

    fn quote(&mut self, values: impl IntoIterator<Item = String>) {
        let room = QUOTED - self.quoted.len();
        self.quoted.extend(values.into_iter().take(room));
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

    /// What differs from what was reported before, and from what was sent. `by` is the action or event that reports it. What
    /// something else than a message is like is compared where the report is of what is there now (`is_current`).
    pub(super) fn compare(
        &mut self,
        contract: &Contract,
        account: &str,
        by: &str,
        described: &[Description],
        (is_event, is_current): (bool, bool),
    ) -> Compared {
        let (mut found, mut quoted) = (Compared::default(), Vec::new());
        for description in described {
            if description.is_message {
                let others = self.of_another(contract, account, description, is_event);
                if let Some(own) = self.own(account, description).filter(|_| !others.is_empty()) {
                    let quoted = [own.account.clone(), own.to.clone(), own.content.text.clone()];
                    self.quote(quoted);
                }
                found.certain.extend(others);
            }
            if !is_current {
                continue;
            }
            found.unless_changed.extend(self.miscounted(account, by, description));
            let thing = (account.to_owned(), description.key.clone());
            let most = if self.since.is_some() { THINGS_OF_OTHERS } else { THINGS_KEPT };
            if self.things.len() >= most && !self.things.contains_key(&thing) {
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
                    quoted.extend(before.field.is_personal.then(|| id_text(&before.field.value)));
                    let into = if field.is_time { &mut found.certain } else { &mut found.unless_changed };
                    into.push(Difference {
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
        self.quote(quoted);
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
        let own = self.own(account, described);
        let alike: Vec<&SentMessage> = match (own, &described.content) {
            (Some(own), _) => vec![own],
            // Others may repeat a text in a conversation of their own.
            (None, Some(content)) if is_event && content.is_text() && self.since.is_none() => {
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

    /// The message of this account that has the id of a description.
    fn own(&self, account: &str, described: &Description) -> Option<&SentMessage> {
        let (_, id) = described.key.first()?;
        let peer = described.key.get(1).map(|(_, peer)| peer);
        self.sent.iter().rev().find(|sent| {
            sent.account == account && !sent.id.is_empty() && sent.id == *id && peer.is_none_or(|peer| *peer == sent.to)
        })
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
                let expected = format!("{listed}, as many as in the list");
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

    /// Keeps who stands in a list of the dialect, and gives who is missing in it: what another report of the same states.
    pub(super) fn list(&mut self, account: &str, list: &str, of: &str, ids: BTreeSet<String>) -> Vec<String> {
        let changes = self.changes;
        let place = (account.to_owned(), list.to_owned(), of.to_owned());
        let known = self.known.get(&place).into_iter().flatten();
        let current = known.filter(|(_, since)| **since == changes).map(|(id, _)| id);
        let missing: Vec<String> = current.filter(|id| !ids.contains(*id)).cloned().collect();
        self.lists.insert(place, Listed { ids, changes });
        self.quote(missing.iter().cloned());
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

/// Whether two values report the same. Where one of them reports nothing, there is nothing to compare.
fn agree(one: &Field, other: &Field) -> bool {
    if is_nothing(&one.value) || is_nothing(&other.value) || crate::contract::same_id(&one.value, &other.value) {
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
