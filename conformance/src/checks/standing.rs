//! Heartbeats, on connections that stand as long as the run where that is possible: most have come by the time that they
//! are judged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::{Event, TriggerBy, WsRole};
use serde_json::Value;

use super::subscriptions::{self, greeted, is_event, meta, note, roles};
use super::wait_budget::{self, WaitBudget};
use crate::check_context::CheckContext;
use crate::client::frames::Frame;
use crate::contract::Contract;
use crate::gate::{Connection, Credentials, Gate};
use crate::journal::Standing;
use crate::not_passed::{CheckResult, Violation};
use crate::received::Received;
use crate::run_context::RunContext;

/// A heartbeat that comes so often needs no connection that stands from the beginning.
const SOON: Duration = Duration::from_secs(1);

/// Opens what stands as long as the run: a connection of each kind over which heartbeats come seldom.
pub(crate) async fn open(run: &RunContext) {
    let (contract, target) = (run.gate.contract(), run.gate.target());
    for transport in subscriptions::transports(contract, target) {
        let Some(meta) = meta(contract, transport).filter(|meta| meta.heartbeat) else { continue };
        let every = target.heartbeat.or(meta.heartbeat_ms.map(Duration::from_millis));
        // The target opens a reverse WebSocket once, and what came over it is kept.
        if every.is_some_and(|every| every <= SOON) || transport == Transport::ReverseWs {
            continue;
        }
        let opened = connections(&run.gate, contract, transport).await;
        run.journal.keep(opened.unwrap_or_default());
    }
}

/// A connection of each role over a transport. A target that serves one client of a kind at a time is left alone: what
/// stands would be in the way of every check.
async fn connections(gate: &Gate, contract: &Contract, transport: Transport) -> Option<Vec<Standing>> {
    let mut opened = Vec::new();
    for role in roles_over(contract, transport) {
        let first = gate.open(transport, role, &Credentials::Valid).await.ok()?.ok()?;
        opened.push(Standing::new(first));
        if transport != Transport::Webhook {
            let second = gate.open(transport, role, &Credentials::Valid).await.ok()?.ok()?;
            // Who ends the first connection for the second does so by the time that this is greeted.
            greeted(contract, &second).await;
        }
    }
    opened.iter().all(|standing| standing.connection.is_open()).then_some(opened)
}

fn roles_over(contract: &Contract, transport: Transport) -> Vec<WsRole> {
    if transport == Transport::Ws { roles(contract) } else { vec![WsRole::Event] }
}

/// The connections over a transport on which heartbeats are waited for: those that stand, or new ones.
pub(super) async fn over(cx: &mut CheckContext, transport: Transport) -> CheckResult<Vec<Arc<Standing>>> {
    let standing = cx.run.journal.over(transport);
    if !standing.is_empty() {
        return Ok(standing);
    }
    let mut opened = Vec::new();
    for role in roles_over(cx.contract(), transport) {
        let connection = cx.open_over(transport, role, false).await?;
        let shared = transport == Transport::ReverseWs;
        let standing = if shared { Standing::with_history(connection) } else { Standing::new(connection) };
        opened.push(Arc::new(standing));
    }
    Ok(opened)
}

/// The event of the dialect that the clock makes happen.
pub(super) fn heartbeat_of(contract: &Contract) -> Option<&Event> {
    contract.events().find(|event| event.triggers.iter().any(|trigger| trigger.by == TriggerBy::Clock))
}

/// Two heartbeats come, the second within the interval that the first one names.
pub(super) async fn follow_each_other(cx: &mut CheckContext) -> CheckResult {
    let contract = Arc::clone(cx.run.gate.contract());
    let Some(event) = heartbeat_of(&contract) else {
        let what = Text::both("the dialect has no heartbeat", "该方言没有心跳");
        return Violation::new(what).untestable();
    };
    let transport = cx.connection_transport();
    let standing = over(cx, transport).await?;
    let Some(standing) = standing.first() else {
        return Violation::new(Text::both("nobody listens", "没有监听者")).untestable();
    };
    let first = if let Ok(first) = beat(cx, standing, event, None, Instant::now()).await {
        first
    } else {
        let budget = wait_budget::first(cx, transport, standing.since)?;
        expected(cx, standing, event, None, (budget, standing.since)).await?
    };
    note(cx, &standing.connection, &first);
    let every = first.received.json().and_then(|it| interval(&contract, event, it));
    let second = beat(cx, standing, event, Some(&first), Instant::now()).await;
    let budget = match every {
        // What came is judged by what was named, however long a run waits.
        Some(every) if second.is_ok() => wait_budget::named(every),
        Some(every) => wait_budget::next(cx, every, first.at)?,
        None => wait_budget::first(cx, transport, first.at)?,
    };
    let budget = WaitBudget { within: budget.within + super::event::duplicate_window(cx), ..budget };
    let second = expected(cx, standing, event, Some(&first), (budget, first.at)).await?;
    note(cx, &standing.connection, &second);
    if second.at - first.at > budget.within {
        return none_came(&standing.connection, budget);
    }
    Ok(())
}

/// The next heartbeat behind another one that came, or comes until then.
async fn beat(
    cx: &CheckContext,
    standing: &Standing,
    event: &Event,
    after: Option<&Frame>,
    until: Instant,
) -> Result<Arc<Frame>, Option<Received>> {
    let contract = Arc::clone(cx.run.gate.contract());
    let is_next = |frame: &Frame| {
        after.is_none_or(|after| frame.at > after.at)
            && frame.received.json().is_some_and(|it| is_event(&contract, event, it))
    };
    standing.connection.wait_until(standing.from, until, is_next).await
}

async fn expected(
    cx: &CheckContext,
    standing: &Standing,
    event: &Event,
    after: Option<&Frame>,
    (budget, since): (WaitBudget, Instant),
) -> CheckResult<Arc<Frame>> {
    match beat(cx, standing, event, after, since + budget.within).await {
        Ok(frame) => Ok(frame),
        Err(_) => none_came(&standing.connection, budget),
    }
}

fn none_came<T>(connection: &Connection, budget: WaitBudget) -> CheckResult<T> {
    wait_budget::none_came(budget, |violation| violation.with_evidence(&connection.evidence(Received::Empty).into()))
}

/// The interval that a heartbeat names: its only number that is neither an id nor changes by itself.
fn interval(contract: &Contract, event: &Event, document: &Value) -> Option<Duration> {
    let properties = event.data.get("properties")?.as_object()?;
    let (name, _) = properties.iter().find(|(_, schema)| {
        let schema = contract.follow(schema);
        let other = ["x-id", "x-volatile"].iter().any(|key| schema.get(key).is_some());
        schema.get("type").is_some_and(|it| it == "integer") && !other
    })?;
    document.get(name)?.as_u64().map(Duration::from_millis)
}
