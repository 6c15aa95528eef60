//! Why the world did not do what was asked.

use super::{GroupId, UserId};

/// Something that cannot be done, in words that name what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody has this number.
    #[error("there is no user {0}")]
    NoSuchUser(UserId),
    /// No group has this number.
    #[error("there is no group {0}")]
    NoSuchGroup(GroupId),
    /// The user is not in the group.
    #[error("user {user} is not a member of group {group}")]
    NotAMember {
        /// Who.
        user: UserId,
        /// Where.
        group: GroupId,
    },
    /// The user is in the group already.
    #[error("user {user} is a member of group {group} already")]
    AlreadyAMember {
        /// Who.
        user: UserId,
        /// Where.
        group: GroupId,
    },
    /// Two users are neither friends nor in a common group.
    #[error("user {to} is neither a friend of {from} nor in a group with them")]
    Unreachable {
        /// Who wants to talk.
        from: UserId,
        /// To whom.
        to: UserId,
    },
    /// Two users are friends already.
    #[error("users {0} and {1} are friends already")]
    AlreadyFriends(UserId, UserId),
    /// No message has this id, or the user cannot see it.
    #[error("there is no message {0}")]
    NoSuchMessage(i32),
    /// No merged forward has this id.
    #[error("there is no merged forward `{0}`")]
    NoSuchForward(String),
    /// No file has this name.
    #[error("there is no file `{0}`")]
    NoSuchFile(String),
    /// The content of a file cannot be taken over.
    #[error("`{0}` is no file: give the name of a received file, a URL (file, http, https) or base64://…")]
    UnreadableFile(String),
    /// No open request has this flag.
    #[error("there is no open request `{0}`")]
    NoSuchRequest(String),
    /// The two are no friends.
    #[error("users {0} and {1} are no friends")]
    NotFriends(UserId, UserId),
    /// Nothing of this kind has this name.
    #[error("there is no {0} `{1}`")]
    NoSuch(&'static str, String),
    /// Nobody is known by this anonymous flag.
    #[error("there is no anonymous member `{0}`")]
    NoSuchAnonymous(String),
    /// The user may not do it.
    #[error("user {user} may not {what} in group {group}")]
    NotAllowed {
        /// Who tried.
        user: UserId,
        /// Where.
        group: GroupId,
        /// What they tried.
        what: &'static str,
    },
    /// The user is silenced.
    #[error("user {user} is silenced in group {group}")]
    Silenced {
        /// Who.
        user: UserId,
        /// Where.
        group: GroupId,
    },
    /// A message without content.
    #[error("the message is empty")]
    EmptyMessage,
    /// A message that cannot be put together like this.
    #[error("{0}")]
    Unsendable(String),
    /// A number or text outside what the world knows.
    #[error("{0}")]
    OutOfRange(String),
}
