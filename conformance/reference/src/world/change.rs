//! What happened: dialects turn it into their events.

use super::{Entry, GroupId, Honor, MessageId, UserId};

/// A change and when it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When.
    pub time: i64,
    /// What.
    pub change: Change,
}

/// Something that happened in the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Somebody said something; whoever can see the message hears of it.
    Said(MessageId),
    /// A message was taken back.
    Recalled {
        /// Which message.
        message: MessageId,
        /// Who took it back.
        operator: UserId,
    },
    /// Somebody came into a group.
    Joined {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// Who let them in or brought them.
        operator: UserId,
        /// How.
        entry: Entry,
    },
    /// Somebody left a group or was thrown out.
    Left {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// Who threw them out; themselves where they left.
        operator: UserId,
        /// Everybody who was in the group then.
        witnesses: Vec<UserId>,
    },
    /// A member became administrator or is none any more.
    AdminSet {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// Whether they are one now.
        on: bool,
    },
    /// Somebody was silenced, or that was lifted.
    Silenced {
        /// Where.
        group: GroupId,
        /// Who; `None`: everybody.
        user: Option<UserId>,
        /// By whom.
        operator: UserId,
        /// For how long: 0 lifts it, -1 is without end.
        seconds: i64,
    },
    /// Two people became friends.
    Befriended {
        /// One of them.
        one: UserId,
        /// The other.
        other: UserId,
    },
    /// A file was put into a group.
    Uploaded {
        /// Where.
        group: GroupId,
        /// By whom.
        user: UserId,
        /// Its name in the world.
        file: String,
    },
    /// Somebody poked somebody.
    Poked {
        /// The group; `None`: between the two alone.
        group: Option<GroupId>,
        /// Who.
        user: UserId,
        /// Whom.
        target: UserId,
    },
    /// Somebody drew the most out of a red packet.
    Lucky {
        /// Where.
        group: GroupId,
        /// Who gave the packet.
        user: UserId,
        /// Who was lucky.
        target: UserId,
    },
    /// A member was honoured.
    Honored {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// For what.
        honor: Honor,
    },
    /// Somebody asks for something; the flag names the request.
    Requested(String),
    /// An adapter should show that it lives.
    Heartbeat,
}
