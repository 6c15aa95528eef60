//! Messages: what was sent, where and by whom.

use std::collections::{BTreeMap, BTreeSet};

use super::{GroupId, Mask, MessageId, Role, Sex, UserId};

/// One element of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageElement {
    /// Plain text.
    Text(String),
    /// One of the faces that every client has.
    Face(String),
    /// The same, large and moving.
    LargeFace(String),
    /// A picture.
    Image {
        /// The name of the file.
        file: String,
        /// Whether it burns after it was looked at.
        flash: bool,
        /// What is shown where the picture is not.
        summary: String,
        /// What kind of picture it is, as a number of QQ; 0 is a plain one.
        kind: i64,
    },
    /// A voice.
    Record {
        /// The name of the file.
        file: String,
        /// Whether the voice was changed.
        magic: bool,
    },
    /// A short video.
    Video {
        /// The name of the file.
        file: String,
    },
    /// Somebody is called by name.
    At(UserId),
    /// Everybody is called.
    AtAll,
    /// Rock, paper, scissors, with what came of it: 1 to 3.
    Rps(u32),
    /// A throw of dice, with what came of it: 1 to 6.
    Dice(u32),
    /// The window shakes.
    Shake,
    /// A poke of some kind.
    Poke {
        /// The kind.
        kind: String,
        /// The number within the kind.
        id: String,
    },
    /// A link with a picture.
    Share {
        /// Where it leads.
        url: String,
        /// The title.
        title: String,
        /// A line of text.
        content: Option<String>,
        /// The address of a picture.
        image: Option<String>,
    },
    /// Somebody is recommended.
    ContactUser(UserId),
    /// A group is recommended.
    ContactGroup(GroupId),
    /// A place.
    Location {
        /// Latitude.
        lat: String,
        /// Longitude.
        lon: String,
        /// The title.
        title: Option<String>,
        /// A line of text.
        content: Option<String>,
    },
    /// Answers an earlier message.
    Reply(MessageId),
    /// A merged forward.
    Forward(String),
    /// Any file.
    File {
        /// The name of the file.
        file: String,
    },
    /// A sticker out of the shop.
    Sticker {
        /// The package that it belongs to.
        package: i64,
        /// What it is called there.
        id: String,
        /// What proves that it may be sent.
        key: String,
        /// What is shown where the picture is not.
        summary: String,
    },
    /// Text with marks.
    Markdown(String),
    /// Buttons in a row, by what stands on them.
    Buttons(Vec<String>),
    /// Files that anybody with the link can fetch.
    Parcel(String),
    /// A file or folder that is offered.
    Offer(String),
    /// A card as XML text.
    Xml(String),
    /// A card as JSON text.
    Json(String),
}

impl MessageElement {
    /// A plain picture.
    pub(crate) fn image(file: String) -> Self {
        Self::Image { file, flash: false, summary: String::new(), kind: 0 }
    }

    /// About how many bytes it takes to remember it.
    pub(crate) fn weight(&self) -> usize {
        let texts = match self {
            Self::Text(text)
            | Self::Face(text)
            | Self::LargeFace(text)
            | Self::Forward(text)
            | Self::Xml(text)
            | Self::Json(text)
            | Self::Markdown(text)
            | Self::Parcel(text)
            | Self::Offer(text) => text.len(),
            Self::Buttons(labels) => labels.iter().map(|label| size_of::<String>() + label.len()).sum(),
            Self::Image { file, summary, .. } => file.len() + summary.len(),
            Self::Record { file, .. } | Self::Video { file } | Self::File { file } => file.len(),
            Self::Sticker { id, key, summary, .. } => id.len() + key.len() + summary.len(),
            Self::Poke { kind, id } => kind.len() + id.len(),
            Self::Share { url, title, content, image } => {
                let optional = [content, image].into_iter().flatten().map(String::len).sum::<usize>();
                url.len() + title.len() + optional
            }
            Self::Location { lat, lon, title, content } => {
                let optional = [title, content].into_iter().flatten().map(String::len).sum::<usize>();
                lat.len() + lon.len() + optional
            }
            Self::At(_)
            | Self::AtAll
            | Self::Rps(_)
            | Self::Dice(_)
            | Self::Shake
            | Self::ContactUser(_)
            | Self::ContactGroup(_)
            | Self::Reply(_) => 0,
        };
        size_of::<Self>() + texts
    }
}

/// One message inside a merged forward.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Who sent it.
    pub user: UserId,
    /// The name it is shown under.
    pub name: String,
    /// When it is shown as sent; nothing where nobody said.
    pub time: Option<i64>,
    /// What was sent.
    pub elements: Vec<MessageElement>,
}

/// Where a message was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Scene {
    /// Between two people; the group is the one they met in, where they are no friends.
    Private {
        /// To whom.
        to: UserId,
        /// The group they have in common.
        through: Option<GroupId>,
    },
    /// In a group.
    Group {
        /// Which one.
        group: GroupId,
        /// The mask that the sender wore.
        mask: Option<Mask>,
    },
}

/// The sender, as they were when the message was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub nickname: String,
    /// Their sex.
    pub sex: Sex,
    /// Their age.
    pub age: u32,
    /// What they were in the group.
    pub member: Option<SenderMember>,
}

/// What the sender of a group message was in the group.
#[derive(Debug, Clone, PartialEq)]
pub struct SenderMember {
    /// The name in the group.
    pub card: String,
    /// Rank.
    pub role: Role,
    /// Special title.
    pub title: String,
    /// How active they were.
    pub level: u32,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What the world knows it by.
    pub id: MessageId,
    /// Its place in the order of everything sent.
    pub seq: i32,
    /// Its number among the messages of its conversation.
    pub number: i64,
    /// When it was sent.
    pub time: i64,
    /// By whom.
    pub sender: Sender,
    /// Where.
    pub scene: Scene,
    /// What.
    pub elements: Vec<MessageElement>,
    /// Whether it was taken back.
    pub recalled: bool,
    /// Who reacted to it, by the emoji.
    pub reactions: BTreeMap<String, BTreeSet<UserId>>,
}
