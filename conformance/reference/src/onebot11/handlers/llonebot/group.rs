//! Groups as a whole.

use botspec_bindings::Empty;
use botspec_bindings::llonebot::actions::{
    GetGroupHonorInfo, GetGroupHonorInfoResponse, GetGroupHonorInfoType, GetGroupInfo, GetGroupList, SetGroupMsgMask,
};
use botspec_bindings::llonebot::types::{CurrentTalkative, GroupInfo, GroupInfoInit, HonorMember};

use crate::answer::Failure;
use crate::onebot11::handlers::lookup::honored;
use crate::onebot11::people::{number, own};
use crate::onebot11::table::{LLONEBOT, Table};
use crate::protocol::Context;
use crate::synthetic::{avatar, group_avatar};
use crate::world::{Conversation, Group, Honor, Honored, Person, World};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupInfo>(LLONEBOT, get_group_info);
    table.add::<GetGroupList>(LLONEBOT, get_group_list);
    table.add::<GetGroupHonorInfo>(LLONEBOT, get_group_honor_info);
    table.add::<SetGroupMsgMask>(LLONEBOT, set_group_msg_mask);
}

/// Until when everybody is silenced where nobody says until when.
const WITHOUT_END: i64 = 0x0FFF_FFFF;

fn info(context: &Context<'_>, group: &Group) -> Result<GroupInfo, Failure> {
    let account = own(context)?;
    let founded = group.members.values().map(|member| member.joined).min();
    Ok(GroupInfo::new(GroupInfoInit {
        group_id: group.id.into(),
        group_name: group.name.clone(),
        group_memo: String::new(),
        group_create_time: founded.unwrap_or_default(),
        member_count: i64::try_from(group.members.len()).unwrap_or(i64::MAX),
        max_member_count: i64::from(group.capacity),
        remark_name: account.group_remarks.get(&group.id).cloned().unwrap_or_default(),
        avatar_url: group_avatar(context.world, group.id),
        owner_id: group.owner().unwrap_or(account.id).into(),
        is_top: account.pins.contains(&Conversation::Group(group.id)),
        shut_up_all_timestamp: if group.silenced { WITHOUT_END } else { 0 },
        shut_up_me_timestamp: group.member(account.id).map(|member| member.silenced_until).unwrap_or_default(),
    }))
}

fn get_group_info(context: &mut Context<'_>, action: GetGroupInfo) -> Result<GroupInfo, Failure> {
    info(context, context.world.group(number(action.group_id.as_i64(), "group")?)?)
}

fn get_group_list(context: &mut Context<'_>, _: GetGroupList) -> Result<Vec<GroupInfo>, Failure> {
    context.world.groups_of(context.served.account).map(|group| info(context, group)).collect()
}

/// Only what is asked for is reported.
fn get_group_honor_info(
    context: &mut Context<'_>,
    action: GetGroupHonorInfo,
) -> Result<GetGroupHonorInfoResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let kind = action.kind.unwrap_or(GetGroupHonorInfoType::All);
    let list = |wanted: GetGroupHonorInfoType, honor| {
        (kind == wanted || kind == GetGroupHonorInfoType::All).then(|| with_honor(context.world, group, honor))
    };
    let mut rendered = GetGroupHonorInfoResponse::new(group.id);
    rendered.talkative_list = list(GetGroupHonorInfoType::Talkative, Honor::Talkative);
    rendered.performer_list = list(GetGroupHonorInfoType::Performer, Honor::Performer);
    rendered.legend_list = list(GetGroupHonorInfoType::Legend, Honor::Legend);
    rendered.strong_newbie_list = list(GetGroupHonorInfoType::StrongNewbie, Honor::StrongNewbie);
    rendered.emotion_list = list(GetGroupHonorInfoType::Emotion, Honor::Emotion);
    rendered.current_talkative = rendered.talkative_list.as_deref().and_then(<[_]>::first).and_then(|first| {
        let days = first.day_count.unwrap_or_default();
        let (user, name, avatar) = (first.user_id.clone()?, first.nickname.clone()?, first.avatar.clone()?);
        Some(CurrentTalkative::new(user, name, avatar, days))
    });
    Ok(rendered)
}

fn with_honor(world: &World, group: &Group, honor: Honor) -> Vec<HonorMember> {
    let rendered = |(person, honored): (&Person, &Honored)| {
        HonorMember::new(person.id, &person.nickname, avatar(world, person.id), &honored.description)
            .day_count(i64::from(honored.days))
    };
    honored(world, group, honor).map(rendered).collect()
}

/// Nobody reports how messages are announced, so all that counts is that the account is in the group.
fn set_group_msg_mask(context: &mut Context<'_>, action: SetGroupMsgMask) -> Result<Empty, Failure> {
    context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    Ok(Empty)
}
