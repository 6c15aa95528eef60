//! Checks derived from an event: provoked in every way that the target allows, heard on every connection, valid.

use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::{Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, TriggerBy};

use super::listen::{Ears, Heard, hear};
use super::{Family, Subject, derived, provoke};
use crate::client::frames::Frame;
use crate::contract::Contract;
use crate::probe::{Broken, Judged, Probe, Stop};
use crate::unit::{Body, Order, Unit};

const DELIVERED: Family = Family {
    name: "delivered",
    should: true,
    sentence: (
        "When it happens it is told, on every connection that takes events.",
        "发生时，会在每个事件连接上收到。",
    ),
    sends: (
        "what makes it happen: an action, the second account, or a step of the simulated world",
        "触发它：调用动作、第二个账号操作，或模拟环境的步骤",
    ),
    expects: ("the event on every event connection", "每个事件连接都收到该事件"),
};

const SHAPE: Family = Family {
    name: "shape",
    should: false,
    sentence: ("It has the fields that its contract says.", "它的字段与契约一致。"),
    sends: DELIVERED.sends,
    expects: ("the event validates", "事件通过校验"),
};

const SAME: Family = Family {
    name: "same",
    should: true,
    sentence: ("It is the same on every connection.", "它在每个连接上都相同。"),
    sends: DELIVERED.sends,
    expects: ("the same event on every event connection", "各事件连接收到的事件相同"),
};

const ONCE: Family = Family {
    name: "once",
    should: true,
    sentence: ("It comes over a connection once.", "它在一个连接上只出现一次。"),
    sends: DELIVERED.sends,
    expects: ("no second event like it", "没有重复的事件"),
};

/// The place of [`ONCE`] among the checks of an event; looking for what should not come takes time.
const ONCE_AT: usize = 2;

/// Everything that follows from an event.
pub(super) fn unit(contract: &Contract, event: &Event) -> Unit {
    let (effect, spends) = provoke::cost(contract, event);
    let subject = Subject { kind: "event", name: &event.name, sources: &event.sources, effect };
    // What each connection is told for itself, and the beats of a clock, are neither equal nor all different.
    let by = |wanted: TriggerBy| event.triggers.iter().any(|trigger| trigger.by == wanted);
    let families = match (by(TriggerBy::Clock), by(TriggerBy::Connect)) {
        (true, _) => vec![&DELIVERED, &SHAPE],
        (false, true) => vec![&DELIVERED, &SHAPE, &ONCE],
        (false, false) => vec![&DELIVERED, &SHAPE, &ONCE, &SAME],
    };
    let checks: Vec<_> =
        families.iter().map(|family| derived(contract, &subject, family, Some(Transport::Ws))).collect();
    Unit { body: body(event, checks.len()), checks, order: Order::new(effect, &spends) }
}

/// The order of the verdicts is that of the families; an event may have the first of them alone.
fn body(event: &Event, count: usize) -> Body {
    let event = Arc::new(event.clone());
    Arc::new(move |probe| {
        let event = Arc::clone(&event);
        Box::pin(async move {
            let mut verdicts = Verdicts::default();
            let mut judged = match run(probe, &event, &mut verdicts).await {
                Ok(()) => verdicts.list(),
                Err(stop) => verdicts.or_all(&stop),
            };
            judged.truncate(count);
            judged
        })
    })
}

/// The first thing that is wrong, for each of the checks.
#[derive(Default)]
struct Verdicts {
    delivered: Option<Stop>,
    shape: Option<Stop>,
    same: Option<Stop>,
    once: Option<Stop>,
    heard: bool,
}

impl Verdicts {
    fn list(self) -> Vec<Judged> {
        let unheard = |own: Option<Stop>| match own {
            Some(stop) => Err(stop),
            None if self.heard => Ok(()),
            None => Broken::new(Text::both("the event was not heard", "没有收到该事件")).untestable(),
        };
        vec![self.delivered.map_or(Ok(()), Err), unheard(self.shape), unheard(self.once), unheard(self.same)]
    }

    /// What stops the unit stops every check that has nothing to say yet.
    fn or_all(mut self, stop: &Stop) -> Vec<Judged> {
        for verdict in [&mut self.delivered, &mut self.shape, &mut self.same, &mut self.once] {
            verdict.get_or_insert_with(|| stop.clone());
        }
        self.list()
    }
}

fn first(verdict: &mut Option<Stop>, judged: Judged) {
    if let Err(stop) = judged {
        verdict.get_or_insert(stop);
    }
}

