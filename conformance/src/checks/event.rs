//! Checks derived from an event: provoked in every way that the target allows, heard over every transport, valid.

mod quick;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, TriggerBy};

use super::listen::{Ears, Heard, NEAR, hear_until};
use super::patience::{self, Patience};
use super::{Family, Subject, derived, provoke};
use crate::client::frames::{Frame, Mark};
use crate::contract::Contract;
use crate::gate::Line;
use crate::probe::{Broken, Judged, Probe, Stop};
use crate::seen::Seen;
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

/// Which checks an event has, in the order of its verdicts.
#[derive(Debug, Clone)]
struct Plan {
    /// The transports over which it comes; each has the checks of its own.
    transports: Vec<Transport>,
    /// Whether a second one like it would be wrong. The beats of a clock are all alike.
    once: bool,
    /// Whether it is the same everywhere. What each connection is told for itself is not.
    same: bool,
}

impl Plan {
    /// How many checks each transport has.
    fn each(&self) -> usize {
        if self.once { 3 } else { 2 }
    }

    /// The place of the check that an event comes once over a transport; looking for what should not come takes time.
    fn once_at(&self, transport: Transport) -> Option<usize> {
        let at = self.transports.iter().position(|it| *it == transport)?;
        self.once.then_some(at * self.each() + 2)
    }
}

/// Everything that follows from an event.
pub(super) fn units(contract: &Contract, transports: &[Transport], event: &Event) -> Vec<Unit> {
    let told = unit(contract, transports, event);
    told.into_iter().chain(quick::units(contract, transports, event)).collect()
}

/// What follows from an event being told: delivered, valid and once over each transport, and the same over all of them.
fn unit(contract: &Contract, transports: &[Transport], event: &Event) -> Option<Unit> {
    let (effect, spends) = provoke::cost(contract, event);
    let subject = Subject { kind: "event", name: &event.name, sources: &event.sources, effect };
    let by = |wanted: TriggerBy| event.triggers.iter().any(|trigger| trigger.by == wanted);
    let transports = transports.iter().copied().filter(|it| super::listen::comes_over(contract, event, *it)).collect();
    let same = !by(TriggerBy::Clock) && !by(TriggerBy::Connect);
    let plan = Plan { transports, once: !by(TriggerBy::Clock), same };
    let mut checks = Vec::new();
    for &transport in &plan.transports {
        let families = [&DELIVERED, &SHAPE, &ONCE];
        let of = |family: &&Family| derived(contract, &subject, family, Some(transport));
        checks.extend(families.iter().take(plan.each()).map(of));
    }
    if plan.same {
        checks.push(derived(contract, &subject, &SAME, None));
    }
    (!plan.transports.is_empty()).then(|| Unit {
        body: body(event, plan),
        checks,
        order: Order::new(effect, &spends).alone(),
    })
}

fn body(event: &Event, plan: Plan) -> Body {
    let (event, plan) = (Arc::new(event.clone()), Arc::new(plan));
    Arc::new(move |probe| {
        let (event, plan) = (Arc::clone(&event), Arc::clone(&plan));
        Box::pin(async move {
            let mut verdicts = Verdicts::default();
            let stopped = run(probe, &event, &plan, &mut verdicts).await.err();
            verdicts.list(&plan, stopped.as_ref())
        })
    })
}

/// The first thing that is wrong, for each of the checks.
#[derive(Default)]
struct Verdicts {
    over: BTreeMap<Transport, Over>,
    same: Option<Stop>,
}

/// The same over one transport.
#[derive(Default)]
struct Over {
    delivered: Option<Stop>,
    shape: Option<Stop>,
    once: Option<Stop>,
    heard: bool,
}

impl Over {
    /// Nothing can be said of it.
    fn stop(&mut self, stop: &Stop) {
        for verdict in [&mut self.delivered, &mut self.shape, &mut self.once] {
            verdict.get_or_insert_with(|| stop.clone());
        }
    }
}

impl Verdicts {
    fn over(&mut self, transport: Transport) -> &mut Over {
        self.over.entry(transport).or_default()
    }

