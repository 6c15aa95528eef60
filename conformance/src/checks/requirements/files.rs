//! Files that somebody hands over or uploads.

use std::sync::Arc;

use botspec_reports::record::Text;
use botspec_schema::SEGMENT_TYPE;
use botspec_schema::model::{Event, Trigger, TriggerBy, WsRole};
use serde_json::Value;

use super::rules;
use crate::checks::listen::{Ears, Heard, hear, is_event};
use crate::checks::provoke::{feasible, pull};
use crate::checks::segment::message_event;
use crate::contract::Contract;
use crate::probe::{Broken, Judged, Probe, untestable};

rules! {
    "delivery/file-message" Send file_message,
        "a file from the second account, or from somebody in the simulated world" "第二个账号或模拟环境中的成员发送文件" => "a message that holds it, and the event of its upload" "收到含该文件的消息，以及文件上传事件";
}

/// The events that tell a file which nobody said, each with what makes it happen.
fn uploads(contract: &Contract) -> Vec<(Event, Trigger)> {
    let tells_file = |event: &Event| event.data.to_string().contains("\"x-id\":\"file\"");
    let told = contract.events().filter(|event| !contract.tells_message(event) && tells_file(event));
    let made = |event: &Event| {
        let by = |trigger: &&Trigger| matches!(trigger.by, TriggerBy::Actor | TriggerBy::World);
        event.triggers.iter().filter(by).map(|trigger| (event.clone(), trigger.clone())).collect::<Vec<_>>()
    };
    told.flat_map(made).collect()
}

/// The segments that hold a file and nothing else that is told of it.
fn holds_file(contract: &Contract, kind: &str) -> bool {
    contract.segments().any(|segment| {
        let received = segment.receive.as_ref().and_then(|it| it.get("properties")?.as_object());
        segment.name == kind && received.is_some_and(|it| it.values().any(|field| field["x-id"] == "file"))
    })
}

async fn file_message(probe: &mut Probe) -> Judged {
    let contract = Arc::clone(probe.cx.gate.contract());
    let mut tried = false;
    for (event, trigger) in uploads(&contract) {
        if feasible(probe, &trigger).is_err() {
            continue;
        }
        let Some(message) = message_event(&contract, trigger.params.as_ref().is_some_and(names_group)) else {
            return untestable("the dialect has no event that tells a message", "该方言没有消息事件");
        };
        let mut ears = Ears::open(probe, &[WsRole::Event]).await?;
        ears.forget(probe).await;
        pull(probe, &event, &trigger).await?;
        let Some((line, mark)) = ears.lines.first() else { continue };
        // Its own event: that it comes is the business of another check, but here it shows that it was told at all.
        let own = hear(probe, line, *mark, &event).await;
        let holds = |document: &Value| {
            let segments = contract.message_in(document).map(|it| contract.segments_of(it)).unwrap_or_default();
            let kinds = segments.iter().filter_map(|it| it.get(SEGMENT_TYPE)?.as_str());
            is_event(&contract, message, document) && kinds.into_iter().any(|kind| holds_file(&contract, kind))
        };
        let said = line.event(*mark, probe.event_timeout(), holds).await;
        let missing = match (&own, &said) {
            (Heard::Nothing(_), Err(_)) => continue,
            (Heard::Nothing(_), Ok(_)) => &event.name,
            (_, Err(_)) => &message.name,
            _ => {
                tried = true;
                continue;
            }
        };
        let told = line.since(*mark).pop();
        let shown = told.map(|frame| Arc::new(line.shows_frame(&frame)));
        let broken = Broken::new(Text::both(
            format!("the file was told once alone: {missing} did not come"),
            format!("文件只推送了一次：没有收到 {missing}"),
        ));
        return match &shown {
            Some(shown) => broken.shown_by(shown).stop(),
            None => broken.stop(),
        };
    }
    if tried { Ok(()) } else { untestable("no file was told", "没有收到文件") }
}

fn names_group(params: &Value) -> bool {
    params.to_string().contains("\"$group\"")
}
