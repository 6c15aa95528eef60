//! Friends, strangers and those who want to be friends.

use botspec_bindings::Empty;
use botspec_bindings::napcat::actions::{
    DeleteFriend, DeleteFriendResponse, GetDoubtFriendsAddRequest, GetDoubtFriendsAddRequestResponseItem,
    GetFriendList, GetFriendsWithCategory, GetFriendsWithCategoryResponseItem, GetStrangerInfo,
    GetStrangerInfoResponse, GetStrangerInfoResponseInit, SetDoubtFriendsAddRequest, SetFriendRemark,
};
use botspec_bindings::napcat::types::{FriendInfo, FriendInfoInit};
use botspec_bindings::onebot11::actions::{SendLike, SetFriendAddRequest};

use super::count;
use super::lookup::{Category, Known, categories, friends};
use crate::answer::Failure;
use crate::onebot11::people::{number, sex};
use crate::onebot11::table::{NAPCAT, ONEBOT11, Table, example_of};
use crate::protocol::Context;
use crate::synthetic::{REGISTERED, qid};

pub(super) fn add(table: &mut Table) {
    table.add::<GetFriendList>(NAPCAT, get_friend_list);
    table.add::<GetFriendsWithCategory>(NAPCAT, get_friends_with_category);
    table.add::<GetStrangerInfo>(NAPCAT, get_stranger_info);
    table.add::<SendLike>(ONEBOT11, send_like);
    table.add::<SetFriendAddRequest>(ONEBOT11, set_friend_add_request);
    table.add::<SetFriendRemark>(NAPCAT, set_friend_remark);
    table.add::<DeleteFriend>(NAPCAT, delete_friend);
    table.add::<GetDoubtFriendsAddRequest>(NAPCAT, get_doubt_friends_add_request);
    table.add::<SetDoubtFriendsAddRequest>(NAPCAT, set_doubt_friends_add_request);
}

fn info(known: &Known<'_>) -> FriendInfo {
    let Known { person, friend } = known;
    let mut rendered = FriendInfo::new(FriendInfoInit {
        user_id: person.id.into(),
        nickname: person.nickname.clone(),
        remark: friend.remark.clone(),
        sex: sex(person.sex),
        level: i64::from(person.level),
    });
    rendered.age = Some(i64::from(person.age));
    rendered.category_id = Some(friend.category);
    rendered
}

fn get_friend_list(context: &mut Context<'_>, _: GetFriendList) -> Result<Vec<FriendInfo>, Failure> {
    Ok(friends(context)?.iter().map(info).collect())
}

fn get_friends_with_category(
    context: &mut Context<'_>,
    _: GetFriendsWithCategory,
) -> Result<Vec<GetFriendsWithCategoryResponseItem>, Failure> {
    let rendered = |category: &Category<'_>| {
        let (id, count) = (category.id, category.count());
        let friends: Vec<FriendInfo> = category.friends.iter().map(info).collect();
        let mut rendered = GetFriendsWithCategoryResponseItem::new(id, category.name, count, friends);
        rendered.category_sort_id = Some(id);
        rendered.online_count = Some(count);
        rendered
    };
    Ok(categories(context)?.iter().map(rendered).collect())
}

fn get_stranger_info(context: &mut Context<'_>, action: GetStrangerInfo) -> Result<GetStrangerInfoResponse, Failure> {
    let person = context.world.person(number(action.user_id.as_i64(), "user")?)?;
    let friend = context.world.friend(context.served.account, person.id);
    Ok(GetStrangerInfoResponse::new(GetStrangerInfoResponseInit {
        user_id: person.id.into(),
        uid: person.uid(),
        nickname: person.nickname.clone(),
        age: i64::from(person.age),
        qid: qid(person),
        qq_level: i64::from(person.level),
        sex: sex(person.sex),
        long_nick: person.about.clone(),
        reg_time: REGISTERED,
        is_vip: false,
        is_years_vip: false,
        vip_level: 0,
        remark: friend.map(|friend| friend.remark.clone()).unwrap_or_default(),
        status: person.presence.status,
        login_days: i64::from(person.level),
    }))
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

fn set_friend_remark(context: &mut Context<'_>, action: SetFriendRemark) -> Result<Empty, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.call_friend(context.served.account, user, &action.remark)?;
    Ok(Empty)
}

fn delete_friend(context: &mut Context<'_>, action: DeleteFriend) -> Result<DeleteFriendResponse, Failure> {
    let user = number(action.user_id.as_i64(), "user")?;
    context.world.unfriend(context.served.account, user)?;
    let mut rendered = DeleteFriendResponse::new();
    rendered.result = Some(0);
    rendered.err_msg = Some(String::new());
    Ok(rendered)
}

fn get_doubt_friends_add_request(
    context: &mut Context<'_>,
    action: GetDoubtFriendsAddRequest,
) -> Result<Vec<GetDoubtFriendsAddRequestResponseItem>, Failure> {
    let pattern = example_of::<GetDoubtFriendsAddRequest, _>(NAPCAT)?;
    let doubts = context.world.doubts_for(context.served.account).take(count(action.count, 50));
    let rendered = doubts.map(|(flag, doubt)| {
        let mut rendered = pattern.clone();
        rendered.flag = Some(flag.into());
        rendered.uin = Some(doubt.from.into());
        rendered.nick = Some(context.world.person(doubt.from)?.nickname.clone());
        rendered.msg = Some(doubt.comment.clone());
        rendered.time = Some(doubt.time.to_string());
        Ok(rendered)
    });
    rendered.collect()
}

fn set_doubt_friends_add_request(
    context: &mut Context<'_>,
    action: SetDoubtFriendsAddRequest,
) -> Result<Empty, Failure> {
    let approve = action.approve.unwrap_or(true);
    context.world.answer_doubt(context.served.account, &action.flag.to_string(), approve)?;
    Ok(Empty)
}
