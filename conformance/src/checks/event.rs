//! Checks derived from an event: provoked in every way that the target allows, received over every transport, valid.

mod clock;
mod once;
mod quick;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::Kind;
use botspec_schema::model::{Event, Trigger, TriggerBy};

use super::about::About;
use super::subscriptions::{EventMatch, EventSubscriptions, grace, not_reported, wait_for_event, wait_for_event_about};
use super::{CheckTemplate, ContractRef, derived, trigger};
use crate::answer;
use crate::check_context::CheckContext;
use crate::client::frames::Frame;
use crate::contract::Contract;
use crate::exchange::Exchange;
use crate::gate::Connection;
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::owners;
use crate::part::Part;
use crate::received::Received;
use crate::unit::{Body, Order, Unit, Verdicts};

const DELIVERED: CheckTemplate = CheckTemplate {
    name: owners::DELIVERED,
    should: true,
    sentence: None,
    sends: (
        "a trigger of the event: an action, the second account, or the control URL",
        "触发该事件：调用动作、第二个账号操作，或通过控制地址",
    ),
    expects: ("the event on every event connection", "每个事件连接都收到该事件"),
};

const SHAPE: CheckTemplate = CheckTemplate {
    name: owners::SHAPE,
    should: false,
    sentence: None,
    sends: DELIVERED.sends,
    expects: ("the event matches the contract", "事件通过校验"),
};

const SAME: CheckTemplate = CheckTemplate {
    name: "same",
    should: false,
    sentence: Some(("The event is the same on every connection.", "同一事件在每个连接上都相同。")),
    sends: DELIVERED.sends,
    expects: ("the same event on every event connection", "各事件连接收到的事件相同"),
};

const ONCE: CheckTemplate = CheckTemplate {
    name: "once",
    should: false,
    sentence: Some(("The event is sent once per connection.", "同一事件在一个连接上只出现一次。")),
    sends: DELIVERED.sends,
    expects: ("no duplicate of the event", "没有重复的事件"),
};

const READABLE: CheckTemplate = CheckTemplate {
    name: "readable",
    should: false,
    sentence: Some((
        "The message in the event can be read again, and is the same.",
        "事件中的消息之后可以读取，内容相同。",
    )),
    sends: ("a trigger of the event, then a read of the message in it", "触发该事件，然后读取其中的消息"),
    expects: ("the message of the event", "读到事件中的消息"),
};

/// The shortest time in which a second event is looked for, unless the limits state less.
const SHORTEST_WINDOW: Duration = Duration::from_millis(100);

/// Which checks an event has, in the order of its verdicts.
#[derive(Debug, Clone)]
struct Plan {
    /// The transports over which it comes; each has the checks of its own.
    transports: Vec<Transport>,
    /// Whether a second one like it would be wrong. The beats of a clock are all alike.
    once: bool,
    /// Whether it is the same everywhere. What each connection is reported for itself is not.
    same: bool,
    /// Whether it holds a message that can be read again.
    readable: bool,
}

impl Plan {
    /// How many checks each transport has.
    fn each(&self) -> usize {
        if self.once { 3 } else { 2 }
    }
}

/// Everything that follows from an event.
pub(super) fn units(contract: &Contract, transports: &[Transport], event: &Event) -> Vec<Unit> {
    let reported = unit(contract, transports, event);
    reported.into_iter().chain(quick::units(contract, transports, event)).collect()
}

/// What follows from an event being reported: delivered, valid and once over each transport, and the same over all of them.
fn unit(contract: &Contract, transports: &[Transport], event: &Event) -> Option<Unit> {
    let (effect, spends) = trigger::cost(contract, event);
    let contract_ref = ContractRef { kind: "event", name: &event.name, sources: &event.sources, effect };
    let by = |wanted: TriggerBy| event.triggers.iter().any(|trigger| trigger.by == wanted);
    let transports =
        transports.iter().copied().filter(|it| super::subscriptions::comes_over(contract, event, *it)).collect();
    let same = !by(TriggerBy::Clock) && !by(TriggerBy::Connect);
    let readable = contract.carries_message(event) && contract.roles().read_message.is_some();
    let plan = Plan { transports, once: !by(TriggerBy::Clock), same, readable };
    let mut checks = Vec::new();
    for &transport in &plan.transports {
        let templates = [&DELIVERED, &SHAPE, &ONCE];
        let of = |template: &&CheckTemplate| derived(contract, &contract_ref, template, Some(transport));
        checks.extend(templates.iter().take(plan.each()).map(of));
    }
    if plan.same {
        checks.push(derived(contract, &contract_ref, &SAME, None));
    }
    if plan.readable {
        checks.push(derived(contract, &contract_ref, &READABLE, None));
    }
    let order = Order::new(effect, &spends);
    let order = if by(TriggerBy::Clock) { order.by_clock() } else { order.alone() };
    let causes = causes(contract, event);
    (!plan.transports.is_empty()).then(|| Unit::new(checks, order, body(event, plan)).caused_by(causes))
}

