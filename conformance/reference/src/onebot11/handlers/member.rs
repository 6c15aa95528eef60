//! Members of groups; their actions belong to the category of groups too.

use botspec_bindings::Empty;
use botspec_bindings::onebot11::actions::{
    GetGroupMemberInfo, GetGroupMemberList, SetGroupAdmin, SetGroupAnonymousBan, SetGroupBan, SetGroupCard,
    SetGroupKick, SetGroupSpecialTitle,
};
use botspec_bindings::onebot11::types::{GroupMemberEntry, GroupMemberEntryInit, GroupMemberInfo, GroupMemberInfoInit};

use crate::answer::Failure;
use crate::onebot11::people::{number, role, sex};
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};
use crate::world::{Group, Member, Person, Role, UserId};

/// For how long somebody is silenced where nothing is said, in seconds.
pub(super) const USUAL_SILENCE: i64 = 30 * 60;

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<GetGroupMemberInfo>(handlers, get_group_member_info);
    table::add::<GetGroupMemberList>(handlers, get_group_member_list);
    table::add::<SetGroupKick>(handlers, set_group_kick);
    table::add::<SetGroupBan>(handlers, set_group_ban);
    table::add::<SetGroupAnonymousBan>(handlers, set_group_anonymous_ban);
    table::add::<SetGroupAdmin>(handlers, set_group_admin);
    table::add::<SetGroupCard>(handlers, set_group_card);
    table::add::<SetGroupSpecialTitle>(handlers, set_group_special_title);
}

fn get_group_member_info(context: &mut Context<'_>, action: GetGroupMemberInfo) -> Result<GroupMemberInfo, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let member = group.member(number(action.user_id.as_i64(), "user")?)?;
    let person = context.world.person(member.user)?;
    Ok(info(group, member, person, context.served.account))
}

fn get_group_member_list(
    context: &mut Context<'_>,
    action: GetGroupMemberList,
) -> Result<Vec<GroupMemberEntry>, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let told = group.members.values().map(|member| {
        let person = context.world.person(member.user)?;
        Ok(entry(info(group, member, person, context.served.account)))
    });
    told.collect()
}

fn info(group: &Group, member: &Member, person: &Person, asking: UserId) -> GroupMemberInfo {
    let ranks_above = group.member(asking).is_ok_and(|own| own.role > member.role && own.role >= Role::Admin);
    GroupMemberInfo::new(GroupMemberInfoInit {
        group_id: group.id.into(),
        user_id: member.user.into(),
        nickname: person.nickname.clone(),
        card: member.card.clone(),
        sex: sex(person.sex),
        age: i64::from(person.age),
        area: String::new(),
        join_time: member.joined,
        last_sent_time: member.last_sent,
        level: member.level.to_string(),
        role: role(member.role),
        unfriendly: false,
        title: member.title.clone(),
        title_expire_time: member.title_until.and_then(|until| i32::try_from(until).ok()).unwrap_or(0).into(),
        card_changeable: ranks_above || member.user == asking,
    })
}

/// What the list tells of a member: the same as the single query.
fn entry(info: GroupMemberInfo) -> GroupMemberEntry {
    let mut entry = GroupMemberEntry::new(GroupMemberEntryInit {
        group_id: info.group_id,
        user_id: info.user_id,
        nickname: info.nickname,
        card: info.card,
        sex: info.sex,
        age: info.age,
        join_time: info.join_time,
        last_sent_time: info.last_sent_time,
        level: info.level,
        role: info.role,
        unfriendly: info.unfriendly,
        card_changeable: info.card_changeable,
    });
    entry.area = Some(info.area);
    entry.title = Some(info.title);
    entry.title_expire_time = Some(info.title_expire_time);
    entry
}

fn set_group_kick(context: &mut Context<'_>, action: SetGroupKick) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.kick(group, user, context.served.account, action.reject_add_request.unwrap_or(false))?;
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
    let flag = action.anonymous.map(|mask| mask.flag).or(action.anonymous_flag);
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
