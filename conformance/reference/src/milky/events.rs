//! What an account receives: messages, requests and files.

use botspec_bindings::milky::events::{
    BotOffline, BotOfflineData, FriendFileUpload, FriendFileUploadData, FriendFileUploadDataInit, FriendRequest,
    FriendRequestData, GroupFileUpload, GroupFileUploadData, GroupFileUploadDataInit, GroupInvitation,
    GroupInvitationData, GroupInvitedJoinRequest, GroupInvitedJoinRequestData, GroupJoinRequest, GroupJoinRequestData,
    GroupJoinRequestDataInit, MessageRecall, MessageRecallData, MessageRecallDataInit, MessageReceive,
};
use serde_json::Value;

use super::event_json::value;
use super::messages::{message, place_of};
use super::{notices, requests};
use crate::faults::Switch;
use crate::protocol::EventContext;
use crate::world::{Change, GroupId, MessageElement, MessageId, Request, Scene, UserId};

/// The event of a change, if the account is notified of it and Milky reports it.
pub(super) fn of(view: &EventContext<'_>, change: &Change) -> Option<Value> {
    let account = view.served.account;
    match change {
        Change::MessageSent(id) | Change::FileMessageSent(id) => sent(view, *id),
        Change::Recalled { message, operator } => recalled(view, *message, *operator),
        Change::Requested(flag) => requested(view, flag),
        Change::Handed { from, to, file } if [from, to].contains(&&account) => handed(view, *from, *to, file),
        Change::Uploaded { group, user, file } if view.world.group_as(account, *group).is_ok() => {
            uploaded(view, *group, *user, file)
        }
        Change::LoggedOff { account: who, reason } if *who == account => {
            value(&BotOffline::new(view.time, account, BotOfflineData::new(reason)))
        }
        change => notices::of(view, change),
    }
}

fn sent(view: &EventContext<'_>, id: MessageId) -> Option<Value> {
    let account = view.served.account;
    let sent = view.world.message(account, id).ok()?;
    let is_file = sent.elements.iter().any(|element| matches!(element, MessageElement::File { .. }));
    let unreported = is_file && view.served.faults.on(Switch::FileMessageMissing);
    if unreported || sent.sender.user == account && !view.served.report_self {
        return None;
    }
    value(&MessageReceive::new(view.time, account, message(view.world, account, sent).ok()?))
}

fn recalled(view: &EventContext<'_>, id: MessageId, operator: UserId) -> Option<Value> {
    let account = view.served.account;
    let message = view.world.any_message(id).filter(|message| view.world.can_see(account, message))?;
    let (message_scene, peer) = place_of(message, account);
    let sender = match &message.scene {
        Scene::Group { mask: Some(mask), .. } => mask.id,
        _ => message.sender.user,
    };
    let data = MessageRecallData::new(MessageRecallDataInit {
        message_scene,
        peer_id: peer.into(),
        message_seq: message.number.into(),
        sender_id: sender.into(),
        operator_id: operator.into(),
        display_suffix: String::new(),
    });
    value(&MessageRecall::new(view.time, account, data))
}

fn requested(view: &EventContext<'_>, flag: &str) -> Option<Value> {
    let (world, account, time) = (view.world, view.served.account, view.time);
    let request = world.request(flag).ok().filter(|request| world.can_answer(account, request))?;
    let number = world.number_of(flag)?;
    match request {
        Request::Friend { from, comment, .. } => {
            let data = FriendRequestData::new(*from, requests::uid(world, *from), comment, requests::VIA);
            value(&FriendRequest::new(time, account, data))
        }
        Request::Join { group, user, comment } => {
            let data = GroupJoinRequestData::new(GroupJoinRequestDataInit {
                group_id: (*group).into(),
                notification_seq: number.into(),
                is_filtered: false,
                initiator_id: (*user).into(),
                comment: comment.clone(),
            });
            value(&GroupJoinRequest::new(time, account, data))
        }
        Request::Introduction { group, inviter, user } => {
            let data = GroupInvitedJoinRequestData::new(*group, number, *inviter, *user);
            value(&GroupInvitedJoinRequest::new(time, account, data))
        }
        Request::Invitation { group, inviter, .. } => {
            value(&GroupInvitation::new(time, account, GroupInvitationData::new(*group, number, *inviter)))
        }
    }
}

fn handed(view: &EventContext<'_>, from: UserId, to: UserId, file: &str) -> Option<Value> {
    let account = view.served.account;
    let file = view.world.file(file).ok()?;
    let data = FriendFileUploadData::new(FriendFileUploadDataInit {
        user_id: if from == account { to } else { from }.into(),
        file_id: file.name.as_str().into(),
        file_name: file.title.clone(),
        file_size: file.size,
        file_hash: file.hash(),
        is_self: from == account,
    });
    value(&FriendFileUpload::new(view.time, account, data))
}

fn uploaded(view: &EventContext<'_>, group: GroupId, user: UserId, file: &str) -> Option<Value> {
    let file = view.world.file(file).ok()?;
    let data = GroupFileUploadData::new(GroupFileUploadDataInit {
        group_id: group.into(),
        user_id: user.into(),
        file_id: file.name.as_str().into(),
        file_name: file.title.clone(),
        file_size: file.size,
    });
    value(&GroupFileUpload::new(view.time, view.served.account, data))
}