/// The calls and steps that make an event happen, with those that are tried to learn of a setting of the build.
fn causes(contract: &Contract, event: &Event) -> BTreeSet<String> {
    let related = contract
        .events()
        .filter(|other| other.name == event.name || other.enabled_by.is_some() && other.enabled_by == event.enabled_by);
    let triggers = related.flat_map(|event| &event.triggers);
    let steps = triggers.flat_map(|trigger| std::iter::successors(Some(trigger), |it| it.then.as_deref()));
    steps.filter_map(|trigger| trigger.call.clone()).collect()
}

fn body(event: &Event, plan: Plan) -> Body {
    let (event, plan) = (Arc::new(event.clone()), Arc::new(plan));
    Arc::new(move |cx| {
        let (event, plan) = (Arc::clone(&event), Arc::clone(&plan));
        Box::pin(async move {
            let mut verdicts = Seen::default();
            let stopped = match run(cx, &event, &plan, &mut verdicts).await {
                Err(why) => Err(why),
                Ok(()) => not_reported(cx, &event),
            };
            verdicts.list(&plan, &stopped)
        })
    })
}

/// The first thing that is wrong, for each of the checks.
#[derive(Default)]
struct Seen {
    over: BTreeMap<Transport, Over>,
    same: Option<NotPassed>,
    /// Whether the message in it can be read again.
    readable: Option<NotPassed>,
    /// The frame that came last.
    frame: Option<Arc<Frame>>,
}

/// The same over one transport.
#[derive(Default)]
struct Over {
    delivered: Option<NotPassed>,
    shape: Option<NotPassed>,
    once: Option<NotPassed>,
    arrived: bool,
}

impl Over {
    /// Nothing is known of it.
    fn not_judged(&mut self, why: &NotPassed) {
        for verdict in [&mut self.delivered, &mut self.shape, &mut self.once] {
            verdict.get_or_insert_with(|| why.clone());
        }
    }
}

impl Seen {
    fn over(&mut self, transport: Transport) -> &mut Over {
        self.over.entry(transport).or_default()
    }

    /// Takes over what came of one more trigger.
    fn add(&mut self, other: Self) {
        for (transport, other) in other.over {
            let own = self.over(transport);
            own.arrived |= other.arrived;
            for (own, other) in
                [(&mut own.delivered, other.delivered), (&mut own.shape, other.shape), (&mut own.once, other.once)]
            {
                if own.is_none() {
                    *own = other;
                }
            }
        }
        if self.same.is_none() {
            self.same = other.same;
        }
        if other.frame.is_some() {
            self.frame = other.frame;
        }
    }

    /// The verdict of each check. One that saw no event and has no verdict of its own has that of the first connection
    /// over which it should have come, where that is not judged either, or what stopped all of it.
    fn list(mut self, plan: &Plan, stopped: &CheckResult) -> Verdicts {
        let mut judged = Vec::new();
        let mut all_arrived = true;
        let not_judged = |it: &NotPassed| !matches!(it, NotPassed::Failed(_));
        let unseen = self.over.values().find_map(|over| over.delivered.clone().filter(not_judged));
        let stopped = unseen.map_or_else(|| stopped.clone(), Err);
        let judge = |own: Option<NotPassed>, arrived: bool| match own {
            Some(why) => Err(why),
            None if arrived => Ok(()),
            None => stopped.clone(),
        };
        for transport in &plan.transports {
            let over = self.over.remove(transport).unwrap_or_default();
            all_arrived &= over.arrived;
            judged.push((Part::Over(DELIVERED.name, *transport), judge(over.delivered, over.arrived)));
            judged.push((Part::Over(SHAPE.name, *transport), judge(over.shape, over.arrived)));
            if plan.once {
                judged.push((Part::Over(ONCE.name, *transport), judge(over.once, over.arrived)));
            }
        }
        if plan.same {
            judged.push((Part::Of(SAME.name), judge(self.same, all_arrived)));
        }
        if plan.readable {
            judged.push((Part::Of(READABLE.name), judge(self.readable, self.frame.is_some())));
        }
        judged
    }
}

