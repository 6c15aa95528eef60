//! Who and what there is, for testers who look at the world from outside.

use std::sync::Arc;

use botspec_schema::model::Transport;
use serde_json::{Map, Value, json};

use crate::fixtures::Fixtures;
use crate::served::{Open, ServedAccount};
use crate::shared::SharedWorld;
use crate::world::{Group, Message, Person, Request, Role, Scene, UserId, World};

/// Of the messages, so many of the newest are shown.
const MESSAGES: usize = 200;

/// Accounts with their friends, requests and fixtures, everybody's names, groups with their members and files, and the
/// newest messages.
pub(super) fn describe(world: &World, served: &[(Arc<dyn ServedAccount>, Vec<Open>)]) -> Value {
    let people = world.people().filter_map(|user| world.person(user).ok());
    let mut messages: Vec<Value> =
        world.all_messages().rev().take(MESSAGES).map(|it| message(world, served, it)).collect();
    messages.reverse();
    json!({
        "time": world.now(),
        "accounts": world.accounts().map(|user| account(world, user, served)).collect::<Vec<_>>(),
        "people": people.map(person).collect::<Vec<_>>(),
        "groups": world.groups().map(|it| group(world, it)).collect::<Vec<_>>(),
        "messages": messages,
        "requests": world.open_requests().map(|(flag, it)| request(flag, it)).collect::<Vec<_>>(),
    })
}

fn account(world: &World, user: UserId, served: &[(Arc<dyn ServedAccount>, Vec<Open>)]) -> Value {
    let own = || served.iter().filter(|(bot, _)| bot.account() == user);
    // By the ids of the dialect that it is served in.
    let fixtures = own().next().map_or_else(|| Fixtures::of(world, user), |(bot, _)| bot.fixtures(world));
    let open = own().flat_map(|(bot, open)| open.iter().map(|open| transport(&**bot, open)));
    json!({
        "user": user,
        "friends": world.person(user).map(|it| it.friends.keys().copied().collect::<Vec<_>>()).unwrap_or_default(),
        "groups": world.groups_of(user).map(|group| group.id).collect::<Vec<_>>(),
        "requests": world.requests_for(user).map(|(flag, _)| flag).collect::<Vec<_>>(),
        "fixtures": fixtures.dashed(),
        "logged_in": world.is_logged_in(user),
        "served": open.collect::<Vec<_>>(),
    })
}

fn transport(bot: &dyn ServedAccount, open: &Open) -> Value {
    json!({ "dialect": bot.dialect().name(), "transport": open.wire, "url": open.url })
}

fn person(person: &Person) -> Value {
    json!({ "user": person.id, "nickname": person.nickname })
}

fn group(world: &World, group: &Group) -> Value {
    let of = |role: Role| -> Vec<UserId> {
        group.members.values().filter(|member| member.role == role).map(|member| member.user).collect()
    };
    let members = group.members.values().map(|member| {
        let muted = member.silenced_until > world.now();
        json!({
            "user": member.user,
            "role": word(member.role),
            "card": member.card,
            "title": member.title,
            "muted_until": muted.then_some(member.silenced_until),
        })
    });
    let files = group.files.iter().filter_map(|(id, stored)| {
        let file = world.file(&stored.file).ok()?;
        Some(json!({
            "id": id,
            "name": file.title,
            "size": file.size,
            "folder": stored.folder,
            "uploader": stored.uploader,
        }))
    });
    json!({
        "group": group.id,
        "name": group.name,
        "owner": group.owner(),
        "admins": of(Role::Admin),
        "members": of(Role::Member),
        "all_muted": group.silenced,
        "cards": members.collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(),
    })
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Member => "member",
    }
}

/// A message with the number that each account knows it by, and as the first served account of those who see it would
/// read it.
fn message(world: &World, served: &[(Arc<dyn ServedAccount>, Vec<Open>)], message: &Message) -> Value {
    let readers = world.accounts().filter(|account| world.can_see(*account, message));
    let ids: Map<String, Value> =
        readers.map(|account| (account.to_string(), world.number_for(account, message.id).into())).collect();
    let (group, to) = match message.scene {
        Scene::Group { group, .. } => (Some(group), None),
        Scene::Private { to, .. } => (None, Some(to)),
    };
    let bot = served.iter().map(|(bot, _)| bot).find(|bot| world.can_see(bot.account(), message));
    json!({
        "ids": ids,
        "number": message.number,
        "time": message.time,
        "from": message.sender.user,
        "group": group,
        "to": to,
        "text": message.elements.iter().map(crate::plain_text::shown).collect::<String>(),
        "message": bot.map(|bot| bot.written(world, message)),
        "recalled": message.recalled,
    })
}

fn request(flag: &str, request: &Request) -> Value {
    match request {
        Request::Friend { from, to, comment } => {
            json!({ "flag": flag, "kind": "friend", "from": from, "to": to, "comment": comment })
        }
        Request::Join { group, user, comment } => {
            json!({ "flag": flag, "kind": "join", "group": group, "from": user, "comment": comment })
        }
        Request::Invitation { group, inviter, user } => {
            json!({ "flag": flag, "kind": "invitation", "group": group, "from": inviter, "to": user })
        }
        Request::Introduction { group, inviter, user } => {
            json!({ "flag": flag, "kind": "introduction", "group": group, "from": inviter, "for": user })
        }
    }
}

/// Who is connected to the served accounts, and where these are served.
pub(super) fn connections_of(world: &SharedWorld, account: Option<UserId>) -> Value {
    let (mut connections, mut open) = (Vec::new(), Vec::new());
    for (bot, transports) in world.served() {
        if account.is_some_and(|account| account != bot.account()) {
            continue;
        }
        connections.extend(bot.connected().into_iter().map(|it| {
            json!({
                "account": bot.account(),
                "dialect": bot.dialect().name(),
                "transport": it.transport,
                "role": it.role,
                "receives_events": it.receives_events,
            })
        }));
        open.extend(transports.iter().map(|it| {
            let mut entry = transport(&*bot, it);
            entry["account"] = bot.account().into();
            entry
        }));
    }
    json!({ "connections": connections, "served": open })
}

/// Whether somebody is among them who receives events. Of a webhook nobody knows until somebody listens there.
pub(super) fn receives(connections: &Value) -> bool {
    let all = connections["connections"].as_array();
    let there = |it: &Value| it["receives_events"] == true && it["transport"] != json!(Transport::Webhook);
    all.is_some_and(|all| all.iter().any(there))
}
