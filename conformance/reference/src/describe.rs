//! Who and what there is, for testers who look at the world from outside.

use serde_json::{Value, json};

use crate::fixtures::Fixtures;
use crate::world::{Group, Person, Role, UserId, World};

/// Accounts with their friends and fixtures, everybody's names, and groups with their members.
pub(crate) fn describe(world: &World) -> Value {
    let people = world.people().filter_map(|user| world.person(user).ok());
    json!({
        "time": world.now(),
        "accounts": world.accounts().map(|user| account(world, user)).collect::<Vec<_>>(),
        "people": people.map(person).collect::<Vec<_>>(),
        "groups": world.groups().map(group).collect::<Vec<_>>(),
    })
}

fn account(world: &World, user: UserId) -> Value {
    json!({
        "user": user,
        "friends": world.person(user).map(|it| it.friends.keys().copied().collect::<Vec<_>>()).unwrap_or_default(),
        "groups": world.groups_of(user).map(|group| group.id).collect::<Vec<_>>(),
        "requests": world.requests_for(user).map(|(flag, _)| flag).collect::<Vec<_>>(),
        "fixtures": Fixtures::of(world, user),
    })
}

fn person(person: &Person) -> Value {
    json!({ "user": person.id, "nickname": person.nickname })
}

fn group(group: &Group) -> Value {
    let of = |role: Role| -> Vec<UserId> {
        group.members.values().filter(|member| member.role == role).map(|member| member.user).collect()
    };
    json!({
        "group": group.id,
        "name": group.name,
        "owner": group.owner(),
        "admins": of(Role::Admin),
        "members": of(Role::Member),
    })
}