fn first(verdict: &mut Option<NotPassed>, judged: CheckResult) {
    if let Err(why) = judged {
        verdict.get_or_insert(why);
    }
}

/// Of two reasons why an event was not caused, the one to report: with what is only not allowed it could have been.
fn nearer(one: Option<NotPassed>, other: NotPassed) -> NotPassed {
    match (one, other) {
        (Some(NotPassed::Untestable(_)), other @ NotPassed::Skip(_)) | (None, other) => other,
        (Some(one), _) => one,
    }
}

async fn run(cx: &mut CheckContext, event: &Event, plan: &Plan, verdicts: &mut Seen) -> CheckResult {
    if event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Clock) {
        clock::run(cx, event, plan, verdicts).await;
        return Ok(());
    }
    let mut why_not = None;
    let mut pulled = false;
    // Each with the trigger that it repeats, where it is the same with its defaults left out.
    let mut triggers: Vec<(Trigger, Option<&Trigger>)> = event.triggers.iter().map(|it| (it.clone(), None)).collect();
    let by_default = |it| Some((trigger::by_default(cx.contract(), it)?, Some(it)));
    triggers.extend(event.triggers.iter().filter_map(by_default));
    for (trigger, repeats) in &triggers {
        if let Err(why) = trigger::can_fire(cx, trigger) {
            why_not = Some(nearer(why_not, why));
            continue;
        }
        cx.run.refresh().await;
        let anew = trigger.by == TriggerBy::Connect;
        let mut subscriptions = EventSubscriptions::over(cx, &plan.transports, anew).await;
        for (transport, why) in subscriptions.failed.drain(..) {
            verdicts.over(transport).not_judged(&why);
        }
        if anew {
            subscriptions.connections.iter_mut().for_each(|(connection, cursor)| *cursor = connection.beginning());
        } else {
            subscriptions.discard_pending(cx).await;
        }
        learn_setting(cx, event, &subscriptions).await;
        if let Some(before) = repeats {
            // What comes of it equals what came before.
            cx.judge_now().await;
            if let Some(other) = trigger::the_other_way(before) {
                // It may stand there already.
                drop(trigger::fire(cx, event, &other).await);
                subscriptions.discard_pending(cx).await;
            }
        }
        match fire_and_listen(cx, event, plan, subscriptions, trigger, verdicts).await {
            Ok(()) => pulled = true,
            Err(why) => why_not = Some(nearer(why_not, why)),
        }
    }
    match (pulled, why_not) {
        (true, _) => {
            read_again(cx, event, plan, verdicts).await;
            Ok(())
        }
        (false, Some(why)) => Err(why),
        (false, None) => {
            Violation::new(Text::both("nothing is known that makes it happen", "没有已知的触发方式")).untestable()
        }
    }
}

/// Reads the message that the last event held; what differs in it, the oracle sees.
async fn read_again(cx: &mut CheckContext, event: &Event, plan: &Plan, verdicts: &mut Seen) {
    let contract = Arc::clone(cx.run.gate.contract());
    let (Some(frame), Some(role), true) =
        (verdicts.frame.clone(), contract.roles().read_message.clone(), plan.readable)
    else {
        return;
    };
    let Some(document) = frame.received.json() else { return };
    let field = contract.roles().message_field.clone().unwrap_or_default();
    let whole = field.rsplit_once('/').map_or("", |(whole, _)| whole);
    let ids = contract.ids_at(&event.data, document, "");
    let own = |kind: &str| {
        let of_message = |id: &&crate::contract::Id| {
            let name = id.pointer.strip_prefix(whole).and_then(|it| it.strip_prefix('/'));
            id.kind == kind && name.is_some_and(|name| crate::contract::is_called_after(name, kind))
        };
        ids.iter().find(of_message).and_then(|id| document.pointer(&id.pointer)).cloned()
    };
    let Some(id) = own("message") else { return };
    let in_group = role.place.as_ref().is_some_and(|place| {
        document.pointer(&format!("{whole}/{}", place.scene)).is_some_and(|scene| *scene == *place.group)
    });
    let params = role.params(&id, &own("peer").unwrap_or_default(), in_group);
    let judged = match cx.call(&role.action, &params).await {
        Ok(exchange) => unreadable(cx, &role.action, &exchange),
        Err(why) => Err(why),
    };
    first(&mut verdicts.readable, judged);
}

