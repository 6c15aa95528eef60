//! People, and who is whose friend.

use std::collections::BTreeMap;

use super::{Change, Refusal, UserId, World};

/// What somebody tells about their sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Not told.
    Unknown,
}

/// Somebody with a number.
#[derive(Debug, Clone)]
pub struct Person {
    /// The number.
    pub id: UserId,
    /// The name they gave themselves.
    pub nickname: String,
    /// Their sex.
    pub sex: Sex,
    /// Their age in years.
    pub age: u32,
    /// How many likes their profile got.
    pub likes: u32,
    /// Friends, with the name this person calls each of them by.
    pub friends: BTreeMap<UserId, String>,
}

/// How many likes may be given in one go.
const LIKES_AT_A_TIME: u32 = 20;

impl World {
    /// Somebody.
    pub fn person(&self, id: UserId) -> Result<&Person, Refusal> {
        self.people.get(&id).ok_or(Refusal::NoSuchUser(id))
    }

    /// The numbers of everybody.
    pub fn people(&self) -> impl Iterator<Item = UserId> {
        self.people.keys().copied()
    }

    pub(crate) fn person_mut(&mut self, id: UserId) -> Result<&mut Person, Refusal> {
        self.people.get_mut(&id).ok_or(Refusal::NoSuchUser(id))
    }

    /// Whether the two are friends.
    pub fn are_friends(&self, one: UserId, other: UserId) -> bool {
        self.people.get(&one).is_some_and(|person| person.friends.contains_key(&other))
    }

    /// Makes the two friends. `remark` is what `one` calls `other` by.
    pub fn befriend(&mut self, one: UserId, other: UserId, remark: &str) -> Result<(), Refusal> {
        self.person(other)?;
        if one == other {
            return Err(Refusal::OutOfRange("nobody is their own friend".to_owned()));
        }
        if self.are_friends(one, other) {
            return Err(Refusal::AlreadyFriends(one, other));
        }
        self.person_mut(one)?.friends.insert(other, remark.to_owned());
        self.person_mut(other)?.friends.insert(one, String::new());
        self.tell(Change::Befriended { one, other });
        Ok(())
    }

    /// `from` likes the profile of `to`.
    pub fn like(&mut self, from: UserId, to: UserId, times: i64) -> Result<(), Refusal> {
        self.person(from)?;
        let times = u32::try_from(times)
            .ok()
            .filter(|times| (1..=LIKES_AT_A_TIME).contains(times))
            .ok_or_else(|| Refusal::OutOfRange(format!("likes are given 1 to {LIKES_AT_A_TIME} at a time")))?;
        let person = self.person_mut(to)?;
        person.likes = person.likes.saturating_add(times);
        Ok(())
    }
}
