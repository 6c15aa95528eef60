//! Identifiers of the world, and where new ones come from.

/// The number of an account.
pub type UserId = i64;
/// The number of a group.
pub type GroupId = i64;

/// A message of the world. Each account knows it by a number of its own: [`World::number_for`](super::World::number_for).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageId(pub(super) i32);

/// Odd, so that multiplying by it walks through every 32-bit number once.
const STRIDE: u32 = 0x9E37_79B1;

/// Which ids new messages get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MessageIds {
    /// Positive and negative ones, in no order.
    #[default]
    Mixed,
    /// Positive ones that count up.
    Positive,
    /// Negative ones that count down.
    Negative,
}

/// Beyond the ids of messages that are there when a world begins.
const FIRST_COUNTED: u32 = 1_000_000;

/// Makes identifiers: never twice the same, and the same ones for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct IdGenerator {
    rng: Rng,
    messages: u32,
    message_ids: MessageIds,
    offset: u32,
    numbers: u64,
}

impl IdGenerator {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let offset = rng.word();
        Self { rng, messages: 0, message_ids: MessageIds::Mixed, offset, numbers: 0 }
    }

    /// Makes ids of this kind for messages from now on.
    pub(crate) fn make_message_ids(&mut self, message_ids: MessageIds) {
        self.message_ids = message_ids;
    }

    /// A message id: positive or negative, in no order, never 0, where no other kind is asked for.
    pub(crate) fn message(&mut self) -> MessageId {
        loop {
            self.messages = self.messages.wrapping_add(1);
            let counted = self.messages.wrapping_add(FIRST_COUNTED).cast_signed();
            let id = match self.message_ids {
                MessageIds::Mixed => self.messages.wrapping_mul(STRIDE).wrapping_add(self.offset).cast_signed(),
                MessageIds::Positive => counted,
                MessageIds::Negative => counted.wrapping_neg(),
            };
            if id != 0 {
                return MessageId(id);
            }
        }
    }

    /// Makes no message id that another one made by now.
    pub(crate) fn count_on_from(&mut self, other: &Self) {
        self.messages = self.messages.max(other.messages);
    }

    /// A text of hexadecimal digits, as names of files and flags of requests are.
    pub(crate) fn hex(&mut self) -> String {
        self.numbers += 1;
        format!("{:016x}{:08x}{:08x}", self.rng.next(), self.rng.word(), self.numbers)
    }

    /// A number from 1 to `most`.
    pub(crate) fn draw(&mut self, most: u32) -> u32 {
        self.rng.between(1, most)
    }

    /// A text of 19 decimal digits that does not fit into 32 bits, as ids of forwards are.
    pub(crate) fn digits(&mut self) -> String {
        self.numbers += 1;
        format!("7{:011}{:07}", self.rng.next() % 100_000_000_000, self.numbers)
    }
}

/// `SplitMix64`: small, and the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The upper half of the next number.
    pub(crate) fn word(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.word() % (high - low + 1)
    }

    /// One of the things.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.word() as usize % things.len()]
    }
}

/// A number of 64 bits that stands for the text, the same everywhere (FNV-1a).
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn message_ids_are_unique_have_both_signs_and_depend_on_the_seed() {
        let mut mint = IdGenerator::new(1);
        let ids: Vec<_> = (0..10_000).map(|_| mint.message()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(ids.iter().any(|id| id.0 < 0) && ids.iter().any(|id| id.0 > 0));
        assert!(ids.iter().all(|id| id.0 != 0));
        assert_ne!(ids[0], IdGenerator::new(2).message());
        assert_eq!(ids[0], IdGenerator::new(1).message());
    }
}
