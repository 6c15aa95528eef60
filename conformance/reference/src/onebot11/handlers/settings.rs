//! How a group is set up. Nothing in the world depends on it and no action reports it, so all that counts is who may do it.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    SetGroupAddOption, SetGroupMemberInvitePolicy, SetGroupMemberPermissions, SetGroupNewMemberHistoryVisibility,
    SetGroupPortrait, SetGroupRobotAddOption, SetGroupSearch,
};
use botspec_bindings::napcat::types::CallResult;

use super::done;
use crate::answer::Failure;
use crate::onebot11::people::number;
use crate::onebot11::table::{NAPCAT, Table};
use crate::protocol::Context;
use crate::world::MediaKind;

pub(super) fn add(table: &mut Table) {
    table.add::<SetGroupAddOption>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupMemberInvitePolicy>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupMemberPermissions>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupNewMemberHistoryVisibility>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupRobotAddOption>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupSearch>(NAPCAT, |context, action| set(context, action.group_id.as_i64()));
    table.add::<SetGroupPortrait>(NAPCAT, set_group_portrait);
}

fn set(context: &mut Context<'_>, group: Option<i64>) -> Result<Empty, Failure> {
    context.world.may_set_up(number(group, "group")?, context.served.account)?;
    Ok(Empty)
}

fn set_group_portrait(context: &mut Context<'_>, action: SetGroupPortrait) -> Result<CallResult, Failure> {
    set(context, action.group_id.as_i64())?;
    context.world.import(&action.file, MediaKind::Image)?;
    Ok(done())
}
