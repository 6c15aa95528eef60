//! Somebody sends, takes back, uploads or pokes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, Step, StepFailure, actor, bot, read};
use crate::world::{Conversation, GroupId, MessageElement, MessageId, ROOT, Refusal, Role, Scene, UserId, World};

pub(super) const SAY: Step = Step {
    name: "say",
    what: "somebody says something to an account, or in a group: a text, or a message as an action takes it (segments, \
           or a string with codes)",
    takes: &["text or message", "from?", "to?", "group?"],
    run: say,
};

pub(super) const ANONYMOUS_SAY: Step = Step {
    name: "anonymous_say",
    what: "somebody says something in a group from behind a mask",
    takes: &["text", "group", "from?"],
    run: anonymous_say,
};

pub(super) const RECALL: Step = Step {
    name: "recall",
    what: "a message is taken back; without `message` it is the one with the number in the group, or between the two",
    takes: &["message?", "group?", "from?", "to?", "number?", "by?"],
    run: recall,
};

pub(super) const UPLOAD_FILE: Step = Step {
    name: "upload_file",
    what: "a member puts a file into a group",
    takes: &["group", "name", "user?", "size?"],
    run: upload_file,
};

pub(super) const POKE: Step = Step {
    name: "poke",
    what: "somebody pokes somebody, in a group or between the two alone",
    takes: &["group?", "user?", "target?"],
    run: poke,
};

pub(super) const RECALL_POKE: Step = Step {
    name: "recall_poke",
    what: "somebody takes a poke back, in a group or between the two alone",
    takes: &["group?", "user?", "target?"],
    run: recall_poke,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: Option<String>,
    message: Option<Value>,
    from: Option<UserId>,
    to: Option<UserId>,
    group: Option<GroupId>,
}

fn say(Stage { world, reader }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let say: Say = read(params)?;
    let from = say.from.unwrap_or_else(|| actor(world));
    let elements = match (say.text, say.message) {
        (Some(text), None) => vec![MessageElement::Text(text)],
        (None, Some(message)) => {
            let reader = reader.ok_or_else(|| {
                StepFailure::Params("no account is served, so that nobody knows how `message` is written".to_owned())
            })?;
            reader.read(world, from, message).map_err(StepFailure::Params)?
        }
        _ => return Err(StepFailure::Params("give `text` or `message`".to_owned())),
    };
    sent(world, from, say.to, say.group, elements)
}

fn sent(
    world: &mut World,
    from: UserId,
    to: Option<UserId>,
    group: Option<GroupId>,
    elements: Vec<MessageElement>,
) -> Result<Value, StepFailure> {
    let scene = match (group, to) {
        (Some(_), Some(_)) => return Err(StepFailure::Params("give `to` or `group`, not both".to_owned())),
        (Some(group), None) => {
            world.group_as(from, group)?;
            Scene::Group { group, mask: None }
        }
        (None, to) => private(world, from, to.unwrap_or_else(|| bot(world))),
    };
    let id = world.post_message(from, scene, elements)?;
    Ok(rendered(world, id))
}

fn private(world: &World, from: UserId, to: UserId) -> Scene {
    let common = world.groups_of(from).find(|group| group.members.contains_key(&to)).map(|group| group.id);
    Scene::Private { to, through: if world.are_friends(from, to) { None } else { common } }
}

pub(super) const SHOW: Step = Step {
    name: "show",
    what: "somebody shows what programs show. `kind` is markdown, xml (a card), buttons (the text is what stands on one), \
           transfer (a flash transfer of a file with the text as its name), sticker (one out of the shop, with the text \
           where the picture is not) or poke (an animated one, the text being the number of its kind)",
    takes: &["kind", "text", "from?", "to?", "group?"],
    run: show,
};

/// What a program shows, as a step states it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    Markdown,
    Xml,
    Buttons,
    Transfer,
    Sticker,
    Poke,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Show {
    kind: Shown,
    text: String,
    from: Option<UserId>,
    to: Option<UserId>,
    group: Option<GroupId>,
}

