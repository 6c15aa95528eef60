//! Messages as Milky reports them and names them: by where they were sent, with whom, and their number there.

use botspec_bindings::milky::types::{
    IncomingMessage, IncomingMessageFriend, IncomingMessageFriendInit, IncomingMessageGroup, IncomingMessageGroupInit,
    IncomingMessageTemp, IncomingMessageTempInit, MessageScene,
};

use super::entities;
use super::outgoing::{Place, segments};
use crate::answer::Failure;
use crate::params::number;
use crate::protocol::Context;
use crate::world::{Conversation, Message, Refusal, Scene, UserId, World};

/// Where a message was sent, as the account sees it.
pub(super) fn place_of(message: &Message, account: UserId) -> (MessageScene, i64) {
    match message.scene {
        Scene::Group { group, .. } => (MessageScene::Group, group),
        Scene::Private { through, .. } => {
            let scene = if through.is_none() { MessageScene::Friend } else { MessageScene::Temp };
            (scene, message.conversation().other(account).unwrap_or(account))
        }
    }
}

/// A message as the account receives it.
pub(super) fn message(world: &World, account: UserId, message: &Message) -> Result<IncomingMessage, Refusal> {
    let (time, message_seq) = (message.time, message.number.into());
    let sender = message.sender.user;
    let segments = segments(Place::of(world, message), &message.elements);
    let (_, peer) = place_of(message, account);
    let peer_id = peer.into();
    Ok(match &message.scene {
        Scene::Group { group, mask } => {
            let group = world.group(*group)?;
            let group_member = entities::speaker(world, group, (&message.sender, mask.as_ref()), time)?;
            IncomingMessage::Group(IncomingMessageGroup::new(IncomingMessageGroupInit {
                peer_id,
                message_seq,
                sender_id: mask.as_ref().map_or(message.sender.user, |mask| mask.id).into(),
                time,
                segments,
                group: entities::group(world, account, group),
                group_member,
            }))
        }
        Scene::Private { through: None, .. } => {
            let friend = entities::friend(world, account, peer)?;
            let sender_id = sender.into();
            IncomingMessage::Friend(IncomingMessageFriend::new(IncomingMessageFriendInit {
                peer_id,
                message_seq,
                sender_id,
                time,
                segments,
                friend,
            }))
        }
        Scene::Private { through: Some(group), .. } => {
            let sender_id = sender.into();
            let rendered =
                IncomingMessageTemp::new(IncomingMessageTempInit { peer_id, message_seq, sender_id, time, segments });
            let group = world.group(*group).ok().map(|group| entities::group(world, account, group));
            IncomingMessage::Temp(match group {
                Some(group) => rendered.group(group),
                None => rendered,
            })
        }
    })
}

/// What a client means by a scene and who is at the other end. The other end has to be there.
pub(super) struct Meant {
    pub(super) conversation: Conversation,
    scene: MessageScene,
}

impl Meant {
    pub(super) fn new(context: &Context<'_>, scene: MessageScene, peer: Option<i64>) -> Result<Self, Failure> {
        let account = context.served.account;
        let conversation = if scene == MessageScene::Group {
            Conversation::Group(context.world.group_as(account, number(peer, "group")?)?.id)
        } else {
            let user = number(peer, "user")?;
            context.world.person(user)?;
            if scene == MessageScene::Friend {
                context.world.friend(account, user)?;
            }
            Conversation::between(account, user)
        };
        Ok(Self { conversation, scene })
    }

    /// Whether a message of the conversation was sent in the scene.
    pub(super) fn holds(&self, message: &Message, account: UserId) -> bool {
        place_of(message, account).0 == self.scene
    }

    /// The message with a number.
    pub(super) fn message<'c>(&self, context: &'c Context<'_>, number: Option<i64>) -> Result<&'c Message, Failure> {
        let account = context.served.account;
        let number = self::number(number, "message")?;
        let found = context.world.numbered(account, self.conversation, number)?;
        if self.holds(found, account) {
            Ok(found)
        } else {
            Err(Refusal::NoSuch("message with the number", number.to_string()).into())
        }
    }
}

/// A message of a group by its number there.
pub(super) fn in_group<'c>(
    context: &'c Context<'_>,
    group: Option<i64>,
    message: Option<i64>,
) -> Result<&'c Message, Failure> {
    Meant::new(context, MessageScene::Group, group)?.message(context, message)
}
