//! Messages with everything around them: the same in answers and in events.

use std::collections::BTreeMap;

use botspec_bindings::napcat::types::{
    EmojiLike, GroupSender, Message as NewerMessage, MessageFormat as Form, MessageHistory, MessageInit,
    MessageMessageSentType, MessagePostType, MessageSubType, MessageType,
};
use botspec_bindings::onebot11::events::{
    MessageGroup, MessageGroupInit, MessageGroupSubType, MessagePrivate, MessagePrivateInit, MessagePrivateSubType,
};
use botspec_bindings::onebot11::types::Anonymous;
use botspec_bindings::onebot11::{ReceiveMessage, types};
use botspec_schema::{Dialect, ID};
use serde_json::Value;

use super::json_merge::{both, list_in};
use super::outgoing::Outgoing;
use super::people::{self, any_sender, private_sender};
use crate::protocol::AccountContext;
use crate::world::{GroupId, Mask, Message, Node, Scene, Sender, Sex, UserId, World};
use botspec_schema::model::MessageFormat;

/// The font that every message is reported in.
const FONT: i64 = 14;

/// Where a message was sent, as one account sees it.
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

/// A message as the account receives it, with the keys of every dialect.
pub(super) fn message(served: &AccountContext<'_>, world: &World, message: &Message) -> Value {
    let outgoing = Outgoing::of(served, world, &message.elements);
    let place = Place::of(message, served.account);
    let rendered = newer(served, world, message, &place, &outgoing);
    match place.with {
        Some(_) => both(&rendered, &standard_private(served, world, message, &outgoing)),
        None => both(&rendered, &standard_group(served, world, message, &place, &outgoing)),
    }
}

/// The same in the form of the dialects that report the most.
pub(super) fn typed(served: &AccountContext<'_>, world: &World, message: &Message) -> NewerMessage {
    let outgoing = Outgoing::of(served, world, &message.elements);
    newer(served, world, message, &Place::of(message, served.account), &outgoing)
}

/// An answer that is a list of messages.
pub(super) fn messages(list: Vec<Value>) -> Value {
    list_in(&MessageHistory::new(Vec::new()), list)
}

/// The messages of a merged forward: only who sent what is known of them.
pub(super) fn forwarded(served: &AccountContext<'_>, world: &World, (nodes, time): (&[Node], i64)) -> Value {
    let rendered = nodes.iter().zip(1..).map(|(node, place)| {
        let sex = Sex::Unknown;
        let sender = Sender { user: node.user, nickname: node.name.clone(), sex, age: 0, member: None };
        let scene = Scene::Private { to: served.account, through: None };
        let elements = node.elements.clone();
        let reactions = BTreeMap::new();
        message(
            served,
            world,
            &Message {
                id: world.message_id(served.account, place),
                seq: place,
                number: place.into(),
                time,
                sender,
                scene,
                elements,
                recalled: false,
                reactions,
            },
        )
    });
    messages(rendered.collect())
}

fn newer(
    served: &AccountContext<'_>,
    world: &World,
    message: &Message,
    place: &Place<'_>,
    outgoing: &Outgoing,
) -> NewerMessage {
    let own = message.sender.user == served.account;
    let id = i64::from(world.number_for(served.account, message.id));
    let place_in_row = if counts(served.dialect) { message.number } else { id };
    let (user, name) = place
        .mask
        .map_or((message.sender.user, message.sender.nickname.as_str()), |mask| (mask.id, mask.name.as_str()));
    let member = message.sender.member.as_ref().filter(|_| place.mask.is_none());
    let mut sender = GroupSender::new(user, name, member.map(|member| member.card.as_str()).unwrap_or_default());
    sender.role = member.filter(|_| place.with.is_none()).map(|member| people::rank(member.role));
    let mut rendered = NewerMessage::new(MessageInit {
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
    rendered.real_seq = Some(message.seq.to_string());
    rendered.group_id = place.group.map(Into::into);
    rendered.group_name = place.group.and_then(|group| Some(world.group(group).ok()?.name.clone()));
    rendered.target_id = place.with.or(place.group.filter(|_| own)).map(Into::into);
    rendered.temp_source = place.with.and(place.group).map(|_| 0);
    rendered.message_sent_type = own.then_some(MessageMessageSentType::Self_);
    let likes = message.reactions.iter().map(|(emoji, users)| {
        let kind = if emoji.len() > LONGEST_FACE { "2" } else { "1" };
        EmojiLike::new(emoji, kind, users.len().to_string())
    });
    rendered.emoji_likes_list = Some(likes.collect()).filter(|likes: &Vec<_>| !likes.is_empty());
    rendered
}

/// Whether messages are reported with their numbers in the conversation, where others report their ids once more.
fn counts(dialect: &Dialect) -> bool {
    let known = dialect.types.get(MESSAGE).and_then(|known| known.schema.get("properties")?.get(PLACE));
    known.is_some_and(|place| place.get(ID).is_none())
}

/// The shared type of messages, and the place of one among others.
const MESSAGE: &str = "message";
const PLACE: &str = "message_seq";

/// Numbers of QQ's own faces have no more digits; those of other emoji do.
const LONGEST_FACE: usize = 3;

fn standard_private(
    served: &AccountContext<'_>,
    world: &World,
    message: &Message,
    outgoing: &Outgoing,
) -> MessagePrivate {
    let friends = world.are_friends(served.account, message.sender.user);
    MessagePrivate::new(MessagePrivateInit {
        time: message.time,
        self_id: served.account.into(),
        sub_type: if friends { MessagePrivateSubType::Friend } else { MessagePrivateSubType::Group },
        message_id: i64::from(world.number_for(served.account, message.id)).into(),
        user_id: message.sender.user.into(),
        message: ReceiveMessage::default(),
        raw_message: outgoing.raw.clone(),
        font: FONT,
        sender: private_sender(&message.sender),
    })
}

fn standard_group(
    served: &AccountContext<'_>,
    world: &World,
    message: &Message,
    place: &Place<'_>,
    outgoing: &Outgoing,
) -> MessageGroup {
    let sender: types::GroupSender = any_sender(&message.sender, &message.scene);
    MessageGroup::new(MessageGroupInit {
        time: message.time,
        self_id: served.account.into(),
        sub_type: MessageGroupSubType::Normal,
        message_id: i64::from(world.number_for(served.account, message.id)).into(),
        group_id: place.group.unwrap_or_default().into(),
        user_id: message.sender.user.into(),
        anonymous: place.mask.map(|mask| Anonymous::new(mask.id, &mask.name, mask.flag.as_str())),
        message: ReceiveMessage::default(),
        raw_message: outgoing.raw.clone(),
        font: FONT,
        sender,
    })
}
