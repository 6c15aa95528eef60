//! What a group shows to its members: announcements, essence messages, a thing to do, and who was there today.

use std::collections::BTreeSet;

use super::possessions::keep;
use super::{Change, GroupId, Message, MessageId, Refusal, Role, Scene, UserId, World};

/// Something that a ruler wants everybody to know.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch that whoever publishes it can turn")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What it is asked for by.
    pub id: String,
    /// Who wrote it.
    pub author: UserId,
    /// When.
    pub time: i64,
    /// What it states.
    pub text: String,
    /// The name of a picture's file.
    pub image: Option<String>,
    /// Whether members have to confirm it.
    pub confirm: bool,
    /// Whether members are asked for their name in the group.
    pub asks_card: bool,
    /// Whether a window opens for it.
    pub window: bool,
    /// Whether it stays on top.
    pub pinned: bool,
    /// Whether it is shown to members who join later.
    pub to_newcomers: bool,
}

impl Announcement {
    /// One that asks for nothing; its id and its time follow when it is made.
    pub fn new(author: UserId, text: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            author,
            time: 0,
            text: text.into(),
            image: None,
            confirm: false,
            asks_card: false,
            window: false,
            pinned: false,
            to_newcomers: false,
        }
    }
}

/// A message that the group wants to keep in mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Essence {
    /// Which message.
    pub message: MessageId,
    /// Who put it there.
    pub operator: UserId,
    /// When.
    pub time: i64,
}

/// A message that every member should do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Which message.
    pub message: MessageId,
    /// Who has done it.
    pub done: BTreeSet<UserId>,
}

impl World {
    /// A message of a group that the user can see, with its group.
    pub fn group_message(&self, user: UserId, id: MessageId) -> Result<(GroupId, &Message), Refusal> {
        let message = self.message(user, id)?;
        match message.scene {
            Scene::Group { group, .. } => Ok((group, message)),
            Scene::Private { .. } => Err(self.no_message(user, id)),
        }
    }

    /// Publishes an announcement; its id and time are given to it.
    pub fn announce(&mut self, group: GroupId, mut rendered: Announcement) -> Result<String, Refusal> {
        self.group(group)?.require(rendered.author, Role::Admin, "publish announcements")?;
        rendered.id = self.mint.hex();
        rendered.time = self.now();
        let id = rendered.id.clone();
        keep(&mut self.group_mut(group)?.announcements, rendered);
        Ok(id)
    }

    /// Takes an announcement down.
    pub fn unannounce(&mut self, group: GroupId, user: UserId, id: &str) -> Result<(), Refusal> {
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "take announcements down")?;
        let at = room.announcements.iter().position(|rendered| rendered.id == id);
        room.announcements.remove(at.ok_or_else(|| Refusal::NoSuch("announcement", id.to_owned()))?);
        Ok(())
    }

    /// Puts a message on the list of essence messages, or takes it off.
    pub fn set_essence(&mut self, user: UserId, message: MessageId, on: bool) -> Result<(), Refusal> {
        let (group, _) = self.group_message(user, message)?;
        let time = self.now();
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "change the list of essence messages")?;
        let at = room.essence.iter().position(|essence| essence.message == message);
        match (on, at) {
            (true, None) => keep(&mut room.essence, Essence { message, operator: user, time }),
            (true, Some(_)) => {}
            (false, Some(at)) => drop(room.essence.remove(at)),
            (false, None) => return Err(self.no_message(user, message)),
        }
        self.emit(Change::Essence { group, message, operator: user, on });
        Ok(())
    }

    /// Makes a message the thing to do, done by nobody yet.
    pub fn set_todo(&mut self, user: UserId, message: MessageId) -> Result<(), Refusal> {
        let (group, _) = self.group_message(user, message)?;
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "give everybody something to do")?;
        room.todo = Some(Todo { message, done: BTreeSet::new() });
        Ok(())
    }

    /// The user has done it.
    pub fn complete_todo(&mut self, user: UserId, message: MessageId) -> Result<(), Refusal> {
        let (group, _) = self.group_message(user, message)?;
        let unknown = self.no_message(user, message);
        let todo = self.group_mut(group)?.todo.as_mut().filter(|todo| todo.message == message);
        todo.ok_or(unknown)?.done.insert(user);
        Ok(())
    }

    /// Nobody has to do it any more.
    pub fn cancel_todo(&mut self, user: UserId, message: MessageId) -> Result<(), Refusal> {
        let (group, _) = self.group_message(user, message)?;
        let room = self.group_mut(group)?;
        room.require(user, Role::Admin, "take it from everybody")?;
        if room.todo.take_if(|todo| todo.message == message).is_none() {
            return Err(self.no_message(user, message));
        }
        Ok(())
    }

    /// The user was there today.
    pub fn sign(&mut self, group: GroupId, user: UserId) -> Result<(), Refusal> {
        let now = self.now();
        let room = self.group_mut(group)?;
        room.member(user)?;
        room.signed.entry(user).or_insert(now);
        Ok(())
    }
}
