//! Those who want to come into a group, and those who want the account in theirs.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    GetGroupIgnoreAddRequest, GetGroupIgnoredNotifies, GetGroupSystemMsg, SetGroupAddRequest,
};
use botspec_bindings::napcat::types::{GroupNotifies, GroupNotify, GroupNotifyInit};
use botspec_bindings::onebot11;
use botspec_bindings::onebot11::actions::SetGroupAddRequestSubType;

use super::count;
use crate::answer::Failure;
use crate::onebot11::people::name_of;
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table};
use crate::protocol::Context;
use crate::world::{GroupId, Request, UserId, request_number};

pub(super) fn add(table: &mut Table) {
    table.add::<onebot11::actions::SetGroupAddRequest>(ONEBOT11, set_group_add_request);
    table.add::<SetGroupAddRequest>(NAPCAT, set_any_group_request);
    table.add::<GetGroupSystemMsg>(NAPCAT, get_group_system_msg);
    table.add::<GetGroupIgnoredNotifies>(NAPCAT, get_group_ignored_notifies);
    table.add::<GetGroupIgnoreAddRequest>(NAPCAT, |_, _| Ok(Vec::new()));
}

fn set_group_add_request(
    context: &mut Context<'_>,
    action: onebot11::actions::SetGroupAddRequest,
) -> Result<Empty, Failure> {
    let invitation = action.sub_type == SetGroupAddRequestSubType::Invite;
    let approve = action.approve.unwrap_or(true);
    context.world.answer_group(context.served.account, &action.flag.to_string(), Some(invitation), approve)?;
    Ok(Empty)
}

/// Where the flag states by itself what was asked for.
fn set_any_group_request(context: &mut Context<'_>, action: SetGroupAddRequest) -> Result<Empty, Failure> {
    let approve = action.approve.unwrap_or(true);
    context.world.answer_group(context.served.account, &action.flag.to_string(), None, approve)?;
    Ok(Empty)
}

/// An open request, as the list of notices reports it: of whom, into which group, and with which words.
fn notice(context: &Context<'_>, flag: &str, group: GroupId, by: UserId, words: &str) -> GroupNotify {
    let mut rendered = GroupNotify::new(GroupNotifyInit {
        request_id: request_number(flag),
        invitor_uin: by.into(),
        group_id: group.into(),
        checked: false,
        actor: 0.into(),
    });
    let name = name_of(context, by);
    rendered.invitor_nick = Some(name.clone());
    rendered.requester_nick = Some(name);
    rendered.group_name = context.world.group(group).ok().map(|group| group.name.clone());
    rendered.message = Some(words.to_owned());
    rendered
}

fn get_group_system_msg(context: &mut Context<'_>, action: GetGroupSystemMsg) -> Result<GroupNotifies, Failure> {
    let open = || context.world.requests_for(context.served.account);
    let most = count(action.count, 50);
    let invitations = open().filter_map(|(flag, request)| match request {
        Request::Invitation { group, inviter, .. } => Some(notice(context, flag, *group, *inviter, "")),
        _ => None,
    });
    let invitations: Vec<GroupNotify> = invitations.take(most).collect();
    let joins = open().filter_map(|(flag, request)| match request {
        Request::Join { group, user, comment } => Some(notice(context, flag, *group, *user, comment)),
        Request::Introduction { group, user, .. } => Some(notice(context, flag, *group, *user, "")),
        _ => None,
    });
    Ok(GroupNotifies::new(invitations.clone(), invitations, joins.take(most).collect::<Vec<_>>()))
}

/// Nothing is ever ignored.
fn get_group_ignored_notifies(_: &mut Context<'_>, _: GetGroupIgnoredNotifies) -> Result<GroupNotifies, Failure> {
    Ok(GroupNotifies::new(Vec::new(), Vec::new(), Vec::new()))
}
