//! In which order checks take what is limited: every subject is seen once before any is seen twice.

use std::collections::BTreeMap;

use botspec_schema::model::{Event, TriggerBy};

use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::owners;
use crate::unit::Unit;

/// Kinds of subjects that have a contract each, and transports; of other requirements, all of an area are one subject.
const NAMED: [&str; 4] = ["action", "segment", "event", "transport"];

/// How much one message shows that a subject is seen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// That messages of others come, over every transport.
    Receiving,
    /// That messages are sent.
    Sending,
    /// What a message may hold.
    Segment,
    /// Anything else.
    Other,
}

/// Puts the units of an effect that others see so that the first of each subject come before the second of any, those that
/// show the most before others. The order otherwise stays.
pub(crate) fn each_once_first(contract: &Contract, units: &mut [Unit]) {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let places: Vec<(u32, Weight)> = units
        .iter()
        .map(|unit| {
            let Some(check) = unit.checks.first().filter(|_| unit.order.sends()) else {
                return (0, Weight::Other);
            };
            let (subject, kind) = subject(&check.id);
            let name = subject.rsplit('/').next().unwrap_or_default();
            let round = seen.entry(subject).or_default();
            *round += 1;
            (*round, weight(contract, check, kind, name))
        })
        .collect();
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|at| (units[*at].order, places[*at]));
    let sorted: Vec<Unit> = order.into_iter().map(|at| units[at].clone()).collect();
    units.clone_from_slice(&sorted);
}

fn weight(contract: &Contract, check: &CheckInfo, kind: &str, name: &str) -> Weight {
    let roles = contract.roles();
    let mut sending = [&roles.send_to_user, &roles.send_to_group].into_iter().flatten();
    let by_others = |event: &Event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Actor);
    let mut messages = contract.events().filter(|event| contract.carries_message(event) && by_others(event));
    match kind {
        "delivery" => Weight::Receiving,
        "event" if messages.any(|event| event.name == name) => Weight::Receiving,
        "action" if sending.any(|role| role.action == name) => Weight::Sending,
        "segment" if check.id.ends_with(owners::SEND) => Weight::Segment,
        _ => Weight::Other,
    }
}

/// What a check is about, and of which kind that is: `napcat/segment/at`, or `napcat/message` for any rule of messages.
fn subject(id: &str) -> (&str, &str) {
    let kind = id.split('/').nth(1).unwrap_or_default();
    let parts = if NAMED.contains(&kind) { 3 } else { 2 };
    let end = id.match_indices('/').nth(parts - 1).map_or(id.len(), |(at, _)| at);
    (&id[..end], kind)
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn a_subject_is_a_contract_a_transport_or_an_area() {
        assert_eq!(subject("napcat/segment/at/send"), ("napcat/segment/at", "segment"));
        assert_eq!(subject("napcat/event/message.group/delivered"), ("napcat/event/message.group", "event"));
        assert_eq!(subject("napcat/transport/sse/framing"), ("napcat/transport/sse", "transport"));
        assert_eq!(subject("napcat/message/form-string"), ("napcat/message", "message"));
        assert_eq!(subject("napcat/params"), ("napcat/params", "params"));
    }
}
