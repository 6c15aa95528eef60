//! Names, titles, reactions, likes, and files that are offered.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, Step, StepFailure, actor, bot, read, ruler};
use crate::world::{GroupId, Offered, Refusal, UserId};

pub(super) const CARD: Step = Step {
    name: "card",
    what: "a member has another name in a group; an empty one takes it away",
    takes: &["group", "user", "name"],
    run: card,
};

pub(super) const TITLE: Step =
    Step { name: "title", what: "a member gets a special title", takes: &["group", "user", "name"], run: title };

pub(super) const RENAME: Step =
    Step { name: "rename", what: "a group gets another name", takes: &["group", "name", "operator?"], run: rename };

pub(super) const DISSOLVE: Step = Step {
    name: "dissolve",
    what: "the owner ends a group; one that has ended begins again first",
    takes: &["group"],
    run: dissolve,
};

pub(super) const ESSENCE: Step = Step {
    name: "essence",
    what: "a message of a group is put on the list of essence messages, or taken off",
    takes: &["message", "operator?", "enable?"],
    run: essence,
};

pub(super) const REACT: Step = Step {
    name: "react",
    what: "somebody reacts to a message of a group with the number of a face, or takes that back",
    takes: &["message", "face", "user?", "enable?"],
    run: react,
};

pub(super) const LIKE: Step = Step {
    name: "like",
    what: "somebody likes the profile of an account, 1 to 20 times",
    takes: &["user?", "to?", "times?"],
    run: like,
};

pub(super) const TYPING: Step = Step {
    name: "typing",
    what: "a friend types something to an account; `kind` is a number of QQ, 1 is typing",
    takes: &["user?", "to?", "kind?"],
    run: typing,
};

pub(super) const OFFER_FILE: Step = Step {
    name: "offer_file",
    what: "a friend offers a file to an account",
    takes: &["name", "user?", "to?"],
    run: offer_file,
};

pub(super) const END_OFFER: Step = Step {
    name: "end_offer",
    what: "an offer is taken or refused by whom it was made to, or cancelled. `how` is taken, refused or cancelled",
    takes: &["offer", "how"],
    run: end_offer,
};

pub(super) const NOTE: Step = Step {
    name: "note",
    what: "a grey line stands in a group, of a kind that nobody knows",
    takes: &["group", "text", "user?"],
    run: note,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Naming {
    group: GroupId,
    user: UserId,
    name: String,
}

fn card(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let card: Naming = read(params)?;
    world.name_member(card.group, card.user, &card.name)?;
    Ok(Value::Null)
}

fn title(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let title: Naming = read(params)?;
    let owner = ruler(world, title.group);
    world.set_title(title.group, title.user, owner, &title.name, None)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    group: GroupId,
    name: String,
    operator: Option<UserId>,
}

fn rename(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let rename: Rename = read(params)?;
    let operator = rename.operator.unwrap_or_else(|| ruler(world, rename.group));
    world.rename_group(rename.group, operator, &rename.name)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dissolve {
    group: GroupId,
}

fn dissolve(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let Dissolve { group } = read(params)?;
    world.begin_again(group);
    let owner = world.group(group)?.owner();
    let owner = owner.ok_or_else(|| Refusal::OutOfRange("nobody owns it".to_owned()))?;
    world.leave(group, owner, true)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Essence {
    message: i32,
    operator: Option<UserId>,
    enable: Option<bool>,
}

fn essence(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let essence: Essence = read(params)?;
    let message = world.message_id(bot(world), essence.message);
    let group = match world.any_message(message).map(|message| &message.scene) {
        Some(crate::world::Scene::Group { group, .. }) => *group,
        _ => return Err(Refusal::NoSuchMessage(essence.message).into()),
    };
    let operator = essence.operator.unwrap_or_else(|| ruler(world, group));
    world.set_essence(operator, message, essence.enable.unwrap_or(true))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct React {
    message: i32,
    face: u32,
    user: Option<UserId>,
    enable: Option<bool>,
}

fn react(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let react: React = read(params)?;
    let user = react.user.unwrap_or_else(|| actor(world));
    let message = world.message_id(bot(world), react.message);
    world.react(user, message, react.face.to_string().as_str().into(), react.enable.unwrap_or(true))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Like {
    user: Option<UserId>,
    to: Option<UserId>,
    times: Option<i64>,
}

fn like(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let like: Like = read(params)?;
    let (from, to) = (like.user.unwrap_or_else(|| actor(world)), like.to.unwrap_or_else(|| bot(world)));
    world.like(from, to, like.times.unwrap_or(1))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    user: Option<UserId>,
    to: Option<UserId>,
    kind: Option<i64>,
}

fn typing(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let typing: Typing = read(params)?;
    let (from, to) = (typing.user.unwrap_or_else(|| actor(world)), typing.to.unwrap_or_else(|| bot(world)));
    world.type_to(from, to, typing.kind.unwrap_or(1))?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferFile {
    name: String,
    user: Option<UserId>,
    to: Option<UserId>,
}

fn offer_file(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let offer: OfferFile = read(params)?;
    let (from, to) = (offer.user.unwrap_or_else(|| actor(world)), offer.to.unwrap_or_else(|| bot(world)));
    let (offer, sent) = world.offer(from, to, &offer.name, false)?;
    Ok(json!({ "offer": offer.message, "message": world.number_for(bot(world), sent) }))
}

/// How an offer ends, as a step states it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    Taken,
    Refused,
    Cancelled,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndOffer {
    offer: String,
    how: How,
}

fn end_offer(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let end: EndOffer = read(params)?;
    let offer = world.an_offer(&end.offer).ok_or_else(|| Refusal::NoSuch("offer", end.offer.clone()))?.clone();
    let (by, other, how) = match end.how {
        How::Taken => (offer.to, offer.from, Offered::Taken),
        How::Refused => (offer.to, offer.from, Offered::Refused),
        How::Cancelled => (offer.from, offer.to, Offered::Cancelled),
    };
    world.end_offer(by, other, &end.offer, how)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    group: GroupId,
    text: String,
    user: Option<UserId>,
}

fn note(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let note: Note = read(params)?;
    let user = note.user.unwrap_or_else(|| actor(world));
    world.note(note.group, user, &note.text)?;
    Ok(Value::Null)
}
