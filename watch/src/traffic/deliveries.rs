//! Whether each message comes over every connection of its account: one that came over a connection is missing on another
//! that stood all the time and carried a later one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::Id;
use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::Event;
use serde_json::Value;

use super::events::hash_of;
use super::{ACCOUNTS, Breach, Traffic};
use crate::evidence::Evidence;
use crate::rules;

/// How many messages are remembered, of an account and of a connection.
const MESSAGES: usize = 512;

/// How much later than over another connection a message may come.
const LATEST: Duration = Duration::from_secs(15);

/// How long a connection stands before it counts: who opens one says first what is wanted.
const SETTLED: Duration = Duration::from_secs(1);

/// The messages of each account, in the order in which they came first.
#[derive(Debug, Default)]
pub(super) struct Deliveries(BTreeMap<String, VecDeque<Delivered>>);

#[derive(Debug)]
struct Delivered {
    key: u64,
    event: String,
    at: Instant,
}

/// The messages that came over one connection.
#[derive(Debug)]
pub(super) struct Arrivals {
    opened: Instant,
    keys: VecDeque<u64>,
    latest: Option<Instant>,
    /// Messages up to here were looked for.
    checked: Instant,
}

impl Arrivals {
    pub(super) fn new(opened: Instant) -> Self {
        Self { opened, keys: VecDeque::new(), latest: None, checked: opened }
    }
}

fn push<T>(all: &mut VecDeque<T>, one: T) {
    all.push_back(one);
    if all.len() > MESSAGES {
        all.pop_front();
    }
}

impl Traffic {
    /// A message came over a connection.
    pub(super) fn delivered(&mut self, number: u64, event: &Event, ids: &[Id], at: Instant) {
        let own_field = self.judge.contract().roles().self_field.as_ref().map(|field| format!("/{field}"));
        let Some(connection) = self.connections.get_mut(&number) else { return };
        let Some(account) = connection.account.as_ref().map(text) else { return };
        let near = ids.iter().filter(|id| id.pointer.matches('/').count() <= 2);
        // Whether what an account sends itself is reported is set for each connection.
        let of_account = |id: &Id| id.kind == "user" && id.value == account && Some(&id.pointer) != own_field.as_ref();
        if near.clone().any(of_account) {
            return;
        }
        let of_place = near.filter(|id| ["message", "group", "peer"].contains(&id.kind.as_str()));
        let mut place: Vec<String> = of_place.map(|id| format!("{} {}", id.pointer, id.value)).collect();
        place.sort();
        place.push(event.name.clone());
        let key = hash_of(place.join("\n").as_bytes());
        connection.arrivals.latest = Some(at);
        push(&mut connection.arrivals.keys, key);
        if self.deliveries.0.len() < ACCOUNTS || self.deliveries.0.contains_key(&account) {
            let of_account = self.deliveries.0.entry(account).or_default();
            if !of_account.iter().any(|delivered| delivered.key == key) {
                push(of_account, Delivered { key, event: event.name.clone(), at });
            }
        }
    }

    /// Looks for messages that did not come.
    pub(super) fn lost(&mut self, now: Instant, time: SystemTime) {
        let Some(due) = now.checked_sub(LATEST) else { return };
        let mut lost: Vec<(Transport, String)> = Vec::new();
        for connection in self.connections.values_mut() {
            let arrivals = &mut connection.arrivals;
            let since = arrivals.checked.max(arrivals.opened + SETTLED);
            arrivals.checked = arrivals.checked.max(due);
            let of_account = connection.account.as_ref().and_then(|account| self.deliveries.0.get(&text(account)));
            let (Some(of_account), Some(latest), false) = (of_account, arrivals.latest, connection.gap) else {
                continue;
            };
            let awaited = of_account.iter().filter(|it| it.at > since && it.at <= due && it.at < latest);
            for delivered in awaited {
                if arrivals.keys.contains(&delivered.key) {
                    self.tally.rule(&rules::COMPLETE, connection.transport);
                } else {
                    lost.push((connection.transport, delivered.event.clone()));
                }
            }
        }
        for (transport, event) in lost {
            self.tally.rule(&rules::COMPLETE, transport);
            let difference = Difference {
                pointer: String::new(),
                expected: format!("each `{event}` of the account"),
                found: "one came over another connection alone".to_owned(),
            };
            let summary = Text::both("a message is missing on a connection", "某个连接上缺少一条消息");
            let evidence = Arc::new(Evidence::new(time, transport.to_string(), None, None, 0));
            self.breach(transport, Breach { rule: &rules::COMPLETE, action: None, summary, difference }, &evidence);
        }
    }
}

fn text(account: &Value) -> String {
    account.as_str().map_or_else(|| account.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use botspec_conformance::{Judge, TrafficKind};
    use botspec_schema::Catalog;
    use serde_json::json;

    use super::*;
    use crate::queue::Unit;
    use crate::settings::Settings;
    use crate::tee::{Head, Passed, Payload};

    fn take(traffic: &mut Traffic, connection: u64, at: Instant, passed: Passed) {
        traffic.take(Unit { connection, missed: 0, at, time: SystemTime::now(), passed });
    }

    /// Two connections of an account: the first one gets all three messages, the other those that are named, from a sender.
    fn lost(arriving: &[i64], sender: i64) -> usize {
        let judge = Judge::new(Catalog::builtin(), "onebot11", TrafficKind::Live).expect("the dialect");
        let mut traffic = Traffic::new(judge, Settings::new("onebot11", ""), channel().0);
        let began = Instant::now();
        for number in [1, 2] {
            let request = Box::new(Head::default());
            let opened = Passed::Opened { transport: Transport::Ws, request, extension: None };
            take(&mut traffic, number, began, opened);
        }
        let at = began + SETTLED * 2;
        let message = |id: i64| {
            let text = json!({ "time": 1_733_202_425, "self_id": 10001, "post_type": "message", "message_type": "private",
                "sub_type": "friend", "message_id": id, "user_id": sender, "message": "hi", "raw_message": "hi", "font": 0,
                "sender": { "user_id": sender } });
            let payload = Payload::of(text.to_string().as_bytes(), 10_000);
            Passed::Message { from_bot: false, text: true, payload }
        };
        for id in [5, 6, 7] {
            take(&mut traffic, 1, at, message(id));
        }
        for id in arriving {
            take(&mut traffic, 2, at + LATEST / 2, message(*id));
        }
        traffic.lost(at + LATEST / 2, SystemTime::now());
        for _ in 0..2 {
            traffic.lost(at + LATEST * 2, SystemTime::now());
        }
        let of_rule = traffic.causes.iter().filter(|(key, _)| key.check.ends_with("/complete"));
        of_rule.map(|(_, cause)| usize::try_from(cause.times).expect("few")).sum()
    }

    #[test]
    fn a_message_that_another_connection_got_is_missed() {
        assert_eq!(lost(&[5, 6, 7], 20_002), 0);
        assert_eq!(lost(&[5, 7], 20_002), 1);
        assert_eq!(lost(&[7], 20_002), 2);
        // Nothing proves that this one has messages at all.
        assert_eq!(lost(&[], 20_002), 0);
        assert_eq!(lost(&[7], 10_001), 0, "one's own messages are reported where that is set");
    }
}
