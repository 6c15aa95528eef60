//! What a contract allows decodes into the bindings, is written back the same, and is still what the contract allows.

use std::collections::BTreeSet;

use botspec_bindings::onebot11::actions::{Visitor, visit};
use botspec_bindings::onebot11::events::{
    Event, MessageGroupQuickOperation, MessagePrivateQuickOperation, RequestFriendQuickOperation,
    RequestGroupQuickOperation,
};
use botspec_bindings::onebot11::{Envelope, ReceiveSegment, SendSegment};
use botspec_bindings::{Action, FromJson, Outcome};
use botspec_schema::Kind;
use serde::Serialize;

use crate::dialects::onebot11;
use crate::roundtrip::{lossless, problems};
use crate::sample::{segments, values};

/// Checks parameters and answers of every action, and remembers the names.
#[derive(Default)]
struct Actions(BTreeSet<&'static str>);

impl Visitor for Actions {
    fn action<A: Action>(&mut self) {
        self.0.insert(A::NAME);
        let dialect = onebot11();
        let contract = &dialect.actions[A::NAME];
        let params = values(dialect, &contract.params);
        lossless::<A>(A::NAME, &params, problems(onebot11(), Kind::ActionParams, A::NAME), |_| true);
        let result = values(dialect, &contract.result);
        lossless::<A::Response>(A::NAME, &result, problems(onebot11(), Kind::ActionResult, A::NAME), |_| true);
        assert_eq!(format!("{:?}", A::EFFECT), format!("{:?}", contract.effect));
    }
}

#[test]
fn actions_and_their_answers() {
    let mut seen = Actions::default();
    visit(&mut seen);
    assert_eq!(seen.0, onebot11().actions.keys().map(String::as_str).collect());
    let listed: Vec<_> = botspec_bindings::onebot11::actions::ACTIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, seen.0.into_iter().collect::<Vec<_>>());
}

#[test]
fn segments_to_send() {
    let dialect = onebot11();
    for segment in dialect.segments.values() {
        let Some(data) = &segment.send else { continue };
        let values = segments(dialect, &segment.name, data);
        lossless::<SendSegment>(
            &segment.name,
            &values,
            problems(onebot11(), Kind::SegmentSend, &segment.name),
            |one| one.kind() == segment.name && !matches!(one, SendSegment::Unknown(_)),
        );
    }
}

#[test]
fn segments_that_are_received() {
    let dialect = onebot11();
    for segment in dialect.segments.values() {
        let Some(data) = &segment.receive else { continue };
        let values = segments(dialect, &segment.name, data);
        lossless::<ReceiveSegment>(
            &segment.name,
            &values,
            problems(onebot11(), Kind::SegmentReceive, &segment.name),
            |one| one.kind() == segment.name && !matches!(one, ReceiveSegment::Unknown(_)),
        );
    }
}

#[test]
fn events() {
    let dialect = onebot11();
    for event in dialect.events.values() {
        let values = values(dialect, &event.data);
        lossless::<Event>(&event.name, &values, problems(onebot11(), Kind::Event, &event.name), |one| {
            one.name() == Some(event.name.as_str()) && one.time().is_some() && one.self_id().is_some()
        });
    }
}

#[test]
fn quick_operations() {
    fn check<T: FromJson + Serialize + std::fmt::Debug>(event: &str) {
        let dialect = onebot11();
        let schema = dialect.events[event].quick_operation.as_ref().expect("it has one");
        lossless::<T>(event, &values(dialect, schema), |_| Vec::new(), |_| true);
    }
    check::<MessagePrivateQuickOperation>("message.private");
    check::<MessageGroupQuickOperation>("message.group");
    check::<RequestFriendQuickOperation>("request.friend");
    check::<RequestGroupQuickOperation>("request.group");
    let with: Vec<_> = onebot11().events.values().filter(|event| event.quick_operation.is_some()).collect();
    assert_eq!(with.len(), 4, "every quick operation is checked above");
}

#[test]
fn envelopes() {
    let dialect = onebot11();
    let outcomes = &dialect.file.envelope.outcomes;
    let values = values(dialect, &dialect.file.envelope.schema);
    let is_known = |envelope: &Envelope| match envelope.outcome() {
        Outcome::Ok => envelope.status == outcomes.ok.status.as_str(),
        Outcome::Deferred => outcomes.deferred.as_ref().is_some_and(|one| envelope.status == one.status.as_str()),
        Outcome::Failed => envelope.status == outcomes.failed.status.as_str(),
    };
    lossless::<Envelope>("envelope", &values, |_| Vec::new(), is_known);
}

/// Every example in the contracts decodes, too, as what it is an example of.
#[test]
fn examples() {
    struct Examples(usize);

    impl Visitor for Examples {
        fn action<A: Action>(&mut self) {
            for example in &onebot11().actions[A::NAME].examples {
                let call = A::from_json(&example.params.to_string()).expect(A::NAME);
                assert_eq!(serde_json::to_value(&call).expect(A::NAME), example.params);
                let answer = A::Response::from_json(&example.result.to_string()).expect(A::NAME);
                assert_eq!(serde_json::to_value(&answer).expect(A::NAME), example.result);
                self.0 += 1;
            }
        }
    }

    let mut examples = Examples(0);
    visit(&mut examples);
    for event in onebot11().events.values() {
        for example in &event.examples {
            let decoded = Event::from_json(&example.to_string()).expect(&event.name);
            assert_eq!(decoded.name(), Some(event.name.as_str()));
            assert_eq!(serde_json::to_value(&decoded).expect(&event.name), *example);
            examples.0 += 1;
        }
    }
    assert!(examples.0 > 39, "there are examples");
}