async fn run(probe: &mut Probe, event: &Event, verdicts: &mut Verdicts) -> Judged {
    let mut why_not = None;
    let mut pulled = false;
    for trigger in &event.triggers {
        if let Err(why) = provoke::feasible(probe, trigger) {
            why_not.get_or_insert(Stop::Untestable(Box::new(Broken::new(why))));
            continue;
        }
        probe.cx.fixtures.renew();
        let mut ears = Ears::everywhere(probe).await?;
        match trigger.by {
            TriggerBy::Connect => ears.lines.iter_mut().for_each(|(line, mark)| *mark = line.beginning()),
            _ => ears.forget(),
        }
        match provoke::pull(probe, event, trigger).await {
            Ok(()) => pulled = true,
            Err(stop) => {
                why_not.get_or_insert(stop);
                continue;
            }
        }
        listen(probe, event, &ears, verdicts).await;
    }
    match (pulled, why_not) {
        (true, _) => Ok(()),
        (false, Some(stop)) => Err(stop),
        (false, None) => {
            Broken::new(Text::both("nothing is known that makes it happen", "没有已知的触发方式")).untestable()
        }
    }
}

async fn listen(probe: &mut Probe, event: &Event, ears: &Ears, verdicts: &mut Verdicts) {
    let mut told: Option<Arc<Frame>> = None;
    for (line, mark) in &ears.lines {
        let frame = match hear(probe, line, *mark, event).await {
            Heard::It(frame) | Heard::Near(frame) => frame,
            Heard::Nothing(ended) => {
                first(
                    &mut verdicts.delivered,
                    missing(line.url(), ended.as_ref().map(super::super::seen::Seen::describe)),
                );
                continue;
            }
        };
        verdicts.heard = true;
        first(&mut verdicts.shape, shape(probe, event, &frame, line.url()));
        match &told {
            None => told = Some(frame),
            Some(other) if other.seen == frame.seen => {}
            Some(other) => first(&mut verdicts.same, differing(other, &frame)),
        }
    }
    let by_clock = event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Clock);
    if told.is_some() && verdicts.once.is_none() && !by_clock && probe.wants(ONCE_AT) {
        first(&mut verdicts.once, once(probe, event, ears).await);
    }
}

fn missing(url: &str, ended: Option<Text>) -> Judged {
    let (en, zh) =
        ended.map_or_else(Default::default, |seen| (format!(" ({})", seen.en), format!("（{}）", seen.zh())));
    Broken::new(Text::both(format!("no such event came over {url}{en}"), format!("{url} 上没有收到该事件{zh}"))).stop()
}

fn shape(probe: &Probe, event: &Event, frame: &Frame, url: &str) -> Judged {
    let Some(document) = frame.seen.json() else {
        let seen = frame.seen.describe();
        return Broken::new(Text::both(
            format!("{url} told something that is no event: {}", seen.en),
            format!("{url} 收到的不是事件：{}", seen.zh()),
        ))
        .stop();
    };
    let differences = probe.contract().differences(Kind::Event, Some(&event.name), document);
    if differences.is_empty() {
        return Ok(());
    }
    Broken::new(Text::both("the event is not what the contract says", "事件与契约不符")).at(differences).stop()
}

fn differing(one: &Frame, other: &Frame) -> Judged {
    let null = serde_json::Value::Null;
    let (one, other) = (one.seen.json().unwrap_or(&null), other.seen.json().unwrap_or(&null));
    let differences = super::compare::differences(one, other, "");
    Broken::new(Text::both("two connections told it differently", "两个连接收到的内容不同")).at(differences).stop()
}

/// How long a second event may take that follows the first without reason.
pub(super) fn quiet(probe: &Probe) -> Duration {
    Duration::from_millis(if probe.gate().target().is_simulated() { 25 } else { 1_000 })
}

/// No event equal to one that came before.
async fn once(probe: &mut Probe, event: &Event, ears: &Ears) -> Judged {
    let within = quiet(probe);
    for (line, mark) in &ears.lines {
        let contract = Arc::clone(probe.cx.gate.contract());
        let mut seen: Vec<serde_json::Value> = Vec::new();
        let twice = line
            .event(*mark, within, |document| {
                let is_it = super::listen::is_event(&contract, event, document);
                let again = is_it && seen.contains(document);
                if is_it {
                    seen.push(document.clone());
                }
                again
            })
            .await;
        if let Ok(frame) = twice {
            super::listen::note(probe, line, &frame);
            return Broken::new(Text::both(
                format!("the same event came twice over {}", line.url()),
                format!("{} 上同一事件出现了两次", line.url()),
            ))
            .stop();
        }
    }
    Ok(())
}