/// A message that the target has sent and then refuses to read; where it does not know the action, nothing is reported of that.
fn unreadable(cx: &CheckContext, action: &str, exchange: &Arc<Exchange>) -> CheckResult {
    cx.needed(action, exchange).map(drop).map_err(|why| match why {
        NotPassed::Untestable(violation)
            if exchange.json().is_some() && !answer::is_unknown(cx.contract(), exchange) =>
        {
            NotPassed::Failed(violation)
        }
        why => why,
    })
}

/// Pulls a trigger and listens. Where nothing at all comes of a switch, it may have stood there already: then it is thrown the
/// other way. What came of it must not come again.
async fn fire_and_listen(
    cx: &mut CheckContext,
    event: &Event,
    plan: &Plan,
    mut subscriptions: EventSubscriptions,
    trigger: &Trigger,
    verdicts: &mut Seen,
) -> CheckResult {
    let mut about = trigger::fire(cx, event, trigger).await?;
    let mut own = Seen::default();
    listen(cx, event, &subscriptions, (&about, trigger.by), &mut own).await;
    if !own.over.values().any(|over| over.arrived)
        && let Some(other) = trigger::the_other_way(trigger)
    {
        subscriptions.discard_pending(cx).await;
        about = trigger::fire(cx, event, &other).await?;
        own = Seen::default();
        listen(cx, event, &subscriptions, (&about, trigger.by), &mut own).await;
    }
    if plan.once {
        let arrived = |transport: Transport| own.over.get(&transport).is_some_and(|over| over.arrived);
        once::look(cx, event, plan, about, subscriptions, arrived).await;
    }
    verdicts.add(own);
    Ok(())
}

async fn listen(
    cx: &mut CheckContext,
    event: &Event,
    subscriptions: &EventSubscriptions,
    (about, by): (&About, TriggerBy),
    verdicts: &mut Seen,
) {
    let mut reported: Option<(Transport, Arc<Frame>)> = None;
    let began = Instant::now();
    let until = began + cx.event_timeout();
    for (connection, cursor) in &subscriptions.connections {
        let transport = connection.transport();
        let (arrived, difference) = wait_for_event_about(cx, connection, *cursor, event, about, until).await;
        let is_exact = matches!(arrived, EventMatch::Exact(_));
        let frame = match arrived {
            EventMatch::Exact(frame) | EventMatch::Partial(frame) => frame,
            EventMatch::None(ended) => {
                let judged = match ended {
                    None if is_off(cx, event).is_some() => not_enabled(is_off(cx, event).unwrap_or_default()),
                    ended => missing(connection.url(), ended.as_ref().map(Received::describe)),
                };
                first(&mut verdicts.over(transport).delivered, judged);
                continue;
            }
        };
        verdicts.over(transport).arrived = true;
        cx.gate().event_took(frame.at.saturating_duration_since(began));
        verdicts.frame = Some(Arc::clone(&frame));
        if let Some(difference) = difference {
            first(&mut verdicts.over(transport).delivered, about_another(difference, connection, &frame));
            continue;
        }
        let took = frame.at.saturating_duration_since(began);
        if took > PROMPT && is_exact && by != TriggerBy::Connect {
            first(&mut verdicts.over(transport).delivered, late(took, connection, &frame));
        }
        first(&mut verdicts.over(transport).shape, shape(cx, event, &frame, connection));
        match &reported {
            None => reported = Some((transport, frame)),
            Some((other, earlier)) => {
                let contract = Arc::clone(cx.run.gate.contract());
                let alike = |frame: &Frame| same(&contract, event, earlier, frame, *other != transport);
                let mut judged = alike(&frame);
                // An event of the same kind that was late may have come first.
                if judged.is_err() && connection.wait(*cursor, grace(cx), |frame| alike(frame).is_ok()).await.is_ok() {
                    judged = Ok(());
                }
                first(&mut verdicts.same, judged);
            }
        }
    }
}

