//! Real values by the names that contracts use, and the names of fixtures among them.

use std::collections::BTreeMap;

use botspec_schema::model::Fixture;
use serde_json::Value;

/// Values by the names that contracts use: `self`, `friend`, `group`, `own_message` and so on.
pub type Bindings = BTreeMap<String, Value>;

/// A message of the account in the group, where messages are counted in each conversation.
pub(crate) const OWN_GROUP_MESSAGE: &str = "own_group_message";

/// The name of a fixture among the bindings.
pub(crate) fn name(fixture: Fixture) -> &'static str {
    match fixture {
        Fixture::Friend => "friend",
        Fixture::Group => "group",
        Fixture::Member => "member",
        Fixture::OwnMessage => "own_message",
        Fixture::OwnGroupMessage => OWN_GROUP_MESSAGE,
        Fixture::GroupMessage => "group_message",
        Fixture::Admin => "admin",
        Fixture::Owner => "owner",
        Fixture::FriendRequest => "friend_request",
        Fixture::GroupRequest => "group_request",
        Fixture::GroupInvitation => "group_invitation",
        Fixture::Anonymous => "anonymous",
        Fixture::Forward => "forward",
        Fixture::Image => "image",
        Fixture::Record => "record",
        Fixture::GroupFile => "group_file",
        Fixture::PrivateFile => "private_file",
        Fixture::PrivateFileHash => "private_file_hash",
        Fixture::GroupFolder => "group_folder",
        Fixture::Announcement => "announcement",
        Fixture::EssenceMessage => "essence_message",
        Fixture::TodoMessage => "todo_message",
        Fixture::Album => "album",
        Fixture::AlbumPicture => "album_picture",
        Fixture::AlbumUpload => "album_upload",
        Fixture::DoubtfulRequest => "doubtful_request",
        Fixture::FlashSet => "flash_set",
        Fixture::FlashLink => "flash_link",
        Fixture::Offer => "offer",
        Fixture::OfferElement => "offer_element",
        Fixture::OwnOffer => "own_offer",
        Fixture::VoiceMessage => "voice_message",
        Fixture::Sticker => "sticker",
        Fixture::StickerNumber => "sticker_number",
        Fixture::StickerMd5 => "sticker_md5",
        Fixture::Post => "post",
        Fixture::DiskFile => "disk_file",
    }
}