    /// The verdicts in their order. What stopped all of it stops every check that has nothing to say.
    fn list(mut self, plan: &Plan, stopped: Option<&Stop>) -> Vec<Judged> {
        let mut judged = Vec::new();
        let mut all_heard = true;
        let judge = |own: Option<Stop>, heard: bool| match (own, stopped) {
            (Some(stop), _) => Err(stop),
            (None, _) if heard => Ok(()),
            (None, Some(stop)) => Err(stop.clone()),
            (None, None) => Broken::new(Text::both("the event was not heard", "没有收到该事件")).untestable(),
        };
        for transport in &plan.transports {
            let over = self.over.remove(transport).unwrap_or_default();
            all_heard &= over.heard;
            judged.push(judge(over.delivered, over.heard));
            judged.push(judge(over.shape, over.heard));
            if plan.once {
                judged.push(judge(over.once, over.heard));
            }
        }
        if plan.same {
            judged.push(judge(self.same, all_heard));
        }
        judged
    }
}

fn first(verdict: &mut Option<Stop>, judged: Judged) {
    if let Err(stop) = judged {
        verdict.get_or_insert(stop);
    }
}

async fn run(probe: &mut Probe, event: &Event, plan: &Plan, verdicts: &mut Verdicts) -> Judged {
    let mut why_not = None;
    let mut pulled = false;
    for trigger in &event.triggers {
        if let Err(why) = provoke::feasible(probe, trigger) {
            why_not.get_or_insert(Stop::Untestable(Box::new(Broken::new(why))));
            continue;
        }
        probe.cx.fixtures.renew();
        let anew = trigger.by == TriggerBy::Connect;
        let mut ears = Ears::over(probe, &plan.transports, anew).await;
        for (transport, stop) in ears.deaf.drain(..) {
            verdicts.over(transport).stop(&stop);
        }
        if anew {
            ears.lines.iter_mut().for_each(|(line, mark)| *mark = line.beginning());
        } else {
            ears.forget(probe).await;
        }
        match provoke::pull(probe, event, trigger).await {
            Ok(()) => pulled = true,
            Err(stop) => {
                why_not.get_or_insert(stop);
                continue;
            }
        }
        listen(probe, event, plan, &ears, trigger.by, verdicts).await;
    }
    match (pulled, why_not) {
        (true, _) => Ok(()),
        (false, Some(stop)) => Err(stop),
        (false, None) => {
            Broken::new(Text::both("nothing is known that makes it happen", "没有已知的触发方式")).untestable()
        }
    }
}

/// How long an event may take over a transport after its trigger. Of what the clock makes happen, that is known only for
/// heartbeats.
fn patience(probe: &Probe, transport: Transport, by: TriggerBy) -> Judged<Patience> {
    match by {
        TriggerBy::Clock => patience::first(probe, transport),
        _ => Ok(Patience { within: probe.event_timeout(), due: true }),
    }
}

