//! What happened: dialects turn it into their events.

use super::{Conversation, Entry, GroupId, Honor, MessageId, Offered, Reaction, Stage, UserId};

/// A change and when it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedChange {
    /// When.
    pub time: i64,
    /// What.
    pub change: Change,
}

/// Something that happened in the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Somebody sent something; whoever can see the message is notified of it.
    MessageSent(MessageId),
    /// A message states that a file was put into a group; that it was put there is an event of its own.
    FileMessageSent(MessageId),
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
    /// A group is no more.
    Dissolved {
        /// Which one.
        group: GroupId,
        /// Who ended it.
        operator: UserId,
        /// Everybody who was in it.
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
    /// A file was given to somebody.
    Handed {
        /// By whom.
        from: UserId,
        /// To whom.
        to: UserId,
        /// Its name in the world.
        file: String,
    },
    /// Somebody poked themselves where a friend sees it.
    PokedThemselves {
        /// Who.
        user: UserId,
        /// Who sees it.
        friend: UserId,
    },
    /// Somebody pinned a conversation, or unpinned it.
    Pinned {
        /// Who.
        user: UserId,
        /// Which one.
        conversation: Conversation,
        /// Whether it is pinned now.
        on: bool,
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
    /// A member has another name in a group.
    Carded {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// The name before.
        old: String,
        /// The name now.
        new: String,
    },
    /// A member got a title.
    Titled {
        /// Where.
        group: GroupId,
        /// Who.
        user: UserId,
        /// Which one.
        title: String,
    },
    /// A group has another name.
    Renamed {
        /// Which group.
        group: GroupId,
        /// Who named it.
        operator: UserId,
        /// The name.
        name: String,
    },
    /// A message was put on the list of essence messages, or taken off.
    Essence {
        /// Where.
        group: GroupId,
        /// Which message.
        message: MessageId,
        /// Who did it.
        operator: UserId,
        /// Whether it is there now.
        on: bool,
    },
    /// Somebody reacted to a message, or took that back.
    Reacted {
        /// Where.
        group: GroupId,
        /// To which message.
        message: MessageId,
        /// Who.
        user: UserId,
        /// With what.
        reaction: Reaction,
        /// Whether it is there now.
        on: bool,
    },
    /// Somebody liked a profile.
    Liked {
        /// Who.
        from: UserId,
        /// Whose.
        to: UserId,
        /// How many times.
        times: u32,
    },
    /// Somebody types, or stopped.
    Typing {
        /// Who.
        from: UserId,
        /// To whom.
        to: UserId,
        /// What exactly, as a number of QQ.
        kind: i64,
    },
    /// A poke was taken back.
    PokeRecalled {
        /// The group; `None`: between the two alone.
        group: Option<GroupId>,
        /// Who had poked.
        user: UserId,
        /// Whom.
        target: UserId,
    },
    /// Files that anybody with the link can fetch are on their way to it, or from there.
    Carried {
        /// Who puts them there, or fetches them.
        user: UserId,
        /// Which files.
        parcel: String,
        /// Whether they come or go, and how far they are.
        stage: Stage,
    },
    /// An offer ended.
    OfferEnded {
        /// Who offered.
        from: UserId,
        /// To whom.
        to: UserId,
        /// How it ended.
        end: Offered,
    },
    /// A grey line stands in a group, of a kind that nobody knows.
    Noted {
        /// Where.
        group: GroupId,
        /// Because of whom.
        user: UserId,
        /// What it states.
        text: String,
    },
    /// An account was logged off.
    LoggedOff {
        /// Which one.
        account: UserId,
        /// Why, in words.
        reason: String,
    },
    /// Somebody asks for something; the flag names the request.
    Requested(String),
    /// An adapter should show that it lives.
    Heartbeat,
}
