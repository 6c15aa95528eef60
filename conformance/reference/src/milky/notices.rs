//! What an account receives of what people and groups do.

use botspec_bindings::milky::events::{
    FriendNudge, FriendNudgeData, FriendNudgeDataInit, GroupAdminChange, GroupAdminChangeData, GroupDisband,
    GroupDisbandData, GroupEssenceMessageChange, GroupEssenceMessageChangeData, GroupMemberDecrease,
    GroupMemberDecreaseData, GroupMemberIncrease, GroupMemberIncreaseData, GroupMessageReaction,
    GroupMessageReactionData, GroupMessageReactionDataInit, GroupMute, GroupMuteData, GroupNameChange,
    GroupNameChangeData, GroupNudge, GroupNudgeData, GroupNudgeDataInit, GroupWholeMute, GroupWholeMuteData,
    PeerPinChange, PeerPinChangeData,
};
use botspec_bindings::milky::types::{MessageScene, ReactionType};
use serde_json::Value;

use super::event_json::value;
use crate::older::is_younger;
use crate::protocol::EventContext;
use crate::world::{Change, Conversation, Entry, GroupId, MessageId, Reaction, UserId};

/// What somebody does who pokes somebody.
const POKES: &str = "pokes";

pub(super) fn of(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let account = view.served.account;
    in_group(view, change).or_else(|| match change {
        Change::Left { group, user, operator, witnesses } if witnesses.contains(&account) => {
            left(view, *group, *user, *operator)
        }
        // Everybody but the owner is out.
        Change::Dissolved { group, operator, witnesses } if witnesses.contains(&account) && *operator != account => {
            disbanded(view, *group, *operator)
        }
        Change::Poked { group: None, user, target } if [user, target].contains(&&account) => {
            let peer = if *user == account { *target } else { *user };
            poked(view, peer, (*user == account, *target == account))
        }
        Change::PokedThemselves { user, friend } if *user == account => poked(view, *friend, (true, true)),
        Change::PokedThemselves { user, friend } if *friend == account => poked(view, *user, (false, false)),
        Change::Pinned { user, conversation, on } if *user == account => pinned(view, *conversation, *on),
        _ => None,
    })
}

/// What every member of a group receives.
fn in_group(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let (time, account) = (view.time, view.served.account);
    let there = |group: GroupId| view.world.group_as(account, group).ok();
    match change {
        Change::AdminSet { group, user, on } => {
            let owner = there(*group)?.owner()?;
            value(&GroupAdminChange::new(time, account, GroupAdminChangeData::new(*group, *user, owner, *on)))
        }
        Change::Essence { group, message, operator, on } => {
            let number = there(*group).and(view.world.any_message(*message))?.number;
            let data = GroupEssenceMessageChangeData::new(*group, number, *operator, *on);
            value(&GroupEssenceMessageChange::new(time, account, data))
        }
        Change::Joined { group, user, operator, entry } => {
            there(*group)?;
            let data = GroupMemberIncreaseData::new(*group, *user);
            let data = match entry {
                Entry::Approved => data.operator_id(ids(*operator)),
                Entry::Invited => data.invitor_id(ids(*operator)),
            };
            value(&GroupMemberIncrease::new(time, account, data))
        }
        Change::Reacted { group, message, user, reaction, on } => {
            there(*group)?;
            reacted(view, *group, *message, *user, (reaction, *on))
        }
        Change::Silenced { group, user: Some(user), operator, seconds } => {
            there(*group)?;
            let data = GroupMuteData::new(*group, *user, *operator, *seconds);
            value(&GroupMute::new(time, account, data))
        }
        Change::Silenced { group, user: None, operator, seconds } => {
            there(*group)?;
            value(&GroupWholeMute::new(time, account, GroupWholeMuteData::new(*group, *operator, *seconds != 0)))
        }
        Change::Renamed { group, operator, name } => {
            there(*group)?;
            value(&GroupNameChange::new(time, account, GroupNameChangeData::new(*group, name, *operator)))
        }
        Change::Poked { group: Some(group), user, target } => {
            there(*group)?;
            let data = GroupNudgeData::new(GroupNudgeDataInit {
                group_id: (*group).into(),
                sender_id: (*user).into(),
                receiver_id: (*target).into(),
                display_action: POKES.to_owned(),
                display_suffix: String::new(),
                display_action_img_url: String::new(),
            });
            value(&GroupNudge::new(time, account, data))
        }
        _ => None,
    }
}

fn ids(user: UserId) -> botspec_bindings::milky::UserId {
    user.into()
}

fn left(view: &EventContext<'_>, group: GroupId, user: UserId, operator: UserId) -> Option<Value> {
    let data = GroupMemberDecreaseData::new(group, user);
    let data = if operator == user { data } else { data.operator_id(ids(operator)) };
    value(&GroupMemberDecrease::new(view.time, view.served.account, data))
}

/// In versions that have no event for it, the account is told that it was removed.
fn disbanded(view: &EventContext<'_>, group: GroupId, operator: UserId) -> Option<Value> {
    let (time, account) = (view.time, view.served.account);
    let event = value(&GroupDisband::new(time, account, GroupDisbandData::new(group, operator)));
    event.filter(|event| !is_younger(view.served.dialect, event)).or_else(|| left(view, group, account, operator))
}

fn poked(view: &EventContext<'_>, peer: UserId, (is_self_send, is_self_receive): (bool, bool)) -> Option<Value> {
    let data = FriendNudgeData::new(FriendNudgeDataInit {
        user_id: peer.into(),
        is_self_send,
        is_self_receive,
        display_action: POKES.to_owned(),
        display_suffix: String::new(),
        display_action_img_url: String::new(),
    });
    value(&FriendNudge::new(view.time, view.served.account, data))
}

fn reacted(
    view: &EventContext<'_>,
    group: GroupId,
    message: MessageId,
    user: UserId,
    (reaction, on): (&Reaction, bool),
) -> Option<Value> {
    let data = GroupMessageReactionData::new(GroupMessageReactionDataInit {
        group_id: group.into(),
        user_id: user.into(),
        message_seq: view.world.any_message(message)?.number.into(),
        face_id: reaction.id.clone(),
        reaction_type: if reaction.emoji { ReactionType::Emoji } else { ReactionType::Face },
        is_add: on,
    });
    value(&GroupMessageReaction::new(view.time, view.served.account, data))
}

fn pinned(view: &EventContext<'_>, conversation: Conversation, on: bool) -> Option<Value> {
    let account = view.served.account;
    let (scene, peer) = match conversation {
        Conversation::Group(group) => (MessageScene::Group, group),
        Conversation::Private(..) => (MessageScene::Friend, conversation.other(account)?),
    };
    value(&PeerPinChange::new(view.time, account, PeerPinChangeData::new(scene, peer, on)))
}