async fn listen(probe: &mut Probe, event: &Event, plan: &Plan, ears: &Ears, by: TriggerBy, verdicts: &mut Verdicts) {
    let mut told: Option<(Transport, Arc<Frame>)> = None;
    let began = Instant::now();
    for (line, mark) in &ears.lines {
        let transport = line.transport();
        let patience = match patience(probe, transport, by) {
            Ok(patience) => patience,
            Err(stop) => {
                verdicts.over(transport).stop(&stop);
                continue;
            }
        };
        let frame = match hear_until(probe, line, *mark, event, began + patience.within).await {
            Heard::It(frame) | Heard::Near(frame) => frame,
            Heard::Nothing(ended) => {
                let judged = match ended {
                    None if by == TriggerBy::Clock => {
                        patience::none_came(patience, |broken| broken.shown_by(&line.shows(Seen::Empty).into()))
                    }
                    ended => missing(line.url(), ended.as_ref().map(Seen::describe)),
                };
                first(&mut verdicts.over(transport).delivered, judged);
                continue;
            }
        };
        verdicts.over(transport).heard = true;
        first(&mut verdicts.over(transport).shape, shape(probe, event, &frame, line));
        match &told {
            None => told = Some((transport, frame)),
            Some((other, earlier)) => {
                let contract = Arc::clone(probe.cx.gate.contract());
                let alike = |frame: &Frame| same(&contract, event, earlier, frame, *other != transport);
                let mut judged = alike(&frame);
                // An event of the same kind that was late may have come first.
                if judged.is_err() && line.wait(*mark, NEAR, |frame| alike(frame).is_ok()).await.is_ok() {
                    judged = Ok(());
                }
                first(&mut verdicts.same, judged);
            }
        }
    }
    if !plan.once || told.is_none() {
        return;
    }
    for (line, mark) in &ears.lines {
        let transport = line.transport();
        let wanted = plan.once_at(transport).is_some_and(|at| probe.wants(at));
        let over = verdicts.over(transport);
        if wanted && over.heard && over.once.is_none() {
            let judged = once(probe, event, line, *mark).await;
            first(&mut verdicts.over(transport).once, judged);
        }
    }
}

fn missing(url: &str, ended: Option<Text>) -> Judged {
    let (en, zh) =
        ended.map_or_else(Default::default, |seen| (format!(" ({})", seen.en), format!("（{}）", seen.zh())));
    Broken::new(Text::both(format!("no such event came over {url}{en}"), format!("{url} 上没有收到该事件{zh}"))).stop()
}

fn shape(probe: &Probe, event: &Event, frame: &Frame, line: &Line) -> Judged {
    let shown = Arc::new(line.shows_frame(frame));
    let Some(document) = frame.seen.json() else {
        let (seen, url) = (frame.seen.describe(), line.url());
        return Broken::new(Text::both(
            format!("{url} told something that is no event: {}", seen.en),
            format!("{url} 收到的不是事件：{}", seen.zh()),
        ))
        .shown_by(&shown)
        .stop();
    };
    let differences = probe.contract().differences(Kind::Event, Some(&event.name), document);
    if differences.is_empty() {
        return Ok(());
    }
    let what = Text::both("the event is not what the contract says", "事件与契约不符");
    Broken::new(what).at(differences).shown_by(&shown).stop()
}

/// Two connections have to tell the same. Across transports, what depends on when it was sent may differ.
fn same(contract: &Contract, event: &Event, one: &Frame, other: &Frame, across: bool) -> Judged {
    if one.seen == other.seen {
        return Ok(());
    }
    let null = serde_json::Value::Null;
    let (one, other) = (one.seen.json().unwrap_or(&null), other.seen.json().unwrap_or(&null));
    let differences = if across {
        super::compare::events(contract, event, one, other)
    } else {
        super::compare::differences(one, other, "")
    };
    if differences.is_empty() {
        return Ok(());
    }
    Broken::new(Text::both("two connections told it differently", "两个连接收到的内容不同")).at(differences).stop()
}

/// How long a second event may take that follows the first without reason.
pub(super) fn quiet(probe: &Probe) -> Duration {
    Duration::from_millis(if probe.gate().target().is_simulated() { 25 } else { 1_000 })
}

/// No event equal to one that came before.
async fn once(probe: &mut Probe, event: &Event, line: &Line, mark: Mark) -> Judged {
    let within = quiet(probe);
    let contract = Arc::clone(probe.cx.gate.contract());
    let mut seen: Vec<serde_json::Value> = Vec::new();
    let twice = line
        .event(mark, within, |document| {
            let is_it = super::listen::is_event(&contract, event, document);
            let again = is_it && seen.contains(document);
            if is_it {
                seen.push(document.clone());
            }
            again
        })
        .await;
    let Ok(frame) = twice else { return Ok(()) };
    super::listen::note(probe, line, &frame);
    Broken::new(Text::both(
        format!("the same event came twice over {}", line.url()),
        format!("{} 上同一事件出现了两次", line.url()),
    ))
    .shown_by(&line.shows_frame(&frame).into())
    .stop()
}
