//! What a target may have and a check may need, each under the name that a user declares it by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that has to exist before an action can succeed or an event can happen. Where there is one of a kind of
/// identifier (`x-id`), both have the same word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fixture {
    /// A friend of the account.
    Friend,
    /// A group that the account is in.
    Group,
    /// Somebody else in that group, below the account in rank.
    Member,
    /// A message that the account sent.
    OwnMessage,
    /// A message that the account sent to the group.
    OwnGroupMessage,
    /// A message of the member in the group.
    GroupMessage,
    /// The account is administrator or owner of the group.
    Admin,
    /// The account owns the group.
    Owner,
    /// An open request of somebody to become a friend.
    FriendRequest,
    /// An open request to join the group.
    GroupRequest,
    /// An open invitation of the account into a group.
    GroupInvitation,
    /// The mask of somebody who wrote to the group anonymously.
    #[serde(alias = "anonymous-message")]
    Anonymous,
    /// A merged forward that can be opened.
    #[serde(alias = "forward-message")]
    Forward,
    /// An image file that the account received.
    Image,
    /// A voice file that the account received.
    Record,
    /// A file among those of the group.
    GroupFile,
    /// A file that was sent between the account and the friend.
    PrivateFile,
    /// The hash of that file, as it was reported with it.
    PrivateFileHash,
    /// A folder among the files of the group.
    GroupFolder,
    /// An announcement of the group.
    Announcement,
    /// A message on the list of essence messages of the group.
    EssenceMessage,
    /// A message that the members of the group should do something about.
    TodoMessage,
    /// An album of the group.
    Album,
    /// A picture in an album of the group.
    AlbumPicture,
    /// The upload that this picture came with.
    AlbumUpload,
    /// An open request of somebody to become a friend whom QQ does not trust.
    DoubtfulRequest,
    /// Files that can be fetched by a link.
    #[serde(alias = "flash-transfer")]
    FlashSet,
    /// The link to those files.
    FlashLink,
    /// A file that a friend offers to the account.
    #[serde(alias = "offered-file")]
    Offer,
    /// The element of the message that this offer stands in.
    OfferElement,
    /// A file that the account offers to a friend.
    OwnOffer,
    /// A message that is a voice.
    VoiceMessage,
    /// A sticker of the account.
    Sticker,
    /// The number of this sticker.
    StickerNumber,
    /// The MD5 of the picture of this sticker.
    StickerMd5,
    /// Something that the account wrote for everybody to see.
    Post,
    /// A file on the disk of the implementation, by its path.
    DiskFile,
}

impl Fixture {
    /// The only fixture of a kind.
    pub(super) fn of_kind(kind: &str) -> Option<Self> {
        const ONLY: [Fixture; 17] = [
            Fixture::Anonymous,
            Fixture::Forward,
            Fixture::GroupFile,
            Fixture::PrivateFile,
            Fixture::PrivateFileHash,
            Fixture::GroupFolder,
            Fixture::Announcement,
            Fixture::Album,
            Fixture::AlbumPicture,
            Fixture::AlbumUpload,
            Fixture::FlashSet,
            Fixture::FlashLink,
            Fixture::Offer,
            Fixture::OfferElement,
            Fixture::Sticker,
            Fixture::Post,
            Fixture::DiskFile,
        ];
        let others = [Fixture::StickerNumber, Fixture::StickerMd5];
        ONLY.into_iter().chain(others).find(|fixture| fixture.word() == kind)
    }

    /// Its name in contracts and target files.
    pub fn word(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether it is a rank of the account and not a thing with an id.
    pub fn is_rank(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }
}
