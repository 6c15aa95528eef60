//! What can be tried, by the ids of Milky: a message has its number in the conversation that goes with it, a request is named
//! by who asks or by its number in the book.

use serde_json::Value;

use super::requests::uid;
use crate::fixtures::Fixtures;
use crate::world::{Conversation, Request, UserId, World};

pub(super) fn of(world: &World, account: UserId, reader: UserId) -> Fixtures {
    let mut found = Fixtures::known_to(world, account, reader);
    let user = |found: &Fixtures, name: &str| found.get(name).and_then(Value::as_i64);
    let (actor, friend, member) = (user(&found, "actor"), user(&found, "friend"), user(&found, "member"));
    let group = user(&found, "group").map(Conversation::Group);
    let private = |other: Option<UserId>| other.map(|other| Conversation::between(account, other));
    let newest = |conversation: Option<Conversation>, by: Option<UserId>| {
        let sent = world.messages_in(account, conversation?).rev();
        let by = by?;
        sent.into_iter().find(|message| message.sender.user == by).map(|message| message.number)
    };
    found.replace("own_message", newest(private(friend), Some(account)));
    found.replace("actor_message", newest(private(actor), actor));
    found.replace("own_group_message", newest(group, Some(account)));
    found.replace("actor_group_message", newest(group, actor));
    found.replace("group_message", newest(group, member).or_else(|| newest(group, actor)));
    let open = |wanted: &dyn Fn(&Request) -> bool| world.requests_for(account).find(|(_, request)| wanted(request));
    let numbered = |wanted: &dyn Fn(&Request) -> bool| open(wanted).and_then(|(flag, _)| world.number_of(flag));
    let asking = open(&|request| matches!(request, Request::Friend { .. })).and_then(|(_, request)| match request {
        Request::Friend { from, .. } => Some(uid(world, *from)),
        _ => None,
    });
    let group_of = |wanted: &dyn Fn(&Request) -> bool| open(wanted).and_then(|(_, request)| request.group());
    found.replace("invitation_group", group_of(&|request| matches!(request, Request::Invitation { .. })));
    found.replace("request_group", group_of(&|request| matches!(request, Request::Join { .. })));
    found.replace("friend_request", asking);
    found.replace("group_request", numbered(&|request| matches!(request, Request::Join { .. })));
    found.replace("group_invitation", numbered(&|request| matches!(request, Request::Invitation { .. })));
    found
}
