//! Files that somebody hands over or uploads.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::SEGMENT_TYPE;
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};
use serde_json::Value;

use super::rules;
use crate::check_context::CheckContext;
use crate::checks::segment::message_event;
use crate::checks::subscriptions::{EventMatch, EventSubscriptions, is_event, wait_for_event};
use crate::checks::trigger::{can_fire, fire};
use crate::contract::Contract;
use crate::not_passed::{CheckResult, Violation, untestable};

rules! {
    "delivery/file-message" Send file_message,
        "a file from the second account or through the control URL" "第二个账号或模拟环境中的成员发送文件" => "a message with the file, and its upload event" "收到含该文件的消息，以及文件上传事件";
}

/// Whether a kind of identifier is that of a file, or of files.
fn is_file(kind: &str) -> bool {
    ["media", "group-file", "private-file", "flash-set"].contains(&kind)
}

/// The events that report a file which nobody sent, each with what makes it happen.
fn uploads(contract: &Contract) -> Vec<(Event, Trigger)> {
    let reports_file = |event: &Event| contract.dialect().kinds_at(&event.data).iter().any(|it| is_file(&it.kind));
    let reported = contract.events().filter(|event| !contract.carries_message(event) && reports_file(event));
    let made = |event: &Event| {
        let by = |trigger: &&Trigger| matches!(trigger.by, TriggerBy::Actor | TriggerBy::World);
        event.triggers.iter().filter(by).map(|trigger| (event.clone(), trigger.clone())).collect::<Vec<_>>()
    };
    reported.flat_map(made).collect()
}

/// The segments that hold a file and nothing else that is reported of it.
fn holds_file(contract: &Contract, kind: &str) -> bool {
    contract.segments().any(|segment| {
        let received = segment.receive.as_ref().and_then(|it| it.get("properties")?.as_object());
        segment.name == kind
            && received.is_some_and(|it| it.values().any(|field| field["x-id"].as_str().is_some_and(is_file)))
    })
}

async fn file_message(cx: &mut CheckContext) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let mut tried = false;
    for (event, trigger) in uploads(&contract) {
        if can_fire(cx, &trigger).is_err() {
            continue;
        }
        let Some(message) = message_event(&contract, trigger.params.as_ref().is_some_and(names_group)) else {
            return untestable("the dialect has no message event", "该方言没有消息事件");
        };
        let mut subscriptions = EventSubscriptions::open(cx, &[WsRole::Event]).await?;
        subscriptions.discard_pending(cx).await;
        let about = fire(cx, &event, &trigger).await?;
        let Some((connection, cursor)) = subscriptions.connections.first() else { continue };
        // Its own event: that it comes is the business of another check, but here it shows that it was reported at all.
        let own = wait_for_event(cx, connection, *cursor, &event, &about).await;
        let holds = |document: &Value| {
            let segments = contract.message_in(document).map(|it| contract.segments_of(it)).unwrap_or_default();
            let kinds = segments.iter().filter_map(|it| it.get(SEGMENT_TYPE)?.as_str());
            is_event(&contract, message, document) && kinds.into_iter().any(|kind| holds_file(&contract, kind))
        };
        let sent = connection.event(*cursor, cx.event_timeout(), holds).await;
        let missing = match (&own, &sent) {
            (EventMatch::None(_), Err(_)) => continue,
            (EventMatch::None(_), Ok(_)) => &event.name,
            (_, Err(_)) => &message.name,
            _ => {
                tried = true;
                continue;
            }
        };
        let reported = connection.since(*cursor).pop();
        let evidence = reported.map(|frame| Arc::new(connection.evidence_of(&frame)));
        let violation = Violation::new(Text::both(
            format!("the file came only once: {missing} did not come"),
            format!("文件只推送了一次：没有收到 {missing}"),
        ));
        return match &evidence {
            Some(evidence) => violation.with_evidence(evidence).into_failure(),
            None => violation.into_failure(),
        };
    }
    if tried { Ok(()) } else { untestable("no file came", "没有收到文件") }
}

fn names_group(params: &Value) -> bool {
    params.to_string().contains("\"$group\"")
}
