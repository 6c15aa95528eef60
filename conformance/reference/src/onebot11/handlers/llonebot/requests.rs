//! Those who want to come into a group, and those who want the account in theirs.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{GetGroupSystemMsg, GetGroupSystemMsgResponse, SetGroupAddRequest};
use botspec_bindings::llonebot::types::{GroupInvitation, GroupInvitationInit, GroupJoinRequest, GroupJoinRequestInit};

use crate::answer::Failure;
use crate::onebot11::people::name_of;
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::{GroupId, Request, UserId, request_number};

pub(super) fn add(table: &mut Table) {
    table.add::<SetGroupAddRequest>(LLONEBOT, set_group_add_request);
    table.add::<GetGroupSystemMsg>(LLONEBOT, get_group_system_msg);
}

/// The flag states by itself what was asked for.
fn set_group_add_request(context: &mut Context<'_>, action: SetGroupAddRequest) -> Result<Empty, Failure> {
    let approve = action.approve.unwrap_or(true);
    context.world.answer_group(context.served.account, &action.flag.to_string(), None, approve)?;
    Ok(Empty)
}

/// Nobody did anything about it yet.
const NOBODY: i64 = 0;

fn name(context: &Context<'_>, group: GroupId) -> String {
    context.world.group(group).map(|group| group.name.clone()).unwrap_or_default()
}

fn invitation(context: &Context<'_>, flag: &str, group: GroupId, by: UserId) -> GroupInvitation {
    GroupInvitation::new(GroupInvitationInit {
        request_id: request_number(flag),
        invitor_uin: by.into(),
        invitor_nick: name_of(context, by),
        group_id: group.into(),
        group_name: name(context, group),
        checked: false,
        actor: NOBODY.into(),
    })
}

fn wish(context: &Context<'_>, flag: &str, group: GroupId, by: UserId, words: &str) -> GroupJoinRequest {
    GroupJoinRequest::new(GroupJoinRequestInit {
        request_id: request_number(flag),
        requester_uin: by.into(),
        requester_nick: name_of(context, by),
        message: words.to_owned(),
        group_id: group.into(),
        group_name: name(context, group),
        checked: false,
        actor: NOBODY.into(),
    })
}

fn get_group_system_msg(context: &mut Context<'_>, _: GetGroupSystemMsg) -> Result<GetGroupSystemMsgResponse, Failure> {
    let (mut invitations, mut wishes) = (Vec::new(), Vec::new());
    for (flag, request) in context.world.requests_for(context.served.account) {
        match request {
            Request::Invitation { group, inviter, .. } => invitations.push(invitation(context, flag, *group, *inviter)),
            Request::Join { group, user, comment } => wishes.push(wish(context, flag, *group, *user, comment)),
            Request::Introduction { group, user, .. } => wishes.push(wish(context, flag, *group, *user, "")),
            Request::Friend { .. } => {}
        }
    }
    Ok(GetGroupSystemMsgResponse::new(invitations, wishes))
}