fn show(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let show: Show = read(params)?;
    let from = show.from.unwrap_or_else(|| actor(world));
    let element = match show.kind {
        Shown::Markdown => MessageElement::Markdown(show.text),
        Shown::Xml => MessageElement::Xml(show.text),
        Shown::Sticker => MessageElement::Sticker {
            package: 231_182,
            id: "sticker-0001".to_owned(),
            key: "made-up".to_owned(),
            summary: show.text,
        },
        Shown::Poke if !show.text.is_empty() && show.text.bytes().all(|byte| byte.is_ascii_digit()) => {
            MessageElement::Poke { kind: show.text, id: "-1".to_owned() }
        }
        Shown::Poke => return Err(StepFailure::Params("the text of a poke is a number".to_owned())),
        Shown::Buttons => MessageElement::Buttons(vec![show.text]),
        Shown::Transfer => {
            let file = format!("https://example.com/flash/{}", show.text);
            MessageElement::Parcel(world.send_parcel(from, &show.text, &[file])?.id)
        }
    };
    sent(world, from, show.to, show.group, vec![element])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnonymousSay {
    text: String,
    group: GroupId,
    from: Option<UserId>,
}

fn anonymous_say(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let say: AnonymousSay = read(params)?;
    let accounts: Vec<UserId> = world.accounts().collect();
    let room = world.group_mut(say.group)?;
    room.anonymity = true;
    room.masks.values_mut().for_each(|mask| mask.silenced_until = 0);
    let nameless = |user: UserId, role: Role| role == Role::Member && !accounts.contains(&user);
    let somebody = room.members.values().find(|member| nameless(member.user, member.role)).map(|member| member.user);
    let from = say.from.or(somebody).ok_or(Refusal::OutOfRange("nobody is there to say it".to_owned()))?;
    let mask = Some(world.mask(say.group, from)?);
    let id = world.post_message(from, Scene::Group { group: say.group, mask }, vec![MessageElement::Text(say.text)])?;
    Ok(rendered(world, id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recall {
    message: Option<i32>,
    group: Option<GroupId>,
    from: Option<UserId>,
    to: Option<UserId>,
    number: Option<i64>,
    by: Option<UserId>,
}

fn recall(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let recall: Recall = read(params)?;
    let message = match (recall.message, recall.number) {
        (Some(number), None) => {
            world.any_message(world.message_id(bot(world), number)).ok_or(Refusal::NoSuchMessage(number))?
        }
        (None, Some(number)) => {
            let from = recall.from.unwrap_or_else(|| actor(world));
            let to = recall.to.unwrap_or_else(|| bot(world));
            let conversation = recall.group.map_or(Conversation::between(from, to), Conversation::Group);
            world.numbered(from, conversation, number)?
        }
        _ => return Err(StepFailure::Params("give `message` or `number`".to_owned())),
    };
    let (id, by) = (message.id, recall.by.unwrap_or(message.sender.user));
    world.retract(id, by)?;
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadFile {
    group: GroupId,
    name: String,
    user: Option<UserId>,
    size: Option<u32>,
}

/// What is in a file is made up when somebody fetches it, so that it cannot be endless.
const LARGEST: u32 = 16 * 1024 * 1024;

fn upload_file(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let file: UploadFile = read(params)?;
    let user = file.user.unwrap_or_else(|| actor(world));
    let size = file.size.unwrap_or(1_024);
    if size > LARGEST {
        return Err(StepFailure::Params(format!("a file has at most {LARGEST} bytes")));
    }
    let id = world.upload(file.group, user, &file.name, (size.into(), None), ROOT)?;
    Ok(json!({ "file": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Poke {
    group: Option<GroupId>,
    user: Option<UserId>,
    target: Option<UserId>,
}

fn poke(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let (group, user, target) = poke_in(world, params)?;
    world.poke(group, user, target)?;
    Ok(Value::Null)
}

fn recall_poke(Stage { world, .. }: &mut Stage<'_>, params: Value) -> Result<Value, StepFailure> {
    let (group, user, target) = poke_in(world, params)?;
    world.take_poke_back(group, user, target)?;
    Ok(Value::Null)
}

fn poke_in(world: &World, params: Value) -> Result<(Option<GroupId>, UserId, UserId), StepFailure> {
    let poke: Poke = read(params)?;
    Ok((poke.group, poke.user.unwrap_or_else(|| actor(world)), poke.target.unwrap_or_else(|| bot(world))))
}

/// What a step reports of what was sent: the id that the first account knows it by, the one that each account does, and its
/// number in the conversation, by which some dialects know it.
fn rendered(world: &World, id: MessageId) -> Value {
    let ids = world.accounts().map(|account| (account.to_string(), world.number_for(account, id).into()));
    json!({
        "message": world.number_for(bot(world), id),
        "ids": ids.collect::<serde_json::Map<_, _>>(),
        "number": world.any_message(id).map(|message| message.number),
    })
}
