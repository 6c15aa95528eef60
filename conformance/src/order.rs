//! In which order checks take what is limited: every subject is seen once before any is seen twice.

use std::collections::BTreeMap;

use botspec_schema::model::Effect;

use crate::unit::Unit;

/// Puts the units of an effect that others see so that the first of each subject come before the second of any. The order
/// otherwise stays.
pub(crate) fn each_once_first(units: &mut [Unit]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let round: Vec<u32> = units
        .iter()
        .map(|unit| {
            let first = unit.checks.first();
            if first.is_none_or(|check| check.effect != Effect::Send) {
                return 0;
            }
            let subject =
                first.map_or_else(String::new, |check| check.id.split('/').take(3).collect::<Vec<_>>().join("/"));
            let round = seen.entry(subject).or_default();
            *round += 1;
            *round
        })
        .collect();
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|at| (units[*at].order, round[*at]));
    let sorted: Vec<Unit> = order.into_iter().map(|at| units[at].clone()).collect();
    units.clone_from_slice(&sorted);
}
