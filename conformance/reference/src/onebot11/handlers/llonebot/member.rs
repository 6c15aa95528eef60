//! Members of groups.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    BatchDeleteGroupMember, GetGroupMemberInfo, GetGroupMemberList, GetGroupShutList,
};
use botspec_bindings::llonebot::types::{GroupMemberInfo, GroupMemberInfoInit, MutedMember, MutedMemberInit};

use crate::answer::Failure;
use crate::onebot11::handlers::lookup::{FriendEntry, fellow, fellows, silenced};
use crate::onebot11::people::{number, rank, sex};
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::world::{Role, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupMemberInfo>(LLONEBOT, get_group_member_info);
    table.add::<GetGroupMemberList>(LLONEBOT, get_group_member_list);
    table.add::<GetGroupShutList>(LLONEBOT, get_group_shut_list);
    table.add::<BatchDeleteGroupMember>(LLONEBOT, batch_delete_group_member);
}

fn info(fellow: &FriendEntry<'_>) -> GroupMemberInfo {
    let FriendEntry { group, member, person, .. } = fellow;
    let called = if member.card.is_empty() { &person.nickname } else { &member.card };
    GroupMemberInfo::new(GroupMemberInfoInit {
        group_id: group.id.into(),
        user_id: member.user.into(),
        nickname: person.nickname.clone(),
        card: member.card.clone(),
        card_or_nickname: called.clone(),
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
        is_robot: false,
        shut_up_timestamp: member.silenced_until,
        role: rank(member.role),
        title: member.title.clone(),
    })
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

/// The ranks in the numbers of QQ's client.
fn rank_number(role: Role) -> i64 {
    match role {
        Role::Member => 2,
        Role::Admin => 3,
        Role::Owner => 4,
    }
}

fn get_group_shut_list(context: &mut Context<'_>, action: GetGroupShutList) -> Result<Vec<MutedMember>, Failure> {
    let rendered = |FriendEntry { member, person, .. }: &FriendEntry<'_>| {
        MutedMember::new(MutedMemberInit {
            uid: person.uid(),
            uin: member.user.into(),
            nick: person.nickname.clone(),
            card_name: member.card.clone(),
            role: rank_number(member.role),
            shut_up_time: member.silenced_until,
            member_real_level: i64::from(member.level),
            member_special_title: member.title.clone(),
            join_time: member.joined,
            last_speak_time: member.last_sent,
        })
    };
    Ok(silenced(context, action.group_id.as_i64())?.iter().map(rendered).collect())
}

/// All of them, or none.
fn batch_delete_group_member(context: &mut Context<'_>, action: BatchDeleteGroupMember) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let users = action.user_ids.iter().map(|user| number(user.as_i64(), "user"));
    let users: Vec<UserId> = users.collect::<Result<_, _>>()?;
    context.world.kick_all(group, &users, context.served.account, false)?;
    Ok(Empty)
}
