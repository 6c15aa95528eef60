//! Somebody asks for something, or becomes a friend.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, Step, StepFailure, actor, bot, read};
use crate::world::{GroupId, Request, UserId, World};

pub(super) const FRIEND_REQUEST: Step = Step {
    name: "friend_request",
    what: "somebody asks an account to be friends; friends part first",
    takes: &["user", "to?", "comment?"],
    run: friend_request,
};

pub(super) const FRIEND_ADD: Step = Step {
    name: "friend_add",
    what: "somebody becomes a friend of an account; friends part first",
    takes: &["user", "to?"],
    run: friend_add,
};

pub(super) const GROUP_REQUEST: Step = Step {
    name: "group_request",
    what: "somebody asks to come into a group; a member leaves first",
    takes: &["group", "user", "comment?"],
    run: group_request,
};

pub(super) const GROUP_INVITATION: Step = Step {
    name: "group_invitation",
    what: "a member invites an account into a group; it leaves first if it is in",
    takes: &["group", "user?", "to?"],
    run: group_invitation,
};

pub(super) const GROUP_INTRODUCTION: Step = Step {
    name: "group_introduction",
    what: "a member asks that somebody else may come into a group; a member leaves first",
    takes: &["group", "user", "by?"],
    run: group_introduction,
};

pub(super) const HEARTBEAT: Step =
    Step { name: "heartbeat", what: "every event connection gets a heartbeat now", takes: &[], run: heartbeat };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Friend {
    user: UserId,
    to: Option<UserId>,
    comment: Option<String>,
}

fn friend_request(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let friend: Friend = read(params)?;
    let to = friend.to.unwrap_or_else(|| bot(world));
    world.part(friend.user, to);
    let comment = friend.comment.unwrap_or_else(|| "May I?".to_owned());
    Ok(json!({ "flag": world.ask(Request::Friend { from: friend.user, to, comment })? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    user: UserId,
    to: Option<UserId>,
}

fn friend_add(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let add: Add = read(params)?;
    let to = add.to.unwrap_or_else(|| bot(world));
    world.part(add.user, to);
    world.befriend(to, add.user, "")?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Join {
    group: GroupId,
    user: UserId,
    comment: Option<String>,
}

fn group_request(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let join: Join = read(params)?;
    outside(world, join.group, join.user)?;
    world.group_mut(join.group)?.shut_out.remove(&join.user);
    let comment = join.comment.unwrap_or_else(|| "May I?".to_owned());
    Ok(json!({ "flag": world.ask(Request::Join { group: join.group, user: join.user, comment })? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    group: GroupId,
    user: Option<UserId>,
    to: Option<UserId>,
}

fn group_invitation(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let invitation: Invitation = read(params)?;
    let user = invitation.to.unwrap_or_else(|| bot(world));
    let inviter = invitation.user.unwrap_or_else(|| actor(world));
    outside(world, invitation.group, user)?;
    Ok(json!({ "flag": world.ask(Request::Invitation { group: invitation.group, inviter, user })? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Introduction {
    group: GroupId,
    user: UserId,
    by: Option<UserId>,
}

fn group_introduction(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let Introduction { group, user, by } = read(params)?;
    let inviter = by.unwrap_or_else(|| actor(world));
    outside(world, group, user)?;
    Ok(json!({ "flag": world.ask(Request::Introduction { group, inviter, user })? }))
}

/// Nobody asks to come in who is in.
fn outside(world: &mut World, group: GroupId, user: UserId) -> Result<(), StepFailure> {
    if world.group(group)?.members.contains_key(&user) {
        world.go(group, user, user)?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn heartbeat(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let Nothing {} = read(params)?;
    world.beat();
    Ok(Value::Null)
}
