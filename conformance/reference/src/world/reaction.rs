//! Reactions: an emoji below a message.

use super::{Change, MessageId, Refusal, UserId, World};

/// More kinds of reactions does a message not take.
const MOST: usize = 20;

impl World {
    /// The user reacts to a message of a group, or takes that back.
    pub fn react(&mut self, user: UserId, id: MessageId, emoji: &str, on: bool) -> Result<(), Refusal> {
        let (group, _) = self.group_message(user, id)?;
        let message = self.messages.get_mut(&id).ok_or(Refusal::NoSuchMessage(id))?;
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
        self.tell(Change::Reacted { group, message, user, emoji: emoji.to_owned(), on });
        Ok(())
    }
}
