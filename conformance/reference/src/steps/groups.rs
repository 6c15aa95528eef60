//! What happens to members of a group.

use serde::Deserialize;
use serde_json::Value;

use super::{Stage, Step, StepFailure, actor, read, ruler};
use crate::world::{Entry, GroupId, Honor, UserId};

pub(super) const MEMBER_JOIN: Step = Step {
    name: "member_join",
    what: "somebody comes into a group; a member leaves first. `how` is approve or invite",
    takes: &["group", "user", "operator?", "how?"],
    run: member_join,
};

pub(super) const MEMBER_LEAVE: Step =
    Step { name: "member_leave", what: "a member goes", takes: &["group", "user"], run: member_leave };

pub(super) const MEMBER_KICK: Step = Step {
    name: "member_kick",
    what: "a member is thrown out",
    takes: &["group", "user", "operator?"],
    run: member_kick,
};

pub(super) const SET_ADMIN: Step = Step {
    name: "set_admin",
    what: "a member becomes administrator, or is none any more",
    takes: &["group", "user", "enable?"],
    run: set_admin,
};

pub(super) const BAN: Step = Step {
    name: "ban",
    what: "a member is silenced for some seconds, 0 lifts it; without a user it is everybody",
    takes: &["group", "user?", "operator?", "duration?"],
    run: ban,
};

pub(super) const LUCKY_KING: Step = Step {
    name: "lucky_king",
    what: "of everybody who drew from a red packet, one drew the most",
    takes: &["group", "user", "target"],
    run: lucky_king,
};

pub(super) const HONOR: Step = Step {
    name: "honor",
    what: "a member is honoured. `type` is talkative, performer, legend, strong_newbie or emotion",
    takes: &["group", "user", "type"],
    run: honor,
};

/// How somebody came in, as a step states it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum How {
    #[default]
    Approve,
    Invite,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberJoin {
    group: GroupId,
    user: UserId,
    operator: Option<UserId>,
    #[serde(default)]
    how: How,
}

fn member_join(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let join: MemberJoin = read(params)?;
    let (entry, usual) = match join.how {
        How::Approve => (Entry::Approved, ruler(world, join.group)),
        How::Invite => (Entry::Invited, actor(world)),
    };
    world.enter(join.group, join.user, join.operator.unwrap_or(usual), entry)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberLeave {
    group: GroupId,
    user: UserId,
}

fn member_leave(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let leave: MemberLeave = read(params)?;
    world.go(leave.group, leave.user, leave.user)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberKick {
    group: GroupId,
    user: UserId,
    operator: Option<UserId>,
}

fn member_kick(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let kick: MemberKick = read(params)?;
    let owner = ruler(world, kick.group);
    let usual = if owner == kick.user { actor(world) } else { owner };
    world.go(kick.group, kick.user, kick.operator.unwrap_or(usual))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAdmin {
    group: GroupId,
    user: UserId,
    enable: Option<bool>,
}

fn set_admin(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let set: SetAdmin = read(params)?;
    world.appoint(set.group, set.user, set.enable.unwrap_or(true))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    group: GroupId,
    user: Option<UserId>,
    operator: Option<UserId>,
    duration: Option<u32>,
}

fn ban(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let ban: Ban = read(params)?;
    let operator = ban.operator.unwrap_or_else(|| ruler(world, ban.group));
    world.hush(ban.group, ban.user, operator, ban.duration.unwrap_or(60).into())?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LuckyKing {
    group: GroupId,
    user: UserId,
    target: UserId,
}

fn lucky_king(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let lucky: LuckyKing = read(params)?;
    world.lucky(lucky.group, lucky.user, lucky.target)?;
    Ok(Value::Null)
}

/// An honour, as a step states it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum HonorName {
    Talkative,
    Performer,
    Legend,
    StrongNewbie,
    Emotion,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Honoring {
    group: GroupId,
    user: UserId,
    r#type: HonorName,
}

fn honor(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let honoring: Honoring = read(params)?;
    let honor = match honoring.r#type {
        HonorName::Talkative => Honor::Talkative,
        HonorName::Performer => Honor::Performer,
        HonorName::Legend => Honor::Legend,
        HonorName::StrongNewbie => Honor::StrongNewbie,
        HonorName::Emotion => Honor::Emotion,
    };
    world.honor(honoring.group, honoring.user, honor)?;
    Ok(Value::Null)
}
