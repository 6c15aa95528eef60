//! The numbers that accounts know messages by. Most builds make them up for each account; some have the same for everybody.

use super::ids::fingerprint;
use super::{MessageId, Refusal, UserId, World};

impl World {
    /// The number that an account knows a message by: 32 bits with a sign, never 0.
    pub fn number_for(&self, account: UserId, MessageId(id): MessageId) -> i32 {
        swap(self.key(account), id)
    }

    /// The message that an account knows by a number, whether or not there is one.
    pub fn message_id(&self, account: UserId, number: i32) -> MessageId {
        MessageId(swap(self.key(account), number))
    }

    /// That there is no such message, by the number that the account knows.
    pub(crate) fn no_message(&self, account: UserId, id: MessageId) -> Refusal {
        Refusal::NoSuchMessage(self.number_for(account, id))
    }

    /// Lets an account know messages by the numbers of the world from now on.
    pub(crate) fn share_numbers(&mut self, account: UserId) {
        self.with_shared_numbers.insert(account);
    }

    /// The first account has the numbers of the world.
    fn key(&self, account: UserId) -> i32 {
        if self.accounts.first() == Some(&account) || self.with_shared_numbers.contains(&account) {
            return 0;
        }
        let [low, high] = [0, 32].map(|shift| (fingerprint(&account.to_string()) >> shift) & u64::from(u32::MAX));
        u32::try_from(low ^ high).map_or(1, u32::cast_signed) | 1
    }
}

/// Swaps numbers in pairs, but for 0, which is no number, and for its partner.
fn swap(key: i32, number: i32) -> i32 {
    if number == 0 || number == key { number } else { number ^ key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_numbers_of_its_own_and_none_is_zero() {
        let world = World::new(1);
        let [first, second] = world.accounts().collect::<Vec<_>>()[..] else { panic!("two accounts") };
        for number in [1, -1, i32::MAX, i32::MIN, 62_001, world.key(second)] {
            let id = world.message_id(second, number);
            assert_eq!(world.number_for(second, id), number);
            assert_eq!(world.number_for(first, id), id.0);
            assert_eq!(world.number_for(first, id) == number, number == world.key(second));
            assert_ne!(id.0, 0);
        }
    }
}
