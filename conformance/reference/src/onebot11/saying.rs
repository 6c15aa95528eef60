//! Messages with everything around them: the same in answers and in events.

use std::collections::BTreeMap;

use botspec_bindings::napcat::types::{
    EmojiLike, GroupSender, Message as Told, MessageFormat as Form, MessageHistory, MessageInit,
    MessageMessageSentType, MessagePostType, MessageSubType, MessageType,
};
use botspec_bindings::onebot11::events::{
    MessageGroup, MessageGroupInit, MessageGroupSubType, MessagePrivate, MessagePrivateInit, MessagePrivateSubType,
};
use botspec_bindings::onebot11::types::Anonymous;
use botspec_bindings::onebot11::{ReceiveMessage, types};
use botspec_schema::{Dialect, ID};
use serde_json::Value;

use super::outgoing::Outgoing;
use super::people::{self, any_sender, private_sender};
use super::told::{both, list_in};
use crate::protocol::Served;
use crate::world::{GroupId, Mask, Message, Node, Scene, Sender, Sex, UserId, World};
use botspec_schema::model::MessageFormat;

/// The font that every message is told in.
const FONT: i64 = 14;

/// Where a message was said, as one account sees it.
struct Place<'a> {
    group: Option<GroupId>,
    mask: Option<&'a Mask>,
    /// The other one in a private conversation.
    with: Option<UserId>,
}

impl<'a> Place<'a> {
    fn of(message: &'a Message, account: UserId) -> Self {
        match &message.scene {
            Scene::Group { group, mask } => Self { group: Some(*group), mask: mask.as_ref(), with: None },
            Scene::Private { to, through } => {
                let with = if message.sender.user == account { *to } else { message.sender.user };
                Self { group: *through, mask: None, with: Some(with) }
            }
        }
    }
}

/// A message as the account is told it, with the keys of every dialect.
pub(super) fn message(served: &Served<'_>, world: &World, message: &Message) -> Value {
    let outgoing = Outgoing::of(served, world, &message.pieces);
    let place = Place::of(message, served.account);
    let told = newer(served, world, message, &place, &outgoing);
    match place.with {
        Some(_) => both(&told, &standard_private(served, world, message, &outgoing)),
        None => both(&told, &standard_group(served, message, &place, &outgoing)),
    }
}

/// The same in the form of the dialects that tell the most.
pub(super) fn typed(served: &Served<'_>, world: &World, message: &Message) -> Told {
    let outgoing = Outgoing::of(served, world, &message.pieces);
    newer(served, world, message, &Place::of(message, served.account), &outgoing)
}

/// An answer that is a list of messages.
pub(super) fn messages(list: Vec<Value>) -> Value {
    list_in(&MessageHistory::new(Vec::new()), list)
}

/// The messages of a merged forward: only who said what is known of them.
pub(super) fn forwarded(served: &Served<'_>, world: &World, nodes: &[Node]) -> Value {
    let told = nodes.iter().zip(1..).map(|(node, place)| {
        let sex = Sex::Unknown;
        let sender = Sender { user: node.user, nickname: node.name.clone(), sex, age: 0, member: None };
        let scene = Scene::Private { to: served.account, through: None };
        let pieces = node.pieces.clone();
        let (time, reactions) = (world.now(), BTreeMap::new());
        message(
            served,
            world,
            &Message {
                id: place,
                seq: place,
                number: place.into(),
                time,
                sender,
                scene,
                pieces,
                recalled: false,
                reactions,
            },
        )
    });
    messages(told.collect())
}

