//! Numbers of messages, and lists that are reported page by page.

use std::sync::Arc;

use botspec_reports::record::Text;
use serde_json::{Map, Value};

use super::{mismatch, rules};
use crate::check_context::{CheckContext, CheckResult, Violation, untestable};
use crate::checks::messages::{self, Conversation};
use crate::contract::PagedRole;
use crate::exchange::Exchange;

rules! {
    "message/sequence" Send sequence,
        "three messages in one conversation" "在同一会话中发送三条消息" => "each has a larger sequence number than the previous one" "编号依次增大";
    "message/history-order" Send history_order,
        "three messages, then a page of the conversation" "发送三条消息后读取历史" => "messages by ascending sequence number" "按编号升序返回";
    "message/history-limit" Send history_limit,
        "three messages, then a page of two" "发送三条消息后读取两条历史" => "two messages at most" "最多两条消息";
    "message/history-start" Send history_start,
        "three messages, then a page from the second one back" "发送三条消息后从第二条往前读取历史" => "the second message and earlier ones" "第二条及其之前的消息";
    "message/notifications-order" Read notifications_order,
        "a page of notifications" "读取一页群通知" => "notifications by descending sequence number" "按编号降序返回";
}

/// How many messages are sent.
const SAID: usize = 3;

/// Sends some messages in one place, and gives their ids in the order in which they were sent.
async fn two_messages(cx: &mut CheckContext) -> CheckResult<(Conversation, Vec<Value>)> {
    let conversation = Conversation::any(cx)?;
    let mut ids = Vec::new();
    for number in 0..SAID {
        let message = messages::text(cx.contract(), &format!("botspec number {number}"));
        ids.push(messages::send_accepted(cx, &conversation, &message, None).await?);
    }
    Ok((conversation, ids))
}

/// Whether numbers rise from each to the next; what is no number does not.
fn rise<'v>(ids: impl IntoIterator<Item = &'v Value>) -> bool {
    let numbers: Vec<Option<i64>> = ids.into_iter().map(Value::as_i64).collect();
    numbers.iter().all(Option::is_some) && numbers.windows(2).all(|pair| pair[0] < pair[1])
}

fn listed(ids: &[Value]) -> Text {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ").into()
}

async fn sequence(cx: &mut CheckContext) -> CheckResult {
    let (_, ids) = two_messages(cx).await?;
    if rise(&ids) {
        return Ok(());
    }
    Violation::new(mismatch(("rising numbers", "递增的编号"), &listed(&ids))).into_failure()
}

/// A page of history after some messages were sent, with those messages.
struct Page {
    sent: Vec<Value>,
    reported: Vec<Value>,
    evidence: Arc<Exchange>,
}

/// Puts into parameters which page is asked for, by the ids of what was sent; nothing where the dialect cannot send it.
type AskForPage = fn(&PagedRole, &[Value], &mut Map<String, Value>) -> Option<()>;

async fn page(cx: &mut CheckContext, ask: AskForPage) -> CheckResult<Page> {
    let Some(role) = cx.contract().roles().history.clone() else {
        return untestable("the dialect tells no history page by page", "该方言不分页提供历史消息");
    };
    let (conversation, sent) = two_messages(cx).await?;
    let mut params = role.params(&conversation.to, conversation.is_group);
    if ask(&role, &sent, &mut params).is_none() {
        return untestable("the action has no such parameter", "该动作没有这个参数");
    }
    let evidence = cx.call(&role.action, &Value::Object(params)).await?;
    let reported = role.ids(&cx.needed(&role.action, &evidence)?);
    if reported.is_empty() {
        return Violation::new(Text::both("the history is empty", "历史消息为空"))
            .with_evidence(&evidence)
            .untestable();
    }
    Ok(Page { sent, reported, evidence })
}

async fn history_order(cx: &mut CheckContext) -> CheckResult {
    let page = page(cx, |_, _, _| Some(())).await?;
    if rise(&page.reported) {
        return Ok(());
    }
    Violation::new(mismatch(("rising numbers", "递增的编号"), &listed(&page.reported)))
        .with_evidence(&page.evidence)
        .into_failure()
}

/// How many messages are asked for, where fewer are than there must be.
const FEW: usize = 2;

async fn history_limit(cx: &mut CheckContext) -> CheckResult {
    let page = page(cx, |role, _, params| {
        params.insert(role.limit.clone()?, FEW.into());
        Some(())
    })
    .await?;
    if page.reported.len() <= FEW {
        return Ok(());
    }
    Violation::new(mismatch(("two messages at most", "最多两条消息"), &listed(&page.reported)))
        .with_evidence(&page.evidence)
        .into_failure()
}

async fn history_start(cx: &mut CheckContext) -> CheckResult {
    let page = page(cx, |role, sent, params| {
        params.insert(role.start.clone()?, sent[1].clone());
        Some(())
    })
    .await?;
    let number = |id: &Value| id.as_i64();
    let newest = page.reported.iter().max_by_key(|id| number(id));
    if newest == page.sent.get(1) {
        return Ok(());
    }
    let wanted = format!("{} as the newest", page.sent[1]);
    let wanted_zh = format!(" {} 为最新一条", page.sent[1]);
    Violation::new(mismatch((&wanted, &wanted_zh), &listed(&page.reported)))
        .with_evidence(&page.evidence)
        .into_failure()
}

async fn notifications_order(cx: &mut CheckContext) -> CheckResult {
    let Some(role) = cx.contract().roles().notifications.clone() else {
        return untestable("the dialect tells no notifications page by page", "该方言不分页提供群通知");
    };
    let evidence = cx.call(&role.action, &Value::Object(role.params(&Value::Null, true))).await?;
    let ids = role.ids(&cx.needed(&role.action, &evidence)?);
    if ids.len() < 2 {
        return untestable("there are less than two notifications", "群通知少于两条");
    }
    if rise(ids.iter().rev()) {
        return Ok(());
    }
    Violation::new(mismatch(("falling numbers", "递减的编号"), &listed(&ids))).with_evidence(&evidence).into_failure()
}
