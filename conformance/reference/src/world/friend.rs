//! Who is whose friend, and what friends do for each other.

use super::person::USUAL_CATEGORY;
use super::{Change, Refusal, UserId, World};

/// What somebody made of a friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Friend {
    /// The name they call them by; empty where that is the own one.
    pub remark: String,
    /// The category that they sorted them into.
    pub category: i64,
}

impl Friend {
    pub(crate) fn called(remark: &str) -> Self {
        Self { remark: remark.to_owned(), category: USUAL_CATEGORY }
    }
}

/// The likes that somebody gave to a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Like {
    /// How many.
    pub count: u32,
    /// When the last one was given.
    pub time: i64,
}

/// How many likes may be given in one go.
const LIKES_AT_A_TIME: u32 = 20;

impl World {
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
        self.person_mut(one)?.friends.insert(other, Friend::called(remark));
        self.person_mut(other)?.friends.insert(one, Friend::called(""));
        self.emit(Change::Befriended { one, other });
        Ok(())
    }

    /// `user` does not want to be a friend of `other` any more.
    pub fn unfriend(&mut self, user: UserId, other: UserId) -> Result<(), Refusal> {
        self.friend(user, other)?;
        self.part(user, other);
        Ok(())
    }

    /// What `user` made of a friend.
    pub fn friend(&self, user: UserId, other: UserId) -> Result<&Friend, Refusal> {
        self.person(user)?.friends.get(&other).ok_or(Refusal::NotFriends(user, other))
    }

    fn friend_mut(&mut self, user: UserId, other: UserId) -> Result<&mut Friend, Refusal> {
        self.person_mut(user)?.friends.get_mut(&other).ok_or(Refusal::NotFriends(user, other))
    }

    /// `user` calls a friend by another name; an empty one takes it away.
    pub fn call_friend(&mut self, user: UserId, other: UserId, remark: &str) -> Result<(), Refusal> {
        remark.clone_into(&mut self.friend_mut(user, other)?.remark);
        Ok(())
    }

    /// `user` sorts a friend into another category.
    pub fn sort_friend(&mut self, user: UserId, other: UserId, category: i64) -> Result<(), Refusal> {
        if !self.person(user)?.categories.contains_key(&category) {
            return Err(Refusal::OutOfRange(format!("there is no category {category}")));
        }
        self.friend_mut(user, other)?.category = category;
        Ok(())
    }

    /// `from` likes the profile of `to`.
    pub fn like(&mut self, from: UserId, to: UserId, times: i64) -> Result<(), Refusal> {
        self.person(from)?;
        let times = u32::try_from(times)
            .ok()
            .filter(|times| (1..=LIKES_AT_A_TIME).contains(times))
            .ok_or_else(|| Refusal::OutOfRange(format!("likes are given 1 to {LIKES_AT_A_TIME} at a time")))?;
        let time = self.now();
        let given = self.person_mut(to)?.likes.entry(from).or_default();
        *given = Like { count: given.count.saturating_add(times), time };
        self.emit(Change::Liked { from, to, times });
        Ok(())
    }

    /// Whose profiles somebody likes, with the likes they gave.
    pub fn likes_of(&self, from: UserId) -> impl Iterator<Item = (UserId, Like)> {
        self.people.values().filter_map(move |person| Some((person.id, *person.likes.get(&from)?)))
    }

    /// `from` types something to `to`, or stops; the kind is a number of QQ.
    pub fn type_to(&mut self, from: UserId, to: UserId, kind: i64) -> Result<(), Refusal> {
        self.friend(from, to)?;
        self.emit(Change::Typing { from, to, kind });
        Ok(())
    }
}
