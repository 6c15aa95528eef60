//! Members of groups; their actions belong to the category of groups too.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    GetGroupAtAllRemain, GetGroupAtAllRemainResponse, GetGroupMemberInfo, GetGroupMemberList, GetGroupShutList,
    SetGroupKickMembers,
};
use botspec_bindings::napcat::types::{GroupMemberInfo, GroupMemberInfoInit, MutedMember};
use botspec_bindings::onebot11::actions::{
    SetGroupAdmin, SetGroupAnonymousBan, SetGroupBan, SetGroupCard, SetGroupKick, SetGroupSpecialTitle,
};

use super::lookup::{FriendEntry, fellow, fellows, silenced};
use crate::answer::Failure;
use crate::onebot11::people::{number, rank, sex};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table, example_of};
use crate::protocol::Context;
use crate::synthetic::qid;
use crate::world::{Role, UserId};

/// For how long somebody is silenced where nothing is sent, in seconds.
pub(super) const USUAL_SILENCE: i64 = 30 * 60;

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupMemberInfo>(NAPCAT, get_group_member_info);
    table.add::<GetGroupMemberList>(NAPCAT, get_group_member_list);
    table.add::<GetGroupShutList>(NAPCAT, get_group_shut_list);
    table.add::<GetGroupAtAllRemain>(NAPCAT, get_group_at_all_remain);
    table.add::<SetGroupKick>(ONEBOT11, set_group_kick);
    table.add::<SetGroupKickMembers>(NAPCAT, set_group_kick_members);
    table.add::<SetGroupBan>(ONEBOT11, set_group_ban);
    table.add::<SetGroupAnonymousBan>(ONEBOT11, set_group_anonymous_ban);
    table.add::<SetGroupAdmin>(ONEBOT11, set_group_admin);
    table.add::<SetGroupCard>(ONEBOT11, set_group_card);
    table.add::<SetGroupSpecialTitle>(ONEBOT11, set_group_special_title);
}

fn get_group_member_info(context: &mut Context<'_>, action: GetGroupMemberInfo) -> Result<GroupMemberInfo, Failure> {
    Ok(info(&fellow(context, action.group_id.as_i64(), action.user_id.as_i64())?))
}

fn get_group_member_list(
    context: &mut Context<'_>,
    action: GetGroupMemberList,
) -> Result<Vec<GroupMemberInfo>, Failure> {
    Ok(fellows(context, action.group_id.as_i64())?.iter().map(info).collect())
}

fn info(fellow: &FriendEntry<'_>) -> GroupMemberInfo {
    let FriendEntry { group, member, person, .. } = fellow;
    let mut rendered = GroupMemberInfo::new(GroupMemberInfoInit {
        group_id: group.id.into(),
        user_id: member.user.into(),
        nickname: person.nickname.clone(),
        card: member.card.clone(),
        sex: sex(person.sex),
        age: i64::from(person.age),
        area: String::new(),
        level: member.level.to_string(),
        qq_level: i64::from(person.level),
        join_time: member.joined,
        last_sent_time: member.last_sent,
        title_expire_time: fellow.title_end().into(),
        unfriendly: false,
        card_changeable: fellow.card_changeable(),
        role: rank(member.role),
        title: member.title.clone(),
    });
    rendered.is_robot = Some(false);
    rendered.shut_up_timestamp = Some(member.silenced_until);
    rendered
}

fn get_group_shut_list(context: &mut Context<'_>, action: GetGroupShutList) -> Result<Vec<MutedMember>, Failure> {
    let pattern = example_of::<GetGroupShutList, _>(NAPCAT)?;
    let rendered = |FriendEntry { member, person, .. }: &FriendEntry<'_>| {
        let mut rendered = pattern.clone();
        rendered.uid = Some(person.uid());
        rendered.qid = Some(qid(person));
        rendered.uin = Some(member.user.into());
        rendered.nick = Some(person.nickname.clone());
        rendered.card_name = Some(member.card.clone());
        rendered.shut_up_time = Some(member.silenced_until);
        rendered.member_special_title = Some(member.title.clone());
        rendered
    };
    Ok(silenced(context, action.group_id.as_i64())?.iter().map(rendered).collect())
}

fn get_group_at_all_remain(
    context: &mut Context<'_>,
    action: GetGroupAtAllRemain,
) -> Result<GetGroupAtAllRemainResponse, Failure> {
    let account = context.served.account;
    let group = context.world.group_as(account, number(action.group_id.as_i64(), "group")?)?;
    let may = group.member(account)?.role >= Role::Admin;
    let left = if may { CALLS_TO_ALL } else { 0 };
    Ok(GetGroupAtAllRemainResponse::new(may, left, left))
}

/// How often everybody may be called in a day; nobody counts.
const CALLS_TO_ALL: i64 = 20;

fn set_group_kick(context: &mut Context<'_>, action: SetGroupKick) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.kick(group, user, context.served.account, action.reject_add_request.unwrap_or(false))?;
    Ok(Empty)
}

/// All of them, or none.
fn set_group_kick_members(context: &mut Context<'_>, action: SetGroupKickMembers) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let users: Vec<UserId> =
        action.user_id.iter().map(|user| number(user.as_i64(), "user")).collect::<Result<_, _>>()?;
    context.world.kick_all(group, &users, context.served.account, action.reject_add_request.unwrap_or(false))?;
    Ok(Empty)
}

fn set_group_ban(context: &mut Context<'_>, action: SetGroupBan) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.silence(group, user, context.served.account, action.duration.unwrap_or(USUAL_SILENCE))?;
    Ok(Empty)
}

fn set_group_anonymous_ban(context: &mut Context<'_>, action: SetGroupAnonymousBan) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let flag = action.anonymous.and_then(|mask| mask.flag).or(action.anonymous_flag);
    let flag = flag.ok_or_else(|| Failure::action("nobody is named"))?.to_string();
    context.world.silence_mask(group, &flag, context.served.account, action.duration.unwrap_or(USUAL_SILENCE))?;
    Ok(Empty)
}

fn set_group_admin(context: &mut Context<'_>, action: SetGroupAdmin) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.set_admin(group, user, context.served.account, action.enable.unwrap_or(true))?;
    Ok(Empty)
}

fn set_group_card(context: &mut Context<'_>, action: SetGroupCard) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.set_card(group, user, context.served.account, &action.card.unwrap_or_default())?;
    Ok(Empty)
}

fn set_group_special_title(context: &mut Context<'_>, action: SetGroupSpecialTitle) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    let title = action.special_title.unwrap_or_default();
    let seconds = action.duration.filter(|seconds| *seconds >= 0);
    context.world.set_title(group, user, context.served.account, &title, seconds)?;
    Ok(Empty)
}
