//! People: who they are, and what they report of themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{Collected, Conversation, Friend, GroupId, Like, Post, Refusal, Sticker, UserId, World};

/// What somebody reports about their sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Not reported.
    Unknown,
}

/// How somebody shows themselves to others, in the numbers of QQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Online, busy, hidden and so on.
    pub status: i64,
    /// What they do beside that.
    pub detail: i64,
    /// Words of their own.
    pub words: String,
}

impl Default for Presence {
    fn default() -> Self {
        Self { status: ONLINE, detail: 0, words: String::new() }
    }
}

/// The number of somebody who is there and does nothing in particular.
const ONLINE: i64 = 10;

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
    /// A line about themselves.
    pub about: String,
    /// How long they have been around, as QQ counts it.
    pub level: u32,
    /// How they show themselves.
    pub presence: Presence,
    /// Who liked their profile.
    pub likes: BTreeMap<UserId, Like>,
    /// Friends, with what this person made of each of them.
    pub friends: BTreeMap<UserId, Friend>,
    /// The names of the categories that friends are sorted into; the first is where new ones are.
    pub categories: BTreeMap<i64, String>,
    /// What they call groups by, where that is not the name.
    pub group_remarks: BTreeMap<GroupId, String>,
    /// Conversations that they want to have at hand.
    pub pins: BTreeSet<Conversation>,
    /// Stickers of their own, the newest first.
    pub stickers: Vec<Sticker>,
    /// What they put aside, the newest first.
    pub collection: Vec<Collected>,
    /// What they wrote for everybody to see, the newest first.
    pub posts: Vec<Post>,
}

/// The category that new friends are in.
pub(crate) const USUAL_CATEGORY: i64 = 0;

impl Person {
    pub(crate) fn new(id: UserId, nickname: &str, sex: Sex, age: u32) -> Self {
        Self {
            id,
            nickname: nickname.to_owned(),
            sex,
            age,
            about: String::new(),
            level: age / 2 + 1,
            presence: Presence::default(),
            likes: BTreeMap::new(),
            friends: BTreeMap::new(),
            categories: BTreeMap::from([(USUAL_CATEGORY, "My friends".to_owned())]),
            group_remarks: BTreeMap::new(),
            pins: BTreeSet::new(),
            stickers: Vec::new(),
            collection: Vec::new(),
            posts: Vec::new(),
        }
    }

    /// What QQ's client knows them by.
    pub fn uid(&self) -> String {
        format!("u_made_up_{}", self.id)
    }
}

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

    /// Somebody gives themselves another name, or states something else of themselves.
    pub fn introduce(
        &mut self,
        user: UserId,
        nickname: Option<&str>,
        about: Option<&str>,
        sex: Option<Sex>,
    ) -> Result<(), Refusal> {
        if nickname.is_some_and(str::is_empty) {
            return Err(Refusal::OutOfRange("somebody has a name".to_owned()));
        }
        let person = self.person_mut(user)?;
        if let Some(nickname) = nickname {
            nickname.clone_into(&mut person.nickname);
        }
        if let Some(about) = about {
            about.clone_into(&mut person.about);
        }
        person.sex = sex.unwrap_or(person.sex);
        Ok(())
    }

    /// Somebody shows themselves in another way.
    pub fn show_as(&mut self, user: UserId, presence: Presence) -> Result<(), Refusal> {
        self.person_mut(user)?.presence = presence;
        Ok(())
    }
}
