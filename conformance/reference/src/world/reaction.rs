//! Reactions: an emoji below a message.

use std::fmt;

use super::{Change, MessageId, Refusal, UserId, World};

/// What somebody reacts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The number of a face, or of the sign that an emoji is.
    pub id: String,
    /// Whether it is an emoji and not a face of QQ.
    pub emoji: bool,
}

/// Faces of QQ have numbers of at most so many digits, emoji have longer ones.
const DIGITS_OF_A_FACE: usize = 3;

impl From<&str> for Reaction {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned(), emoji: id.len() > DIGITS_OF_A_FACE }
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// More kinds of reactions does a message not take.
const MOST: usize = 20;

impl World {
    /// The user reacts to a message of a group, or takes that back.
    pub fn react(&mut self, user: UserId, id: MessageId, reaction: Reaction, on: bool) -> Result<(), Refusal> {
        let emoji = reaction.id.as_str();
        let (group, _) = self.group_message(user, id)?;
        let unknown = self.no_message(user, id);
        let message = self.messages.get_mut(&id).ok_or(unknown)?;
        if on && message.reactions.len() >= MOST && !message.reactions.contains_key(emoji) {
            return Err(Refusal::OutOfRange(format!("a message takes {MOST} kinds of reactions")));
        }
        if on {
            message.reactions.entry(emoji.to_owned()).or_default().insert(user);
        } else if let Some(users) = message.reactions.get_mut(emoji) {
            users.remove(&user);
            message.reactions.retain(|_, users| !users.is_empty());
        }
        let message = id;
        self.emit(Change::Reacted { group, message, user, reaction, on });
        Ok(())
    }
}
