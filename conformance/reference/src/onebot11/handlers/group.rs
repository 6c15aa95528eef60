//! Groups as a whole.

use botspec_bindings::onebot11::actions::{
    GetGroupHonorInfo, GetGroupHonorInfoResponse, GetGroupHonorInfoType, GetGroupInfo, GetGroupList,
    SetGroupAddRequest, SetGroupAddRequestSubType, SetGroupAnonymous, SetGroupLeave, SetGroupName, SetGroupWholeBan,
};
use botspec_bindings::onebot11::types::{CurrentTalkative, GroupInfo, HonorMember};
use botspec_bindings::{Empty, Nullable};

use crate::answer::Failure;
use crate::onebot11::people::{avatar, number};
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};
use crate::world::{Group, Honor, World};

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<GetGroupInfo>(handlers, get_group_info);
    table::add::<GetGroupList>(handlers, get_group_list);
    table::add::<GetGroupHonorInfo>(handlers, get_group_honor_info);
    table::add::<SetGroupName>(handlers, set_group_name);
    table::add::<SetGroupLeave>(handlers, set_group_leave);
    table::add::<SetGroupWholeBan>(handlers, set_group_whole_ban);
    table::add::<SetGroupAnonymous>(handlers, set_group_anonymous);
    table::add::<SetGroupAddRequest>(handlers, set_group_add_request);
}

fn info(group: &Group) -> GroupInfo {
    let count = i64::try_from(group.members.len()).unwrap_or(i64::MAX);
    GroupInfo::new(group.id, &group.name, count, i64::from(group.capacity))
}

fn get_group_info(context: &mut Context<'_>, action: GetGroupInfo) -> Result<GroupInfo, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    Ok(info(context.world.group(group)?))
}

fn get_group_list(context: &mut Context<'_>, _: GetGroupList) -> Result<Vec<GroupInfo>, Failure> {
    Ok(context.world.groups_of(context.served.account).map(info).collect())
}

fn get_group_honor_info(
    context: &mut Context<'_>,
    action: GetGroupHonorInfo,
) -> Result<GetGroupHonorInfoResponse, Failure> {
    let id = number(action.group_id.as_i64(), "group")?;
    let group = context.world.group_as(context.served.account, id)?;
    let asked = |kind: GetGroupHonorInfoType| action.kind == kind || action.kind == GetGroupHonorInfoType::All;
    let list = |kind, honor| asked(kind).then(|| honored(context.world, group, honor));
    let mut told = GetGroupHonorInfoResponse::new(id);
    if asked(GetGroupHonorInfoType::Talkative) {
        told.current_talkative = current_talkative(context.world, group);
    }
    told.talkative_list = list(GetGroupHonorInfoType::Talkative, Honor::Talkative);
    told.performer_list = list(GetGroupHonorInfoType::Performer, Honor::Performer);
    told.legend_list = list(GetGroupHonorInfoType::Legend, Honor::Legend);
    told.strong_newbie_list = list(GetGroupHonorInfoType::StrongNewbie, Honor::StrongNewbie);
    told.emotion_list = list(GetGroupHonorInfoType::Emotion, Honor::Emotion);
    Ok(told)
}

fn current_talkative(world: &World, group: &Group) -> Nullable<CurrentTalkative> {
    let now = group.honors.get(&Honor::Talkative).and_then(|list| list.first());
    let told = now.and_then(|honored| {
        let person = world.person(honored.user).ok()?;
        Some(CurrentTalkative::new(person.id, &person.nickname, avatar(person.id), i64::from(honored.days)))
    });
    told.into()
}

fn honored(world: &World, group: &Group, honor: Honor) -> Vec<HonorMember> {
    let told = group.honors.get(&honor).into_iter().flatten().filter_map(|honored| {
        let person = world.person(honored.user).ok()?;
        Some(HonorMember::new(person.id, &person.nickname, avatar(person.id), &honored.description))
    });
    told.collect()
}

fn set_group_name(context: &mut Context<'_>, action: SetGroupName) -> Result<Empty, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.rename_group(group, context.served.account, &action.group_name)?;
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

fn set_group_add_request(context: &mut Context<'_>, action: SetGroupAddRequest) -> Result<Empty, Failure> {
    let invitation = action.sub_type == SetGroupAddRequestSubType::Invite;
    let approve = action.approve.unwrap_or(true);
    context.world.answer_group(context.served.account, &action.flag.to_string(), invitation, approve)?;
    Ok(Empty)
}
