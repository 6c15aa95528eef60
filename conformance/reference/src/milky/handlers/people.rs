//! Friends, groups and members: who they are, and which of them are at hand.

use botspec_bindings::milky::actions::{
    GetFriendInfo, GetFriendInfoResponse, GetFriendList, GetFriendListResponse, GetGroupInfo, GetGroupInfoResponse,
    GetGroupList, GetGroupListResponse, GetGroupMemberInfo, GetGroupMemberInfoResponse, GetGroupMemberList,
    GetGroupMemberListResponse, GetPeerPins, GetPeerPinsResponse, GetUserProfile, GetUserProfileResponse,
    GetUserProfileResponseInit, SetPeerPin, SetPeerPinResponse,
};
use botspec_bindings::milky::types::MessageScene;

use crate::answer::Failure;
use crate::milky::entities;
use crate::milky::messages::Meant;
use crate::milky::table::{Table, given};
use crate::params::number;
use crate::protocol::Context;
use crate::synthetic::qid;
use crate::world::{Conversation, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<GetFriendList>(get_friend_list);
    table.add::<GetFriendInfo>(get_friend_info);
    table.add::<GetUserProfile>(get_user_profile);
    table.add::<GetGroupList>(get_group_list);
    table.add::<GetGroupInfo>(get_group_info);
    table.add::<GetGroupMemberList>(get_group_member_list);
    table.add::<GetGroupMemberInfo>(get_group_member_info);
    table.add::<GetPeerPins>(get_peer_pins);
    table.add::<SetPeerPin>(set_peer_pin);
}

fn get_friend_list(context: &mut Context<'_>, _: GetFriendList) -> Result<GetFriendListResponse, Failure> {
    let account = context.served.account;
    let friends = context.world.person(account)?.friends.keys();
    let friends = friends.map(|user| entities::friend(context.world, account, *user));
    Ok(GetFriendListResponse::new(friends.collect::<Result<Vec<_>, _>>()?))
}

fn get_friend_info(context: &mut Context<'_>, action: GetFriendInfo) -> Result<GetFriendInfoResponse, Failure> {
    let (account, user) = (context.served.account, number(action.user_id.as_i64(), "user")?);
    context.world.friend(account, user)?;
    Ok(GetFriendInfoResponse::new(entities::friend(context.world, account, user)?))
}

fn get_user_profile(context: &mut Context<'_>, action: GetUserProfile) -> Result<GetUserProfileResponse, Failure> {
    let person = context.world.person(number(action.user_id.as_i64(), "user")?)?;
    Ok(GetUserProfileResponse::new(GetUserProfileResponseInit {
        nickname: person.nickname.clone(),
        qid: qid(person),
        age: person.age.into(),
        sex: entities::sex(person.sex),
        remark: entities::remark(context.world.person(context.served.account)?, person.id),
        bio: person.about.clone(),
        level: person.level.into(),
        // Nobody says where they live or went to school.
        country: String::new(),
        city: String::new(),
        school: String::new(),
    }))
}

fn get_group_list(context: &mut Context<'_>, _: GetGroupList) -> Result<GetGroupListResponse, Failure> {
    let account = context.served.account;
    let groups = context.world.groups_of(account).map(|group| entities::group(context.world, account, group));
    Ok(GetGroupListResponse::new(groups.collect::<Vec<_>>()))
}

fn get_group_info(context: &mut Context<'_>, action: GetGroupInfo) -> Result<GetGroupInfoResponse, Failure> {
    let account = context.served.account;
    let group = context.world.group_as(account, number(action.group_id.as_i64(), "group")?)?;
    Ok(GetGroupInfoResponse::new(entities::group(context.world, account, group)))
}

fn get_group_member_list(
    context: &mut Context<'_>,
    action: GetGroupMemberList,
) -> Result<GetGroupMemberListResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let members = group.members.values().map(|member| entities::member(context.world, group, member));
    Ok(GetGroupMemberListResponse::new(members.collect::<Result<Vec<_>, _>>()?))
}

fn get_group_member_info(
    context: &mut Context<'_>,
    action: GetGroupMemberInfo,
) -> Result<GetGroupMemberInfoResponse, Failure> {
    let group = context.world.group_as(context.served.account, number(action.group_id.as_i64(), "group")?)?;
    let member = group.member(number(action.user_id.as_i64(), "user")?)?;
    Ok(GetGroupMemberInfoResponse::new(entities::member(context.world, group, member)?))
}

fn get_peer_pins(context: &mut Context<'_>, _: GetPeerPins) -> Result<GetPeerPinsResponse, Failure> {
    let (world, account) = (&*context.world, context.served.account);
    let pins = &world.person(account)?.pins;
    let friend = |user: UserId| world.friend(account, user).and_then(|_| entities::friend(world, account, user)).ok();
    // Who is no friend any more, and a group that was left, is not at hand.
    let friends = pins.iter().filter_map(|pin| friend(pin.other(account)?));
    let groups = pins.iter().filter_map(|pin| match pin {
        Conversation::Group(group) => {
            world.group_as(account, *group).ok().map(|group| entities::group(world, account, group))
        }
        Conversation::Private(..) => None,
    });
    Ok(GetPeerPinsResponse::new(friends.collect::<Vec<_>>(), groups.collect::<Vec<_>>()))
}

fn set_peer_pin(context: &mut Context<'_>, action: SetPeerPin) -> Result<SetPeerPinResponse, Failure> {
    if action.message_scene == MessageScene::Temp {
        return Err(Failure::action("only what goes on with friends and in groups is pinned"));
    }
    let conversation = Meant::new(context, action.message_scene, action.peer_id.as_i64())?.conversation;
    context.world.pin(context.served.account, conversation, given(action.is_pinned))?;
    Ok(SetPeerPinResponse::new())
}
