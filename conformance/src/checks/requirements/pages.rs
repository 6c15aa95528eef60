//! Numbers of messages, and lists that are reported page by page.

use std::sync::Arc;

use botspec_reports::record::Text;
use serde_json::{Map, Value};

use super::{mismatch, rules};
use crate::check_context::CheckContext;
use crate::checks::messages::{self, Conversation};
use crate::contract::PagedRole;
use crate::exchange::Exchange;
use crate::not_passed::{CheckResult, Violation, untestable};

rules! {
    "message/sequence" Send sequence,
        "three messages in one conversation" "在同一会话中发送三条消息" => "each has a larger sequence number than the previous one" "编号依次增大";
    "message/history-order" Send history_order,
        "three messages, then a page of the conversation" "发送三条消息后读取历史" => "messages by ascending sequence number" "按编号升序返回";
    "message/history-limit" Send history_limit,
        "three messages, then a page of two" "发送三条消息后读取两条历史" => "two messages at most" "最多两条消息";
    "message/history-start" Send history_start,
        "three messages, then a page from the second one back" "发送三条消息后从第二条往前读取历史" => "the second message and earlier ones" "第二条及其之前的消息";
    "message/history-pages" Send history_pages,
        "messages, then pages of two, each from where the previous one ends, and one page of all" "发送消息后按每页两条逐页读取，再一次读取全部" => "the pages hold what the one page holds, each message once" "各页合起来与一次读取的相同，每条消息一次";
    "message/notifications-limit" Read notifications_limit,
        "a page of one notification" "只请求一条群通知" => "one notification at most" "最多一条";
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
        return untestable("the dialect does not page its history", "该方言不分页提供历史消息");
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
        return untestable("the dialect does not page its notifications", "该方言不分页提供群通知");
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

/// How many pages are read at most.
const PAGES: usize = 3;

async fn history_pages(cx: &mut CheckContext) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(role) = contract.roles().history.clone() else {
        return untestable("the dialect does not page its history", "该方言不分页提供历史消息");
    };
    let (Some(start), Some(limit)) = (role.start.clone(), role.limit.clone()) else {
        return untestable("the action has no such parameter", "该动作没有这个参数");
    };
    let (conversation, _) = two_messages(cx).await?;
    let (also, _) = two_messages(cx).await?;
    if also.to != conversation.to {
        return untestable("the messages went to different places", "消息发往了不同的会话");
    }
    let mut params = role.params(&conversation.to, conversation.is_group);
    params.insert(limit.clone(), (PAGES * FEW).into());
    let whole = role.ids(&cx.need(&role.action, &Value::Object(params.clone())).await?);
    params.insert(limit, FEW.into());
    let mut paged: Vec<Value> = Vec::new();
    let next_of = |data: &Value| {
        let ids = contract.resolve(&role.action).map(|call| contract.ids_at(&call.action.result, data, ""));
        let next = ids.into_iter().flatten().find(|id| id.kind == "message" && id.pointer.rfind('/') == Some(0));
        next.and_then(|id| data.pointer(&id.pointer).cloned())
    };
    for page in 0..PAGES {
        let data = cx.need(&role.action, &Value::Object(params.clone())).await?;
        let ids = role.ids(&data);
        let full = ids.len() >= FEW;
        paged.splice(0..0, ids);
        let more = page + 1 < PAGES && paged.len() < whole.len();
        match next_of(&data) {
            Some(next) => drop(params.insert(start.clone(), next)),
            None if more && full => {
                let expected = ("where the next page begins", "下一页的起点");
                return Violation::new(mismatch(expected, &listed(&paged))).into_failure();
            }
            None => break,
        }
    }
    let Some((wanted, found)) = in_common(&whole, &paged) else {
        return untestable("the pages and the one page have no message in common", "逐页读取与一次读取没有共同的消息");
    };
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (listed(wanted), listed(found));
    Violation::new(mismatch((&wanted.en, wanted.zh()), &found)).into_failure()
}

/// The part of two lists that reaches from the older of their beginnings that both have to the newest message of the first;
/// messages may come while pages are read.
fn in_common<'v>(whole: &'v [Value], paged: &'v [Value]) -> Option<(&'v [Value], &'v [Value])> {
    let (whole, paged) = match whole.iter().position(|id| Some(id) == paged.first()) {
        Some(from) => (&whole[from..], paged),
        None => (whole, &paged[paged.iter().position(|id| Some(id) == whole.first())?..]),
    };
    let end = paged.iter().rposition(|id| Some(id) == whole.last()).map_or(paged.len(), |last| last + 1);
    Some((whole, &paged[..end]))
}

async fn notifications_limit(cx: &mut CheckContext) -> CheckResult {
    let Some(role) = cx.contract().roles().notifications.clone() else {
        return untestable("the dialect does not page its notifications", "该方言不分页提供群通知");
    };
    let Some(limit) = role.limit.clone() else {
        return untestable("the action has no such parameter", "该动作没有这个参数");
    };
    let mut params = role.params(&Value::Null, true);
    params.insert(limit, 1.into());
    let evidence = cx.call(&role.action, &Value::Object(params)).await?;
    let ids = role.ids(&cx.needed(&role.action, &evidence)?);
    if ids.len() <= 1 {
        return Ok(());
    }
    Violation::new(mismatch(("one notification at most", "最多一条"), &listed(&ids)))
        .with_evidence(&evidence)
        .into_failure()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_compared_where_both_reach() {
        let list = |ids: &[i64]| ids.iter().map(|id| json!(id)).collect::<Vec<_>>();
        let same = |whole: &[i64], paged: &[i64]| {
            let (whole, paged) = (list(whole), list(paged));
            in_common(&whole, &paged).map(|(one, other)| one == other)
        };
        assert_eq!(same(&[1, 2, 3, 4], &[1, 2, 3, 4]), Some(true));
        assert_eq!(same(&[1, 2, 3, 4], &[3, 4]), Some(true), "pages were shorter");
        assert_eq!(same(&[3, 4], &[1, 2, 3, 4, 5]), Some(true), "another came meanwhile");
        assert_eq!(same(&[1, 2, 3, 4], &[2, 4]), Some(false), "a gap");
        assert_eq!(same(&[1, 2, 3, 4], &[2, 3, 3, 4]), Some(false), "a repetition");
        assert_eq!(same(&[1, 2], &[3, 4]), None);
    }
}
