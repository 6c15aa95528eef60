//! Whether every message that one account sent to the other came over each of its connections, as often as it was sent.
//! A connection is judged by what came before and after on it, so that one that ends proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use botspec_reports::record::{Difference, Transport};

/// The longest text that is looked for.
const LONGEST: usize = 500;

/// How many messages are remembered.
const MESSAGES_KEPT: usize = 20_000;

/// Who sent something, and to whom or which group.
pub(super) type Route = (String, String);

/// Everything that was sent, and what came of it where.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    sent: Vec<Sent>,
    /// What was sent shortly before the world was put back, and may come after it.
    sent_before: Vec<Sent>,
    connections: BTreeMap<u64, EventConnection>,
    /// How often a step outside the accounts named a text, so that somebody may have sent it there.
    named_in_steps: BTreeMap<String, usize>,
    /// How many messages were due over each transport before the world was put back.
    due_before: BTreeMap<Transport, usize>,
}

#[derive(Debug)]
struct Sent {
    route: Route,
    text: String,
    began: Instant,
    done: Option<Instant>,
}

/// One connection of an account for events.
#[derive(Debug)]
struct EventConnection {
    transport: Transport,
    opened: Instant,
    arrived: Vec<(Route, String)>,
}

impl Deliveries {
    /// A message is about to be sent.
    pub(super) fn begin(&mut self, route: Route, text: &str) {
        if text.len() <= LONGEST && self.sent.len() < MESSAGES_KEPT {
            self.sent.push(Sent { route, text: text.to_owned(), began: Instant::now(), done: None });
        }
    }

    /// A message was accepted.
    pub(super) fn done(&mut self, route: &Route, text: &str) {
        let open = self.sent.iter_mut().find(|it| it.done.is_none() && it.route == *route && it.text == text);
        if let Some(sent) = open {
            sent.done = Some(Instant::now());
        }
    }

    /// A step names a text, which a member may send.
    pub(super) fn step(&mut self, text: &str) {
        *self.named_in_steps.entry(text.to_owned()).or_default() += 1;
    }

    /// A connection for events was opened.
    pub(super) fn open(&mut self, connection: u64, transport: Transport) {
        let new = || EventConnection { transport, opened: Instant::now(), arrived: Vec::new() };
        self.connections.entry(connection).or_insert_with(new);
    }

    /// A message came over a connection.
    pub(super) fn arrive(&mut self, connection: u64, route: Route, text: &str) {
        if let Some(connection) = self.connections.get_mut(&connection).filter(|it| it.arrived.len() < MESSAGES_KEPT) {
            connection.arrived.push((route, text.to_owned()));
        }
    }

    /// The world was put back: what is under way may not come.
    pub(super) fn forget(&mut self) {
        if self.sent.is_empty() {
            self.connections.values_mut().for_each(|it| it.arrived.clear());
            return;
        }
        let transports: BTreeSet<Transport> = self.connections.values().map(|it| it.transport).collect();
        self.due_before = transports.into_iter().map(|transport| (transport, self.due(transport))).collect();
        self.sent_before.append(&mut self.sent);
        self.sent_before.retain(|sent| sent.began.elapsed() < super::UNDER_WAY);
        self.connections.values_mut().for_each(|it| {
            it.arrived.clear();
            it.opened = Instant::now();
        });
    }

    /// How many messages were due over the connections of a transport.
    pub(super) fn due(&self, transport: Transport) -> usize {
        // Where nothing came, nothing is known to be due.
        let of = |it: &&EventConnection| it.transport == transport && !it.arrived.is_empty();
        let connections = self.connections.values().filter(of);
        let now: usize = connections.map(|it| self.counts(it).values().map(|count| count.due).sum::<usize>()).sum();
        now + self.due_before.get(&transport).copied().unwrap_or_default()
    }

    /// What did not come, or came more often than it was sent.
    pub(super) fn wrong(&self) -> Vec<(Transport, Difference)> {
        let mut found = Vec::new();
        for connection in self.connections.values().filter(|it| !it.arrived.is_empty()) {
            let counts = self.counts(connection);
            let wrong = counts.iter().filter(|(_, count)| count.arrived < count.due || count.arrived > count.sent);
            found.extend(wrong.map(|((route, text), count)| {
                let difference = Difference {
                    pointer: String::new(),
                    expected: format!("{} times the message that {} sent to {}", count.due, route.0, route.1),
                    found: format!("{} times {text:?}", count.arrived),
                };
                (connection.transport, difference)
            }));
        }
        found
    }

