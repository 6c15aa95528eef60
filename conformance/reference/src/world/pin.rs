//! Conversations that somebody wants to have at hand.

use super::{Change, Conversation, Refusal, UserId, World};

impl World {
    /// The user pins a conversation with a friend or in a group, or unpins it.
    pub fn pin(&mut self, user: UserId, conversation: Conversation, on: bool) -> Result<(), Refusal> {
        match conversation {
            Conversation::Group(group) => drop(self.group_as(user, group)?),
            Conversation::Private(..) => drop(self.friend(user, conversation.other(user).unwrap_or(user))?),
        }
        let pins = &mut self.person_mut(user)?.pins;
        if on {
            pins.insert(conversation);
        } else {
            pins.remove(&conversation);
        }
        self.emit(Change::Pinned { user, conversation, on });
        Ok(())
    }
}
