//! A memory that forgets the oldest first, so that a world that is talked in for days does not grow without end.

use std::collections::{BTreeMap, VecDeque};

/// Things by their ids, as many as fit.
#[derive(Debug, Clone)]
pub(crate) struct Recent<K, V> {
    things: BTreeMap<K, V>,
    order: VecDeque<(K, usize)>,
    weight: usize,
    most: usize,
    heaviest: usize,
}

impl<K: Ord + Clone, V> Recent<K, V> {
    /// Room for so many things, and for so much weight of all of them together.
    pub(crate) fn new(most: usize, heaviest: usize) -> Self {
        Self { things: BTreeMap::new(), order: VecDeque::new(), weight: 0, most, heaviest }
    }

    /// Keeps a thing, and forgets old ones that have no room any more. The newest always stays.
    pub(crate) fn keep(&mut self, id: K, thing: V, weight: usize) {
        if self.things.insert(id.clone(), thing).is_some() {
            return;
        }
        self.order.push_back((id, weight));
        self.weight = self.weight.saturating_add(weight);
        while self.order.len() > 1 && (self.order.len() > self.most || self.weight > self.heaviest) {
            let Some((oldest, weight)) = self.order.pop_front() else { return };
            self.things.remove(&oldest);
            self.weight -= weight;
        }
    }

    pub(crate) fn get<Q>(&self, id: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.things.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &K) -> Option<&mut V> {
        self.things.get_mut(id)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.things.values_mut()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.things.clear();
        self.order.clear();
        self.weight = 0;
    }

    /// All of them, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.order.iter().filter_map(|(id, _)| self.things.get(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_by_number_and_by_weight() {
        let mut recent = Recent::new(3, 100);
        for id in 0..5 {
            recent.keep(id, id, 10);
        }
        assert_eq!(recent.iter().copied().collect::<Vec<_>>(), [2, 3, 4]);
        recent.keep(5, 5, 85);
        assert_eq!(recent.iter().copied().collect::<Vec<_>>(), [4, 5]);
        recent.keep(6, 6, 1_000);
        assert_eq!(recent.iter().copied().collect::<Vec<_>>(), [6]);
        assert_eq!((recent.get(&6), recent.get(&5)), (Some(&6), None));
    }
}
