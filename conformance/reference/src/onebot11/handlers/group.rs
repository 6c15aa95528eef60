//! Groups as a whole.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    GetGroupDetailInfo, GetGroupHonorInfo, GetGroupHonorInfoResponse, GetGroupHonorInfoResponseCurrentTalkative,
    GetGroupHonorInfoResponseInit, GetGroupHonorInfoType, GetGroupInfo, GetGroupInfoEx, GetGroupInfoExResponse,
    GetGroupList, SetGroupRemark,
};
use botspec_bindings::napcat::types::{GroupInfo, GroupInfoInit, HonorMember};
use botspec_bindings::onebot11;
use botspec_bindings::onebot11::actions::{SetGroupAnonymous, SetGroupLeave, SetGroupName, SetGroupWholeBan};
use serde_json::Value;

use super::lookup::honored;
use crate::answer::Failure;
use crate::onebot11::json_merge::both;
use crate::onebot11::people::{number, own};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table, example};
use crate::protocol::Context;
use crate::synthetic::{avatar, qid};
use crate::world::{Group, Honor, Honored, Person, World};

pub(super) fn add(table: &mut Table) {
    table.add::<GetGroupInfo>(NAPCAT, get_group_info);
    table.add::<GetGroupDetailInfo>(NAPCAT, get_group_detail_info);
    table.add::<GetGroupInfoEx>(NAPCAT, get_group_info_ex);
    table.add::<GetGroupList>(NAPCAT, get_group_list);
    table.add_untyped::<GetGroupHonorInfo>(NAPCAT, get_group_honor_info);
    table.add::<SetGroupName>(ONEBOT11, set_group_name);
    table.add::<SetGroupRemark>(NAPCAT, set_group_remark);
    table.add::<SetGroupLeave>(ONEBOT11, set_group_leave);
    table.add::<SetGroupWholeBan>(ONEBOT11, set_group_whole_ban);
    table.add::<SetGroupAnonymous>(ONEBOT11, set_group_anonymous);
}

fn info(context: &Context<'_>, group: &Group) -> GroupInfo {
    let remark = own(context).ok().and_then(|person| person.group_remarks.get(&group.id).cloned());
    GroupInfo::new(GroupInfoInit {
        group_all_shut: if group.silenced { EVERYBODY_SILENCED } else { 0 },
        group_remark: remark.unwrap_or_default(),
        group_id: group.id.into(),
        group_name: group.name.clone(),
        member_count: i64::try_from(group.members.len()).unwrap_or(i64::MAX),
        max_member_count: i64::from(group.capacity),
    })
}

/// Stands for a silence without end.
const EVERYBODY_SILENCED: i64 = -1;

fn get_group_info(context: &mut Context<'_>, action: GetGroupInfo) -> Result<GroupInfo, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    Ok(info(context, context.world.group(group)?))
}

fn get_group_detail_info(context: &mut Context<'_>, action: GetGroupDetailInfo) -> Result<GroupInfo, Failure> {
    get_group_info(context, GetGroupInfo::new(action.group_id))
}

fn get_group_info_ex(context: &mut Context<'_>, action: GetGroupInfoEx) -> Result<GetGroupInfoExResponse, Failure> {
    let id = number(action.group_id.as_i64(), "group")?;
    let group = context.world.group_as(context.served.account, id)?;
    let mut rendered = example::<GetGroupInfoEx>(NAPCAT)?;
    rendered.group_code = Some(id.into());
    let owner = group.owner().and_then(|owner| context.world.person(owner).ok());
    let named = rendered.ext_info.as_mut().and_then(|info| info.group_owner_id.as_mut());
    if let (Some(owner), Some(rendered)) = (owner, named) {
        rendered.member_uin = Some(owner.id.into());
        rendered.member_uid = Some(owner.uid());
        rendered.member_qid = Some(qid(owner));
    }
    Ok(rendered)
}

fn get_group_list(context: &mut Context<'_>, _: GetGroupList) -> Result<Vec<GroupInfo>, Failure> {
    Ok(context.world.groups_of(context.served.account).map(|group| info(context, group)).collect())
}

fn get_group_honor_info(context: &mut Context<'_>, action: GetGroupHonorInfo) -> Result<Value, Failure> {
    let id: i64 = number(action.group_id.as_i64(), "group")?;
    let group = context.world.group_as(context.served.account, id)?;
    let kind = action.kind.unwrap_or(GetGroupHonorInfoType::All);
    let asked = |honor: GetGroupHonorInfoType| kind == honor || kind == GetGroupHonorInfoType::All;
    let list = |kind, honor| if asked(kind) { with_honor(context.world, group, honor) } else { Vec::new() };
    let rendered = GetGroupHonorInfoResponse::new(GetGroupHonorInfoResponseInit {
        group_id: id.into(),
        current_talkative: GetGroupHonorInfoResponseCurrentTalkative::new(),
        talkative_list: list(GetGroupHonorInfoType::Talkative, Honor::Talkative),
        performer_list: list(GetGroupHonorInfoType::Performer, Honor::Performer),
        legend_list: list(GetGroupHonorInfoType::Legend, Honor::Legend),
        emotion_list: list(GetGroupHonorInfoType::Emotion, Honor::Emotion),
        strong_newbie_list: list(GetGroupHonorInfoType::StrongNewbie, Honor::StrongNewbie),
    });
    let mut standard = onebot11::actions::GetGroupHonorInfoResponse::new(id);
    if asked(GetGroupHonorInfoType::Talkative) {
        standard.current_talkative = current_talkative(context.world, group).into();
    }
    Ok(both(&standard, &rendered))
}

fn current_talkative(world: &World, group: &Group) -> Option<onebot11::types::CurrentTalkative> {
    let (person, honored) = honored(world, group, Honor::Talkative).next()?;
    let days = i64::from(honored.days);
    Some(onebot11::types::CurrentTalkative::new(person.id, &person.nickname, avatar(world, person.id), days))
}

fn with_honor(world: &World, group: &Group, honor: Honor) -> Vec<HonorMember> {
    let rendered = |(person, honored): (&Person, &Honored)| {
        HonorMember::new(person.id, &person.nickname, avatar(world, person.id), &honored.description)
            .day_count(i64::from(honored.days))
    };
    honored(world, group, honor).map(rendered).collect()
}

fn set_group_name(context: &mut Context<'_>, action: SetGroupName) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.rename_group(group, context.served.account, &action.group_name)?;
    Ok(Empty)
}

fn set_group_remark(context: &mut Context<'_>, action: SetGroupRemark) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.remark_group(context.served.account, group, &action.remark)?;
    Ok(Empty)
}

fn set_group_leave(context: &mut Context<'_>, action: SetGroupLeave) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.leave(group, context.served.account, action.is_dismiss.unwrap_or(false))?;
    Ok(Empty)
}

fn set_group_whole_ban(context: &mut Context<'_>, action: SetGroupWholeBan) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.silence_all(group, context.served.account, action.enable.unwrap_or(true))?;
    Ok(Empty)
}

fn set_group_anonymous(context: &mut Context<'_>, action: SetGroupAnonymous) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.set_anonymity(group, context.served.account, action.enable.unwrap_or(true))?;
    Ok(Empty)
}
