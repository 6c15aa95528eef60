//! What rulers of a group do to members.

use botspec_bindings::milky::actions::{
    KickGroupMember, KickGroupMemberResponse, SetGroupMemberAdmin, SetGroupMemberAdminResponse, SetGroupMemberCard,
    SetGroupMemberCardResponse, SetGroupMemberMute, SetGroupMemberMuteResponse, SetGroupMemberSpecialTitle,
    SetGroupMemberSpecialTitleResponse,
};
use botspec_bindings::milky::ids;

use crate::answer::Failure;
use crate::milky::table::{Table, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::{GroupId, UserId};

pub(super) fn add(table: &mut Table) {
    table.add::<SetGroupMemberAdmin>(set_group_member_admin);
    table.add::<SetGroupMemberCard>(set_group_member_card);
    table.add::<SetGroupMemberMute>(set_group_member_mute);
    table.add::<SetGroupMemberSpecialTitle>(set_group_member_special_title);
    table.add::<KickGroupMember>(kick_group_member);
}

fn whom(group: &ids::GroupId, user: &ids::UserId) -> Result<(GroupId, UserId), Failure> {
    Ok((number(group.as_i64(), "group")?, number(user.as_i64(), "user")?))
}

fn set_group_member_admin(
    context: &mut Context<'_>,
    action: SetGroupMemberAdmin,
) -> Result<SetGroupMemberAdminResponse, Failure> {
    let (group, user) = whom(&action.group_id, &action.user_id)?;
    context.world.set_admin(group, user, context.served.account, given(action.is_set))?;
    Ok(SetGroupMemberAdminResponse::new())
}

fn set_group_member_card(
    context: &mut Context<'_>,
    action: SetGroupMemberCard,
) -> Result<SetGroupMemberCardResponse, Failure> {
    let (group, user) = whom(&action.group_id, &action.user_id)?;
    context.world.set_card(group, user, context.served.account, &action.card)?;
    Ok(SetGroupMemberCardResponse::new())
}

fn set_group_member_mute(
    context: &mut Context<'_>,
    action: SetGroupMemberMute,
) -> Result<SetGroupMemberMuteResponse, Failure> {
    let (group, user) = whom(&action.group_id, &action.user_id)?;
    context.world.silence(group, user, context.served.account, given(action.duration))?;
    Ok(SetGroupMemberMuteResponse::new())
}

fn set_group_member_special_title(
    context: &mut Context<'_>,
    action: SetGroupMemberSpecialTitle,
) -> Result<SetGroupMemberSpecialTitleResponse, Failure> {
    let (group, user) = whom(&action.group_id, &action.user_id)?;
    context.world.set_title(group, user, context.served.account, &action.special_title, None)?;
    Ok(SetGroupMemberSpecialTitleResponse::new())
}

fn kick_group_member(context: &mut Context<'_>, action: KickGroupMember) -> Result<KickGroupMemberResponse, Failure> {
    let (group, user) = whom(&action.group_id, &action.user_id)?;
    context.world.kick(group, user, context.served.account, given(action.reject_add_request))?;
    Ok(KickGroupMemberResponse::new())
}
