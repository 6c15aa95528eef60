//! Conversations: between two people, or in a group. Each numbers what is sent in it.

use super::{GroupId, Message, Refusal, Scene, UserId, World};

/// Where people talk to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversation {
    /// Between two people, the smaller number first.
    Private(UserId, UserId),
    /// In a group.
    Group(GroupId),
}

impl Conversation {
    /// Between the two, whoever talks.
    pub fn between(one: UserId, other: UserId) -> Self {
        Self::Private(one.min(other), one.max(other))
    }

    /// The other side, as one of those who take part sees it: somebody, or nobody where it is a group.
    pub fn other(self, user: UserId) -> Option<UserId> {
        match self {
            Self::Private(one, other) => Some(if one == user { other } else { one }),
            Self::Group(_) => None,
        }
    }
}

impl Message {
    /// Where it was sent.
    pub fn conversation(&self) -> Conversation {
        match self.scene {
            Scene::Private { to, .. } => Conversation::between(self.sender.user, to),
            Scene::Group { group, .. } => Conversation::Group(group),
        }
    }
}

impl World {
    /// The number of the next message of a conversation.
    pub(crate) fn next_number(&mut self, conversation: Conversation) -> i64 {
        let last = self.numbers.entry(conversation).or_default();
        *last += 1;
        *last
    }

    /// Begins a conversation in the middle.
    pub(crate) fn talked_before(&mut self, conversation: Conversation, times: i64) {
        self.numbers.insert(conversation, times);
    }

    /// What the user can see of a conversation, the oldest first.
    pub fn messages_in(&self, reader: UserId, conversation: Conversation) -> impl DoubleEndedIterator<Item = &Message> {
        let here = move |message: &&Message| !message.recalled && message.conversation() == conversation;
        self.messages.iter().filter(here).filter(move |message| self.can_see(reader, message))
    }

    /// A message by its number in a conversation, if the user can see it.
    pub fn numbered(&self, reader: UserId, conversation: Conversation, number: i64) -> Result<&Message, Refusal> {
        let found = self.messages_in(reader, conversation).rfind(|message| message.number == number);
        found.ok_or_else(|| Refusal::NoSuch("message with the number", number.to_string()))
    }
}
