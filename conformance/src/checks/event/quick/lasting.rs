//! What shows afterwards that a quick operation was done: a message that is gone, somebody in a list.

use std::sync::Arc;
use std::time::Instant;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::Event;
use serde_json::{Map, Value};

use super::operate::{WORDS, operate};
use super::{id_field, list_of};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::subscriptions::flush_barrier;
use crate::contract::id_text;
use crate::not_passed::{CheckResult, Violation, untestable};

pub(super) async fn takes_back(cx: &mut CheckContext, event: &Event, operation: Map<String, Value>) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let role = contract.roles().read_message.clone().filter(|role| role.place.is_none());
    let (Some(role), Some(field)) = (role, id_field(&contract, event, "message")) else {
        return untestable("messages of the dialect cannot be read again", "该方言无法重新读取消息");
    };
    let (connection, frame, _) = operate(cx, event, operation).await?;
    let id = frame.received.json().and_then(|document| document.get(&field)).cloned().unwrap_or_default();
    let params = role.params(&id, &Value::Null, false);
    // The next post comes after the answer to this one was dealt with, so that most often one look is enough.
    flush_barrier(cx, [&connection]).await;
    let until = Instant::now() + cx.event_timeout();
    loop {
        let exchange = cx.call(&role.action, &params).await?;
        if !matches!(exchange.json().map(|it| answer::call_outcome(&contract, it)), Some(CallOutcome::Ok)) {
            return Ok(());
        }
        if Instant::now() >= until {
            return Violation::new(Text::both("the message can still be read", "消息仍能读到"))
                .with_evidence(&connection.evidence_of(&frame).into())
                .into_failure();
        }
    }
}

pub(super) async fn lets_in(
    cx: &mut CheckContext,
    event: &Event,
    operation: Map<String, Value>,
    beside: Option<&str>,
) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let (Some((list, group)), Some(user)) = (list_of(&contract, event), id_field(&contract, event, "user")) else {
        return untestable("no list of the dialect shows who was let in", "没有列表能看到通过的人");
    };
    let (connection, frame, _) = operate(cx, event, operation).await?;
    let reported = |field: &str| frame.received.json().and_then(|it| it.get(field)).cloned().unwrap_or_default();
    let who = id_text(&reported(&user));
    let params = group.and_then(|group| Some((list.param.clone()?, reported(&group))));
    let params = Value::Object(params.into_iter().collect());
    flush_barrier(cx, [&connection]).await;
    let until = Instant::now() + cx.event_timeout();
    loop {
        let found = cx.need(&list.action, &params).await?;
        let is_it = |item: &&Value| item.pointer(&list.id).is_some_and(|id| id_text(id) == who);
        let item = found.pointer(&list.list).and_then(Value::as_array).into_iter().flatten().find(is_it);
        match (item, beside) {
            (Some(_), None) => return Ok(()),
            (Some(item), Some(key)) if item.get(key) == Some(&Value::from(WORDS)) => return Ok(()),
            _ if Instant::now() < until => {}
            (Some(item), Some(key)) => {
                let found = item.get(key).map_or_else(|| "nothing".to_owned(), ToString::to_string);
                return Violation::new(Text::both("what was asked for is not there", "所要求的内容没有生效"))
                    .at(vec![Difference { pointer: format!("/{key}"), expected: WORDS.to_owned(), found }])
                    .with_evidence(&connection.evidence_of(&frame).into())
                    .into_failure();
            }
            (None, _) => {
                return Violation::new(Text::both(
                    format!("{} does not name who asked", list.action),
                    format!("{} 中没有申请人", list.action),
                ))
                .with_evidence(&connection.evidence_of(&frame).into())
                .into_failure();
            }
        }
    }
}
