//! Events: each once on a connection, about the account of it, and heartbeats at their interval.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::{Contract, FrameOrigin, Received};
use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{Event, TriggerBy};
use serde_json::Value;

use super::{ACCOUNTS, Breach, Traffic};
use crate::evidence::Evidence;
use crate::rules;
use crate::tee::Payload;

/// How many messages back the same one is noticed.
const RECENT: usize = 512;

/// Something that came, and when.
pub(super) struct Arrived<'p> {
    pub(super) payload: &'p Payload,
    pub(super) received: Received,
    pub(super) at: Instant,
    pub(super) time: SystemTime,
}

impl<'p> Arrived<'p> {
    /// Reads what came.
    pub(super) fn read(payload: &'p Payload, at: Instant, time: SystemTime) -> Self {
        Self { payload, received: payload.received(), at, time }
    }
}

/// The last messages on a connection.
#[derive(Debug, Default)]
pub(super) struct Recent {
    hashes: VecDeque<u64>,
    /// The place of the latest one among those of the account.
    place: u64,
}

impl Recent {
    /// Whether the same bytes came before.
    fn repeats(&mut self, hash: u64) -> bool {
        let repeats = self.hashes.contains(&hash);
        if !repeats {
            self.hashes.push_back(hash);
            if self.hashes.len() > RECENT {
                self.hashes.pop_front();
            }
        }
        repeats
    }

    /// Whether a message at a place comes behind one that came after it elsewhere.
    fn overtaken(&mut self, place: u64) -> bool {
        let overtaken = place < self.place;
        self.place = self.place.max(place);
        overtaken
    }
}

/// The messages that were last reported to an account, in the order in which they came first.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// How many came before those that are kept.
    before: u64,
    known: VecDeque<u64>,
}

impl Order {
    /// The place of a message, which is the last one where it is new.
    fn place(&mut self, hash: u64) -> u64 {
        if let Some(at) = self.known.iter().position(|known| *known == hash) {
            return self.before + at as u64;
        }
        self.known.push_back(hash);
        if self.known.len() > RECENT {
            self.known.pop_front();
            self.before += 1;
        }
        self.before + self.known.len() as u64 - 1
    }
}

/// What stands for bytes.
pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// The last heartbeat on a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beat {
    at: Instant,
    every: Duration,
}

impl Traffic {
    /// Judges something that came by itself.
    pub(super) fn event(
        &mut self,
        transport: Transport,
        number: Option<u64>,
        account: Option<Value>,
        arrived: Arrived<'_>,
        origin: FrameOrigin,
    ) {
        let Arrived { payload, received, at, time } = arrived;
        *self.tally.frames.entry(transport).or_default() += 1;
        if !payload.is_whole() {
            return self.note(too_long(payload));
        }
        let contract = self.contract();
        let connection = number.and_then(|number| self.connections.get(&number));
        let account = account.or_else(|| connection.and_then(|it| it.account.clone()));
        let (found, received) = self.judge.event(transport, account.as_ref(), received, origin, at);
        self.by_others.event(at, self.judge.others_changed_at() == Some(at));
        let ids = received.json().map(|event| self.judge.ids_in_event(event)).unwrap_or_default();
        if let Some(event) = received.json() {
            self.names.event(event);
            if let Some(lessons) = &mut self.lessons {
                lessons.event(&contract, event);
            }
        }
        let known = received.json().and_then(|event| contract.dialect().recognise_event(event)).map(|it| &it.value);
        if let Some(known) = known {
            self.tally.event(&known.name, transport);
        }
        let mut breaches = Vec::new();
        if let (Some(number), Some(document)) = (number, received.json()) {
            breaches.extend(known.and_then(|known| self.once(known, number, payload)));
            breaches.extend(known.and_then(|known| self.heartbeat(&contract, known, number, document, at)));
            let own = contract.roles().self_field.as_ref().and_then(|field| document.get(field));
            if let Some(own) = own {
                self.know_account(own);
                if let Some(connection) = self.connections.get_mut(&number) {
                    connection.account.get_or_insert_with(|| own.clone());
                }
            }
            if let Some(known) = known.filter(|known| self.judge.carries_message(&known.name)) {
                self.delivered(number, known, &ids, at);
            }
        }
        if let Some(event) = received.json() {
            self.remember_reported(number, event, &ids, at);
        }
        if found.is_empty() && breaches.is_empty() {
            return;
        }
        let size = payload.size();
        let evidence = Arc::new(Evidence::new(time, transport.to_string(), None, Some(received), size));
        for breach in breaches {
            self.breach(transport, breach, &evidence);
        }
        self.keep(found, || (*evidence).clone());
    }

