//! Friends, strangers and those who want to be friends.

use botspec_bindings::Empty;
use botspec_bindings::onebot11::actions::{GetFriendList, GetStrangerInfo, SendLike, SetFriendAddRequest};
use botspec_bindings::onebot11::types::{FriendInfo, StrangerInfo};

use crate::answer::Failure;
use crate::onebot11::people::{number, sex};
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<GetFriendList>(handlers, get_friend_list);
    table::add::<GetStrangerInfo>(handlers, get_stranger_info);
    table::add::<SendLike>(handlers, send_like);
    table::add::<SetFriendAddRequest>(handlers, set_friend_add_request);
}

fn get_friend_list(context: &mut Context<'_>, _: GetFriendList) -> Result<Vec<FriendInfo>, Failure> {
    let friends = &context.world.person(context.served.account)?.friends;
    let told = friends.iter().map(|(user, remark)| {
        let person = context.world.person(*user)?;
        Ok(FriendInfo::new(person.id, &person.nickname, remark))
    });
    told.collect()
}

fn get_stranger_info(context: &mut Context<'_>, action: GetStrangerInfo) -> Result<StrangerInfo, Failure> {
    let person = context.world.person(number(action.user_id.as_i64(), "user")?)?;
    Ok(StrangerInfo::new(person.id, &person.nickname, sex(person.sex), i64::from(person.age)))
}

fn send_like(context: &mut Context<'_>, action: SendLike) -> Result<Empty, Failure> {
    let to = number(action.user_id.as_i64(), "user")?;
    context.world.like(context.served.account, to, action.times.unwrap_or(1))?;
    Ok(Empty)
}

fn set_friend_add_request(context: &mut Context<'_>, action: SetFriendAddRequest) -> Result<Empty, Failure> {
    let approve = action.approve.unwrap_or(true);
    let remark = action.remark.unwrap_or_default();
    context.world.answer_friend(context.served.account, &action.flag.to_string(), approve, &remark)?;
    Ok(Empty)
}