    /// How often each message was sent and came over a connection. It was due where it was sent while the connection stood,
    /// and one that was sent after it came.
    fn counts<'d>(&'d self, connection: &'d EventConnection) -> BTreeMap<(&'d Route, &'d str), Count> {
        let mut counts: BTreeMap<(&Route, &str), Count> = BTreeMap::new();
        let mut first: BTreeMap<(&Route, &str), Instant> = BTreeMap::new();
        for sent in &self.sent {
            first.entry((&sent.route, &sent.text)).or_insert(sent.began);
        }
        let mut newest: BTreeMap<&Route, Instant> = BTreeMap::new();
        for (route, text) in &connection.arrived {
            let Some(began) = first.get(&(route, text.as_str())) else { continue };
            counts.entry((route, text)).or_default().arrived += 1;
            let newest = newest.entry(route).or_insert(*began);
            *newest = (*newest).max(*began);
        }
        for sent in &self.sent {
            let count = counts.entry((&sent.route, &sent.text)).or_default();
            let overtaken = newest.get(&sent.route).is_some_and(|newest| sent.done.is_some_and(|done| done < *newest));
            count.due += usize::from(overtaken && sent.began > connection.opened);
            // What was sent shortly before it stood may come over it, too.
            count.sent += 1;
        }
        for ((route, text), count) in &mut counts {
            count.sent += self.named_in_steps.get(*text).copied().unwrap_or_default();
            count.sent += self.sent_before.iter().filter(|it| it.route == **route && it.text == **text).count();
        }
        counts
    }
}

/// How often a message was sent, by the other account or by steps, was due, and came.
#[derive(Debug, Default)]
struct Count {
    sent: usize,
    due: usize,
    arrived: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route() -> Route {
        ("20002".to_owned(), "10001".to_owned())
    }

    fn send(all: &mut Deliveries, text: &str) {
        all.begin(route(), text);
        all.done(&route(), text);
    }

    #[test]
    fn what_is_missing_between_two_others_is_lost() {
        let mut all = Deliveries::default();
        all.open(1, Transport::Ws);
        for text in ["a", "b", "c", "d"] {
            send(&mut all, text);
        }
        for text in ["a", "c"] {
            all.arrive(1, route(), text);
        }
        let wrong = |all: &Deliveries| all.wrong().into_iter().map(|(_, it)| it.found).collect::<Vec<_>>();
        assert_eq!(wrong(&all), ["0 times \"b\""], "d may be under way");
        all.arrive(1, route(), "b");
        all.arrive(1, route(), "d");
        assert_eq!(wrong(&all), [""; 0]);
        all.arrive(1, route(), "d");
        assert_eq!(wrong(&all), ["2 times \"d\""]);
    }

    #[test]
    fn what_a_step_makes_somebody_say_may_come_too() {
        let mut all = Deliveries::default();
        all.open(1, Transport::Ws);
        send(&mut all, "a");
        all.step("a");
        all.arrive(1, route(), "a");
        all.arrive(1, route(), "a");
        assert!(all.wrong().is_empty());
        all.arrive(1, route(), "a");
        assert_eq!(all.wrong().len(), 1);
    }

    #[test]
    fn what_is_sent_after_the_last_arrival_may_be_under_way() {
        let mut all = Deliveries::default();
        all.open(1, Transport::Ws);
        send(&mut all, "a");
        all.arrive(1, route(), "a");
        send(&mut all, "b");
        assert!(all.wrong().is_empty());
        all.forget();
        all.arrive(1, route(), "c");
        assert!(all.wrong().is_empty());
        send(&mut all, "b");
        all.arrive(1, route(), "b");
        all.arrive(1, route(), "b");
        assert!(all.wrong().is_empty(), "one of them was sent before");
        all.arrive(1, route(), "b");
        assert_eq!(all.wrong().len(), 1);
    }
}
