//! Groups as a whole.

use botspec_bindings::milky::actions::{
    QuitGroup, QuitGroupResponse, SendGroupNudge, SendGroupNudgeResponse, SetGroupAvatar, SetGroupAvatarResponse,
    SetGroupName, SetGroupNameResponse, SetGroupWholeMute, SetGroupWholeMuteResponse,
};

use crate::answer::Failure;
use crate::milky::table::{Table, given};
use crate::params::number;
use crate::protocol::Context;
use crate::world::MediaKind;

pub(super) fn add(table: &mut Table) {
    table.add::<SetGroupName>(set_group_name);
    table.add::<SetGroupAvatar>(set_group_avatar);
    table.add::<SetGroupWholeMute>(set_group_whole_mute);
    table.add::<SendGroupNudge>(send_group_nudge);
    table.add::<QuitGroup>(quit_group);
}

fn set_group_name(context: &mut Context<'_>, action: SetGroupName) -> Result<SetGroupNameResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.rename_group(group, context.served.account, &action.new_group_name)?;
    Ok(SetGroupNameResponse::new())
}

fn set_group_avatar(context: &mut Context<'_>, action: SetGroupAvatar) -> Result<SetGroupAvatarResponse, Failure> {
    context.world.may_set_up(number(action.group_id.as_i64(), "group")?, context.served.account)?;
    context.world.import(&action.image_uri, MediaKind::Image)?;
    Ok(SetGroupAvatarResponse::new())
}

fn set_group_whole_mute(
    context: &mut Context<'_>,
    action: SetGroupWholeMute,
) -> Result<SetGroupWholeMuteResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.silence_all(group, context.served.account, given(action.is_mute))?;
    Ok(SetGroupWholeMuteResponse::new())
}

fn send_group_nudge(context: &mut Context<'_>, action: SendGroupNudge) -> Result<SendGroupNudgeResponse, Failure> {
    let group = number(action.group_id.as_i64(), "group")?;
    context.world.poke(Some(group), context.served.account, number(action.user_id.as_i64(), "user")?)?;
    Ok(SendGroupNudgeResponse::new())
}

/// Whoever owns a group cannot leave it.
fn quit_group(context: &mut Context<'_>, action: QuitGroup) -> Result<QuitGroupResponse, Failure> {
    context.world.leave(number(action.group_id.as_i64(), "group")?, context.served.account, false)?;
    Ok(QuitGroupResponse::new())
}
