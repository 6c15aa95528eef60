//! Numbers of messages, and lists that are told page by page.

use std::sync::Arc;

use botspec_reports::record::Text;
use serde_json::{Map, Value};

use super::{rules, unlike};
use crate::checks::talk::{self, Room};
use crate::contract::Paged;
use crate::exchange::Exchange;
use crate::probe::{Broken, Judged, Probe, untestable};

rules! {
    "message/sequence" Send sequence,
        "three messages in one conversation" "在同一会话中发送三条消息" => "each has a larger number than the one before" "编号依次增大";
    "message/history-order" Send history_order,
        "three messages, then a page of the conversation" "发送三条消息后读取历史" => "messages by rising numbers" "按编号升序返回";
    "message/history-limit" Send history_limit,
        "three messages, then a page of two" "发送三条消息后读取两条历史" => "two messages at most" "最多两条消息";
    "message/history-start" Send history_start,
        "three messages, then a page from the second one back" "发送三条消息后从第二条往前读取历史" => "the second message and those before it" "第二条及其之前的消息";
    "message/notifications-order" Read notifications_order,
        "a page of notifications" "读取一页群通知" => "notifications by falling numbers" "按编号降序返回";
}

/// How many messages are said.
const SAID: usize = 3;

/// Says some messages in one place, and gives their ids in the order in which they were said.
async fn said(probe: &mut Probe) -> Judged<(Room, Vec<Value>)> {
    let room = Room::any(probe)?;
    let mut ids = Vec::new();
    for number in 0..SAID {
        let message = talk::text(probe.contract(), &format!("botspec number {number}"));
        ids.push(talk::said(probe, &room, &message, None).await?);
    }
    Ok((room, ids))
}

/// Whether numbers rise from each to the next; what is no number does not.
fn rise<'v>(ids: impl IntoIterator<Item = &'v Value>) -> bool {
    let numbers: Vec<Option<i64>> = ids.into_iter().map(Value::as_i64).collect();
    numbers.iter().all(Option::is_some) && numbers.windows(2).all(|pair| pair[0] < pair[1])
}

fn listed(ids: &[Value]) -> Text {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ").into()
}

async fn sequence(probe: &mut Probe) -> Judged {
    let (_, ids) = said(probe).await?;
    if rise(&ids) {
        return Ok(());
    }
    Broken::new(unlike(("rising numbers", "递增的编号"), &listed(&ids))).stop()
}

/// A page of history after some messages were said, with those messages.
struct Page {
    said: Vec<Value>,
    told: Vec<Value>,
    shown: Arc<Exchange>,
}

/// Puts into parameters which page is asked for, by the ids of what was said; nothing where the dialect cannot say it.
type AskForPage = fn(&Paged, &[Value], &mut Map<String, Value>) -> Option<()>;

async fn page(probe: &mut Probe, ask: AskForPage) -> Judged<Page> {
    let Some(role) = probe.contract().roles().history.clone() else {
        return untestable("the dialect tells no history page by page", "该方言不分页提供历史消息");
    };
    let (room, said) = said(probe).await?;
    let mut params = role.params(&room.to, room.is_group);
    if ask(&role, &said, &mut params).is_none() {
        return untestable("the action has no such parameter", "该动作没有这个参数");
    }
    let shown = probe.call(&role.action, &Value::Object(params)).await?;
    let told = role.ids(&probe.needed(&role.action, &shown)?);
    if told.is_empty() {
        return Broken::new(Text::both("the history is empty", "历史消息为空")).shown_by(&shown).untestable();
    }
    Ok(Page { said, told, shown })
}

async fn history_order(probe: &mut Probe) -> Judged {
    let page = page(probe, |_, _, _| Some(())).await?;
    if rise(&page.told) {
        return Ok(());
    }
    Broken::new(unlike(("rising numbers", "递增的编号"), &listed(&page.told))).shown_by(&page.shown).stop()
}

/// How many messages are asked for, where fewer are than there must be.
const FEW: usize = 2;

async fn history_limit(probe: &mut Probe) -> Judged {
    let page = page(probe, |role, _, params| {
        params.insert(role.limit.clone()?, FEW.into());
        Some(())
    })
    .await?;
    if page.told.len() <= FEW {
        return Ok(());
    }
    Broken::new(unlike(("two messages at most", "最多两条消息"), &listed(&page.told))).shown_by(&page.shown).stop()
}

async fn history_start(probe: &mut Probe) -> Judged {
    let page = page(probe, |role, said, params| {
        params.insert(role.start.clone()?, said[1].clone());
        Some(())
    })
    .await?;
    let number = |id: &Value| id.as_i64();
    let newest = page.told.iter().max_by_key(|id| number(id));
    if newest == page.said.get(1) {
        return Ok(());
    }
    let wanted = format!("{} as the newest", page.said[1]);
    let wanted_zh = format!(" {} 为最新一条", page.said[1]);
    Broken::new(unlike((&wanted, &wanted_zh), &listed(&page.told))).shown_by(&page.shown).stop()
}

async fn notifications_order(probe: &mut Probe) -> Judged {
    let Some(role) = probe.contract().roles().notifications.clone() else {
        return untestable("the dialect tells no notifications page by page", "该方言不分页提供群通知");
    };
    let shown = probe.call(&role.action, &Value::Object(role.params(&Value::Null, true))).await?;
    let ids = role.ids(&probe.needed(&role.action, &shown)?);
    if ids.len() < 2 {
        return untestable("there are less than two notifications", "群通知少于两条");
    }
    if rise(ids.iter().rev()) {
        return Ok(());
    }
    Broken::new(unlike(("falling numbers", "递减的编号"), &listed(&ids))).shown_by(&shown).stop()
}