fn newer(served: &Served<'_>, world: &World, message: &Message, place: &Place<'_>, outgoing: &Outgoing) -> Told {
    let own = message.sender.user == served.account;
    let id = i64::from(message.id);
    let place_in_row = if counts(served.dialect) { message.number } else { id };
    let (user, name) = place
        .mask
        .map_or((message.sender.user, message.sender.nickname.as_str()), |mask| (mask.id, mask.name.as_str()));
    let member = message.sender.member.as_ref().filter(|_| place.mask.is_none());
    let mut sender = GroupSender::new(user, name, member.map(|member| member.card.as_str()).unwrap_or_default());
    sender.role = member.filter(|_| place.with.is_none()).map(|member| people::rank(member.role));
    let mut told = Told::new(MessageInit {
        self_id: served.account.into(),
        user_id: user.into(),
        time: message.time,
        message_id: id.into(),
        message_seq: place_in_row.into(),
        real_id: place_in_row.into(),
        message_type: if place.with.is_some() { MessageType::Private } else { MessageType::Group },
        sender,
        raw_message: outgoing.raw.clone(),
        font: FONT,
        sub_type: match (place.with, place.mask, place.group) {
            (None, None, _) => MessageSubType::Normal,
            (None, Some(_), _) => MessageSubType::from(MessageGroupSubType::Anonymous.as_str()),
            (Some(with), ..) if world.are_friends(served.account, with) => MessageSubType::Friend,
            (Some(_), _, Some(_)) => MessageSubType::Group,
            (Some(_), _, None) => MessageSubType::from(MessagePrivateSubType::Other.as_str()),
        },
        message: outgoing.message(),
        message_format: match served.format {
            MessageFormat::Array => Form::Array,
            MessageFormat::String => Form::String,
        },
        post_type: if own { MessagePostType::MessageSent } else { MessagePostType::Message },
    });
    told.real_seq = Some(message.seq.to_string());
    told.group_id = place.group.map(Into::into);
    told.group_name = place.group.and_then(|group| Some(world.group(group).ok()?.name.clone()));
    told.target_id = place.with.or(place.group.filter(|_| own)).map(Into::into);
    told.temp_source = place.with.and(place.group).map(|_| 0);
    told.message_sent_type = own.then_some(MessageMessageSentType::Self_);
    let likes = message.reactions.iter().map(|(emoji, users)| {
        let kind = if emoji.len() > LONGEST_FACE { "2" } else { "1" };
        EmojiLike::new(emoji, kind, users.len().to_string())
    });
    told.emoji_likes_list = Some(likes.collect()).filter(|likes: &Vec<_>| !likes.is_empty());
    told
}

/// Whether messages are told with their numbers in the conversation, where others tell their ids once more.
fn counts(dialect: &Dialect) -> bool {
    let known = dialect.types.get(MESSAGE).and_then(|known| known.schema.get("properties")?.get(PLACE));
    known.is_some_and(|place| place.get(ID).is_none())
}

/// The shared type of messages, and the place of one among others.
const MESSAGE: &str = "message";
const PLACE: &str = "message_seq";

/// Numbers of QQ's own faces have no more digits; those of other emoji do.
const LONGEST_FACE: usize = 3;

fn standard_private(served: &Served<'_>, world: &World, message: &Message, outgoing: &Outgoing) -> MessagePrivate {
    let friends = world.are_friends(served.account, message.sender.user);
    MessagePrivate::new(MessagePrivateInit {
        time: message.time,
        self_id: served.account.into(),
        sub_type: if friends { MessagePrivateSubType::Friend } else { MessagePrivateSubType::Group },
        message_id: i64::from(message.id).into(),
        user_id: message.sender.user.into(),
        message: ReceiveMessage::default(),
        raw_message: outgoing.raw.clone(),
        font: FONT,
        sender: private_sender(&message.sender),
    })
}

fn standard_group(served: &Served<'_>, message: &Message, place: &Place<'_>, outgoing: &Outgoing) -> MessageGroup {
    let sender: types::GroupSender = any_sender(&message.sender, &message.scene);
    MessageGroup::new(MessageGroupInit {
        time: message.time,
        self_id: served.account.into(),
        sub_type: MessageGroupSubType::Normal,
        message_id: i64::from(message.id).into(),
        group_id: place.group.unwrap_or_default().into(),
        user_id: message.sender.user.into(),
        anonymous: place.mask.map(|mask| Anonymous::new(mask.id, &mask.name, mask.flag.as_str())),
        message: ReceiveMessage::default(),
        raw_message: outgoing.raw.clone(),
        font: FONT,
        sender,
    })
}
