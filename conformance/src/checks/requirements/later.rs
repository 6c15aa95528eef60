//! Calls that are answered before they are done.

use std::sync::Arc;

use botspec_reports::record::Text;
use serde_json::Value;

use super::plain::{nothing, plainest};
use super::{rules, unlike};
use crate::answer::{self, Ended};
use crate::checks::listen::{Ears, is_event};
use crate::checks::segment::message_event;
use crate::checks::talk::{self, Room};
use crate::exchange::Exchange;
use crate::probe::{Broken, Judged, Probe, untestable};

rules! {
    "envelope/async" Read deferred,
        "a call with the suffix for later" "带异步后缀的调用" => "the answer for later" "推迟执行的响应";
    "envelope/rate-limited" Read rate_limited,
        "a call with the suffix for the queue" "带限速后缀的调用" => "the answer for later" "推迟执行的响应";
    "envelope/suffix-async" Read |probe| alike(probe, Suffix::Deferred),
        "a call with the suffix for later, and the same call without it" "带异步后缀与不带后缀的同一调用" => "the same answer" "响应相同";
    "envelope/suffix-rate-limited" Read |probe| alike(probe, Suffix::RateLimited),
        "a call with the suffix for the queue, and the same call without it" "带限速后缀与不带后缀的同一调用" => "the same answer" "响应相同";
    "envelope/async-data" Read deferred_data,
        "a call for later of an action that tells something" "异步调用有返回内容的动作" => "data is null" "data 为 null";
    "envelope/async-executes" Send executes,
        "a message for later to the second account" "异步向第二个账号发送消息" => "the second account is told the message" "第二个账号收到该消息";
    "envelope/rate-limited-order" Send in_order,
        "three messages for the queue to the second account" "限速向第二个账号发送三条消息" => "they come in their order" "按顺序收到";
}

enum Suffix {
    Deferred,
    RateLimited,
}

fn named(probe: &Probe, action: &str, suffix: &Suffix) -> Judged<String> {
    match &probe.contract().file().suffixes {
        Some(suffixes) => Ok(match suffix {
            Suffix::Deferred => format!("{action}{}", suffixes.deferred),
            Suffix::RateLimited => format!("{action}{}", suffixes.rate_limited),
        }),
        None => untestable("the dialect has no such calls", "该方言没有这种调用"),
    }
}

async fn put_off(probe: &mut Probe, suffix: Suffix) -> Judged<Arc<Exchange>> {
    let action = named(probe, &plainest(probe)?, &suffix)?;
    let exchange = probe.call(&action, &nothing()).await?;
    let envelope = probe.envelope(&exchange)?;
    if answer::ended(probe.contract(), envelope) == Ended::Deferred {
        Ok(exchange)
    } else {
        let seen = answer::describe(probe.contract(), &exchange);
        Broken::new(unlike(("the answer for later", "推迟执行的响应"), &seen)).shown_by(&exchange).stop()
    }
}

async fn deferred(probe: &mut Probe) -> Judged {
    put_off(probe, Suffix::Deferred).await.map(drop)
}

async fn rate_limited(probe: &mut Probe) -> Judged {
    put_off(probe, Suffix::RateLimited).await.map(drop)
}

/// Where no call is for later, a suffix is a part of a further name.
async fn alike(probe: &mut Probe, suffix: Suffix) -> Judged {
    let action = plainest(probe)?;
    let plain = probe.need(&action, &nothing()).await?;
    let exchange = probe.call(&named(probe, &action, &suffix)?, &nothing()).await?;
    let told = probe.succeeded(&exchange)?;
    if told == plain {
        return Ok(());
    }
    let wanted = plain.to_string();
    Broken::new(unlike((&wanted, &wanted), &told.to_string().into())).shown_by(&exchange).stop()
}

async fn deferred_data(probe: &mut Probe) -> Judged {
    let action = named(probe, &plainest(probe)?, &Suffix::Deferred)?;
    let exchange = probe.call(&action, &nothing()).await?;
    let envelope = probe.envelope(&exchange)?;
    match answer::data(envelope) {
        Some(Value::Null) => Ok(()),
        told => {
            let seen = told.map_or_else(|| "no data at all".to_owned(), ToString::to_string);
            Broken::new(unlike(("null as data", "data 为 null"), &seen.into())).shown_by(&exchange).stop()
        }
    }
}

/// Has messages put off to the second account, and gives the words in the order in which it is told them.
async fn sent_and_heard(probe: &mut Probe, suffix: Suffix, words: &[&str]) -> Judged<Vec<String>> {
    let room = Room::actor(probe)?;
    let action = named(probe, &room.say.action, &suffix)?;
    let mut ears = Ears::of_actor(probe).await?;
    ears.forget(probe).await;
    for word in words {
        let message = talk::text(probe.contract(), word);
        let exchange = probe.call(&action, &room.params(&message, None)).await?;
        let ended = exchange.json().map(|envelope| answer::ended(probe.contract(), envelope));
        if !matches!(ended, Some(Ended::Deferred | Ended::Ok)) {
            let seen = answer::describe(probe.contract(), &exchange);
            return Broken::new(seen).shown_by(&exchange).untestable();
        }
    }
    let contract = Arc::clone(probe.cx.gate.contract());
    let Some(event) = message_event(&contract, false) else {
        return untestable("the dialect has no event that tells a message", "该方言没有消息事件");
    };
    let mut heard: Vec<String> = Vec::new();
    if let Some((line, mark)) = ears.lines.first() {
        let _ = line
            .event(*mark, probe.event_timeout(), |document| {
                if is_event(&contract, event, document) {
                    let segments = contract.message_in(document).map(|message| contract.segments_of(message));
                    let text = segments.and_then(|segments| talk::words(&contract, &segments));
                    heard.extend(text.filter(|text| words.contains(&text.as_str())));
                }
                heard.len() >= words.len()
            })
            .await;
    }
    Ok(heard)
}

async fn executes(probe: &mut Probe) -> Judged {
    let heard = sent_and_heard(probe, Suffix::Deferred, &["botspec later"]).await?;
    if heard.is_empty() {
        return Broken::new(Text::both("the message never came", "消息始终没有到达")).stop();
    }
    Ok(())
}

async fn in_order(probe: &mut Probe) -> Judged {
    let words = ["botspec one", "botspec two", "botspec three"];
    let heard = sent_and_heard(probe, Suffix::RateLimited, &words).await?;
    if heard == words {
        return Ok(());
    }
    let seen = if heard.is_empty() { "nothing".to_owned() } else { heard.join(", ") };
    Broken::new(unlike((&words.join(", "), &words.join("、")), &seen.into())).stop()
}