/// Causes another event that takes the same setting of the build, so that it is known whether that is on; where it is not,
/// that neither comes proves nothing.
async fn learn_setting(cx: &mut CheckContext, event: &Event, subscriptions: &EventSubscriptions) {
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(setting) = is_off(cx, event) else { return };
    let same = |other: &&Event| other.name != event.name && other.enabled_by.as_deref() == Some(setting);
    for other in contract.events().filter(same) {
        for trigger in other.triggers.iter().filter(|trigger| trigger.by == TriggerBy::Itself) {
            let fired = trigger::fire(cx, other, trigger).await;
            if let (Ok(about), Some((connection, cursor))) = (fired, subscriptions.connections.first()) {
                wait_for_event(cx, connection, *cursor, other, &about).await;
            }
        }
    }
}

/// The setting of the build that an event takes, where nothing shows that it is on.
fn is_off<'e>(cx: &CheckContext, event: &'e Event) -> Option<&'e str> {
    let setting = event.enabled_by.as_deref()?;
    (!cx.gate().oracle().is_some_and(|oracle| oracle.is_on(setting))).then_some(setting)
}

fn not_enabled(setting: &str) -> CheckResult {
    Violation::new(Text::both(
        format!("the build sends it only where `{setting}` is on, and nothing shows that it is"),
        format!("只有开启 `{setting}` 时才会发送，而没有迹象表明已开启"),
    ))
    .untestable()
}

/// The longest that an event may take after what caused it: what reports it later has waited for something else.
const PROMPT: Duration = Duration::from_secs(4);

fn late(took: Duration, connection: &Connection, frame: &Frame) -> CheckResult {
    let millis = took.as_millis();
    let what = Text::both(
        format!("the event came {millis} ms after what caused it, over {}", connection.url()),
        format!("事件在触发 {millis} 毫秒后才在 {} 上出现", connection.url()),
    );
    Violation::new(what).with_evidence(&connection.evidence_of(frame).into()).into_failure()
}

fn about_another(difference: Difference, connection: &Connection, frame: &Frame) -> CheckResult {
    let what =
        Text::both("the only such event is not about what its trigger named", "收到的唯一同类事件与触发它的对象不符");
    Violation::new(what).at(vec![difference]).with_evidence(&connection.evidence_of(frame).into()).into_failure()
}

fn missing(url: &str, ended: Option<Text>) -> CheckResult {
    let (en, zh) = ended
        .map_or_else(Default::default, |received| (format!(" ({})", received.en), format!("（{}）", received.zh())));
    Violation::new(Text::both(format!("no such event came over {url}{en}"), format!("{url} 上没有收到该事件{zh}")))
        .into_failure()
}

fn shape(cx: &CheckContext, event: &Event, frame: &Frame, connection: &Connection) -> CheckResult {
    let evidence = Arc::new(connection.evidence_of(frame));
    let Some(document) = frame.received.json() else {
        let (received, url) = (frame.received.describe(), connection.url());
        return Violation::new(Text::both(
            format!("{url} sent something that is no event: {}", received.en),
            format!("{url} 收到的不是事件：{}", received.zh()),
        ))
        .with_evidence(&evidence)
        .into_failure();
    };
    let mut differences = cx.contract().differences(Kind::Event, Some(&event.name), document);
    differences.extend(crate::oracle::not_now(cx.contract(), event, document).map(|(difference, _)| difference));
    if differences.is_empty() {
        return Ok(());
    }
    let what = Text::both("the event does not match the contract", "事件与契约不符");
    Violation::new(what).at(differences).with_evidence(&evidence).into_failure()
}

/// Two connections have to report the same. Across transports, what depends on when it was sent may differ.
fn same(contract: &Contract, event: &Event, one: &Frame, other: &Frame, across: bool) -> CheckResult {
    if one.received == other.received {
        return Ok(());
    }
    let null = serde_json::Value::Null;
    let (one, other) = (one.received.json().unwrap_or(&null), other.received.json().unwrap_or(&null));
    let differences = if across {
        super::compare::events(contract, event, one, other)
    } else {
        super::compare::differences(one, other, "")
    };
    if differences.is_empty() {
        return Ok(());
    }
    Violation::new(Text::both("two connections received different contents", "两个连接收到的内容不同"))
        .at(differences)
        .into_failure()
}

/// How long a second event may take that follows the first without reason: as the target is fast.
pub(super) fn duplicate_window(cx: &CheckContext) -> Duration {
    cx.gate().adapted(SHORTEST_WINDOW, cx.gate().target().limits.duplicate_window)
}
