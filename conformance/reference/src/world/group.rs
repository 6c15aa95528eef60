//! Groups and their members.

use std::collections::{BTreeMap, BTreeSet};

use super::{Album, Announcement, Essence, Folder, GroupId, Refusal, Stored, Todo, UserId, World};

/// What a member may do in a group; the order is the order of rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Talk.
    Member,
    /// Rule over members.
    Admin,
    /// Rule over everybody.
    Owner,
}

/// Somebody in a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Rank.
    pub role: Role,
    /// The name in this group; empty where none was given.
    pub card: String,
    /// The special title; empty where none was given.
    pub title: String,
    /// When the title ends; `None`: never.
    pub title_until: Option<i64>,
    /// When they joined.
    pub joined: i64,
    /// When they last sent something.
    pub last_sent: i64,
    /// How active they are.
    pub level: u32,
    /// The second until which they are silenced.
    pub silenced_until: i64,
}

impl Member {
    pub(crate) fn new(user: UserId, role: Role, joined: i64) -> Self {
        Self {
            user,
            role,
            card: String::new(),
            title: String::new(),
            title_until: None,
            joined,
            last_sent: joined,
            level: 1,
            silenced_until: 0,
        }
    }
}

/// What a member is honoured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Honor {
    /// Talks the most today.
    Talkative,
    /// Talked for days on end.
    Performer,
    /// Talked for weeks on end.
    Legend,
    /// Newcomer who talks a lot.
    StrongNewbie,
    /// Cheers everybody up.
    Emotion,
}

/// Somebody who was honoured.
#[derive(Debug, Clone)]
pub struct Honored {
    /// Who.
    pub user: UserId,
    /// Why, in words.
    pub description: String,
    /// For how many days.
    pub days: u32,
}

/// Somebody who talks in a group without their name.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// Stands for them in answers of the group's rulers.
    pub flag: String,
    /// The number shown in place of theirs.
    pub id: i64,
    /// The name shown in place of theirs.
    pub name: String,
    /// The second until which the mask is silenced.
    pub silenced_until: i64,
}

/// A group.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The number.
    pub id: GroupId,
    /// The name.
    pub name: String,
    /// How many members fit in.
    pub capacity: u32,
    /// Who is in it.
    pub members: BTreeMap<UserId, Member>,
    /// Whether only rulers may talk.
    pub silenced: bool,
    /// Whether members may talk without their names.
    pub anonymity: bool,
    /// The masks that members wear, by who wears them.
    pub masks: BTreeMap<UserId, Mask>,
    /// Who is honoured.
    pub honors: BTreeMap<Honor, Vec<Honored>>,
    /// Users who may not ask again.
    pub shut_out: BTreeSet<UserId>,
    /// Announcements, the newest first.
    pub announcements: Vec<Announcement>,
    /// Messages to keep in mind, the newest first.
    pub essence: Vec<Essence>,
    /// What everybody should do.
    pub todo: Option<Todo>,
    /// Who was there today, and when.
    pub signed: BTreeMap<UserId, i64>,
    /// The folders.
    pub folders: BTreeMap<String, Folder>,
    /// The files.
    pub files: BTreeMap<String, Stored>,
    /// The albums.
    pub albums: BTreeMap<String, Album>,
}

impl Group {
    /// Somebody in the group.
    pub fn member(&self, user: UserId) -> Result<&Member, Refusal> {
        self.members.get(&user).ok_or(Refusal::NotAMember { user, group: self.id })
    }

    pub(crate) fn member_mut(&mut self, user: UserId) -> Result<&mut Member, Refusal> {
        self.members.get_mut(&user).ok_or(Refusal::NotAMember { user, group: self.id })
    }

    /// The owner.
    pub fn owner(&self) -> Option<UserId> {
        self.members.values().find(|member| member.role == Role::Owner).map(|member| member.user)
    }

    /// Refuses users below the rank.
    pub(crate) fn require(&self, user: UserId, least: Role, what: &'static str) -> Result<(), Refusal> {
        if self.member(user)?.role >= least { Ok(()) } else { Err(Refusal::NotAllowed { user, group: self.id, what }) }
    }

    /// Refuses users who are no rulers or do not stand above the other.
    pub(crate) fn require_above(&self, user: UserId, other: UserId, what: &'static str) -> Result<(), Refusal> {
        self.require(user, Role::Admin, what)?;
        if self.member(user)?.role > self.member(other)?.role {
            Ok(())
        } else {
            Err(Refusal::NotAllowed { user, group: self.id, what })
        }
    }
}

impl World {
    /// A group.
    pub fn group(&self, id: GroupId) -> Result<&Group, Refusal> {
        self.groups.get(&id).ok_or(Refusal::NoSuchGroup(id))
    }

    pub(crate) fn group_mut(&mut self, id: GroupId) -> Result<&mut Group, Refusal> {
        self.groups.get_mut(&id).ok_or(Refusal::NoSuchGroup(id))
    }

    /// Every group.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The groups that the user is in.
    pub fn groups_of(&self, user: UserId) -> impl Iterator<Item = &Group> {
        self.groups.values().filter(move |group| group.members.contains_key(&user))
    }

    /// The group, if the user is in it.
    pub fn group_as(&self, user: UserId, id: GroupId) -> Result<&Group, Refusal> {
        let group = self.group(id)?;
        group.member(user)?;
        Ok(group)
    }
}
