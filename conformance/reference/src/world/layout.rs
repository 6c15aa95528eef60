//! Worlds that begin otherwise than the default one: with nobody to talk to, with very many, or with people and groups that a
//! file describes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::ids::Rng;
use super::population::{BOT, OWNED};
use super::{Friend, Group, GroupId, Member, Person, Role, Sex, UserId, World};

/// How a world begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WorldKind {
    /// A few friends and groups, with everything that examples of the contracts name.
    #[default]
    Default,
    /// The accounts alone: no friend, no group, no message, no request.
    Empty,
    /// The default one, with 2,000 members in its first group and 300 groups of the bot.
    Big,
    /// The default one, in which others talk, come, go and react all the time.
    Chatty,
}

impl WorldKind {
    /// All of them, with the words that they are chosen by.
    pub const ALL: [(&'static str, Self); 4] =
        [("default", Self::Default), ("empty", Self::Empty), ("big", Self::Big), ("chatty", Self::Chatty)];

    /// The kind that a word means.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)
    }
}

/// People and groups that are added to a world.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    /// People; one who is there already gets what is given here.
    pub person: Vec<PersonLayout>,
    /// Groups; one that is there already is replaced.
    pub group: Vec<GroupLayout>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Person")]
pub struct PersonLayout {
    /// The number.
    pub user: UserId,
    /// The nickname.
    pub nickname: Option<String>,
    /// Whether it is an account that can be served.
    #[serde(default)]
    pub account: bool,
    /// The friends, who are friends the other way too.
    #[serde(default)]
    pub friends: Vec<UserId>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Group")]
pub struct GroupLayout {
    /// The number.
    pub group: GroupId,
    /// The name.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// Who else rules.
    #[serde(default)]
    pub admins: Vec<UserId>,
    /// Who is in it besides.
    #[serde(default)]
    pub members: Vec<UserId>,
}

/// Somebody who is named and not described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} names {user}, who is not there; add a `[[person]]` with `user = {user}`")]
pub struct UnknownPerson {
    /// Where.
    pub place: String,
    /// Whom.
    pub user: UserId,
}

const BIG_GROUP: i64 = 2_000;
const MANY_GROUPS: i64 = 300;
const FIRST_MEMBER: UserId = 600_001;
const FIRST_GROUP: GroupId = 800_001;

impl World {
    /// A world of a kind. What goes on in a chatty one is made to happen by a [`Chatter`](crate::Chatter).
    pub fn of_kind(seed: u64, kind: WorldKind) -> Self {
        let mut world = Self::new(seed);
        match kind {
            WorldKind::Default | WorldKind::Chatty => {}
            WorldKind::Empty => world.leave_alone(),
            WorldKind::Big => world.grow(seed),
        }
        world.changes.clear();
        world
    }

    fn leave_alone(&mut self) {
        self.people.values_mut().for_each(|person| person.friends.clear());
        self.groups.clear();
        self.messages.clear();
        self.forwards.clear();
        self.requests.clear();
        self.doubts.clear();
        self.offers.clear();
        self.parcels.clear();
        self.numbers.clear();
    }

    fn grow(&mut self, seed: u64) {
        let mut rng = Rng::new(seed ^ 0xB16);
        let now = self.now();
        let there = self.groups.get(&OWNED).map_or(0, |group| group.members.len());
        let missing = BIG_GROUP - i64::try_from(there).unwrap_or(BIG_GROUP);
        let newcomers: Vec<UserId> = (FIRST_MEMBER..FIRST_MEMBER + missing).collect();
        for user in &newcomers {
            let name = format!("Member {}", user - FIRST_MEMBER + 1);
            self.people.insert(*user, Person::new(*user, &name, Sex::Unknown, 0));
        }
        let mut join = |group: &mut Group, user: UserId, role: Role| {
            group.members.insert(user, Member::new(user, role, now - i64::from(rng.between(1_000, 9_000_000))));
        };
        if let Some(group) = self.groups.get_mut(&OWNED) {
            group.capacity = 3_000;
            for user in &newcomers {
                join(group, *user, Role::Member);
            }
        }
        let own = self.groups.values().filter(|group| group.members.contains_key(&BOT)).count();
        let missing = MANY_GROUPS - i64::try_from(own).unwrap_or(MANY_GROUPS);
        for (id, owner) in (FIRST_GROUP..FIRST_GROUP + missing).zip(&newcomers) {
            let name = format!("Group {}", id - FIRST_GROUP + 1);
            let mut group = Group { id, name, capacity: 200, ..Group::default() };
            join(&mut group, *owner, Role::Owner);
            join(&mut group, BOT, Role::Member);
            self.groups.insert(id, group);
        }
    }

    /// Adds people and groups.
    pub fn lay_out(&mut self, layout: &Layout) -> Result<(), UnknownPerson> {
        for it in &layout.person {
            let person = self.people.entry(it.user).or_insert_with(|| Person::new(it.user, "", Sex::Unknown, 0));
            match &it.nickname {
                Some(nickname) => person.nickname.clone_from(nickname),
                None if person.nickname.is_empty() => person.nickname = it.user.to_string(),
                None => {}
            }
            if it.account {
                self.accounts.insert(it.user);
            }
        }
        for it in &layout.person {
            for friend in &it.friends {
                self.known(*friend, || format!("`friends` of {}", it.user))?;
                for (one, other) in [(it.user, *friend), (*friend, it.user)] {
                    if let Some(person) = self.people.get_mut(&one) {
                        person.friends.entry(other).or_insert_with(|| Friend::called(""));
                    }
                }
            }
        }
        let now = self.now();
        for it in &layout.group {
            let roles = [(Role::Member, &it.members), (Role::Admin, &it.admins), (Role::Owner, &vec![it.owner])];
            let mut members = BTreeMap::new();
            for (role, users) in roles {
                for user in users {
                    self.known(*user, || format!("group {}", it.group))?;
                    members.insert(*user, Member::new(*user, role, now));
                }
            }
            let group = Group {
                id: it.group,
                name: it.name.clone(),
                capacity: 200,
                members,
                anonymity: true,
                ..Group::default()
            };
            self.groups.insert(it.group, group);
        }
        Ok(())
    }

    fn known(&self, user: UserId, place: impl FnOnce() -> String) -> Result<(), UnknownPerson> {
        if self.people.contains_key(&user) { Ok(()) } else { Err(UnknownPerson { place: place(), user }) }
    }
}