    /// The same message twice on one connection, or before one that came before it on another.
    fn once(&mut self, event: &Event, number: u64, payload: &Payload) -> Option<Breach<'static>> {
        let connection = self.connections.get_mut(&number).filter(|_| self.judge.carries_message(&event.name))?;
        let transport = connection.transport;
        let hash = hash_of(payload.bytes());
        let repeats = connection.recent.repeats(hash);
        let overtaken = match &connection.account {
            Some(account) if !repeats && self.orders.len() < ACCOUNTS => {
                let order = self.orders.entry(account.to_string()).or_default();
                connection.recent.overtaken(order.place(hash))
            }
            _ => false,
        };
        self.tally.rule(&rules::ONCE, transport);
        self.tally.rule(&rules::ORDER, transport);
        let breach = |rule, summary, expected, found: &str| Breach {
            rule,
            action: None,
            summary,
            difference: Difference { pointer: String::new(), expected, found: found.to_owned() },
        };
        if repeats {
            let summary = Text::both("a message was reported again", "同一条消息被重复上报");
            return Some(breach(&rules::ONCE, summary, format!("each `{}` once", event.name), "the same one again"));
        }
        overtaken.then(|| {
            let summary = Text::both("a message came out of order", "消息的顺序不一致");
            let expected = "the order of another connection of the account".to_owned();
            breach(&rules::ORDER, summary, expected, "a later message first")
        })
    }

    /// A heartbeat that came too late after the one before it.
    fn heartbeat(
        &mut self,
        contract: &Contract,
        event: &Event,
        number: u64,
        document: &Value,
        at: Instant,
    ) -> Option<Breach<'static>> {
        if !event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Clock) {
            return None;
        }
        let every = interval(contract, event, document)?;
        let connection = self.connections.get_mut(&number)?;
        let transport = connection.transport;
        let last = connection.beat.replace(Beat { at, every });
        let last = last.filter(|last| last.every == every)?;
        self.tally.rule(&rules::HEARTBEAT, transport);
        let waited = at.duration_since(last.at);
        (waited > every * 2 + Duration::from_secs(5)).then(|| Breach {
            rule: &rules::HEARTBEAT,
            action: None,
            summary: Text::both("a heartbeat came late", "心跳迟到"),
            difference: Difference {
                pointer: String::new(),
                expected: format!("a heartbeat every {} ms", every.as_millis()),
                found: format!("one after {} ms", waited.as_millis()),
            },
        })
    }
}

/// The note about something that is passed on and too long to be judged.
pub(super) fn too_long(payload: &Payload) -> Text {
    let Received::TooLarge(limit, _) = payload.received() else { return Text::both("", "") };
    Text::both(
        format!("a message of more than {limit} bytes was passed on and not judged"),
        format!("一条超过 {limit} 字节的消息已转发，未做检查"),
    )
}

/// The interval that a heartbeat names: its only number that is neither an id nor changes by itself.
fn interval(contract: &Contract, event: &Event, document: &Value) -> Option<Duration> {
    let properties = event.data.get("properties")?.as_object()?;
    let (name, _) = properties.iter().find(|(_, schema)| {
        let schema = contract.follow(schema);
        let other = [botspec_schema::ID, botspec_schema::VOLATILE].iter().any(|key| schema.get(key).is_some());
        schema.get("type").is_some_and(|it| it == "integer") && !other
    })?;
    document.get(name)?.as_u64().map(Duration::from_millis)
}
