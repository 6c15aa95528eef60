//! Checks derived from an action. A contract yields its own: a new file is new checks, and nothing else has to change.

mod absent;
mod boundary;
mod examples;
mod gone;
mod id_forms;
mod invalid;
mod made;
mod plain;
mod random;
mod same_answer;
mod takes_effect;

use std::sync::Arc;

use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::generate::Options;
use botspec_schema::model::{Action, Effect, Fixture};
use serde_json::{Map, Value};

use super::{CheckTemplate, derived};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::contract::{Contract, needed};
use crate::exchange::Exchange;
use crate::fixtures::{self, Bindings, as_schema_wants, candidates};
use crate::gate::SPARE_GROUP;
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::owners;
use crate::received::Received;
use crate::unit::{Body, Order, Unit};

/// Everything that follows from an action.
pub(super) fn units(contract: &Contract, transports: &[Transport], several: bool, action: &Action) -> Vec<Unit> {
    let mut units = Vec::new();
    for &transport in transports {
        let mut add = |templates: &[&CheckTemplate], body: Option<Body>| {
            if let Some(body) = body {
                units.push(unit(contract, Some(transport), action, templates, body));
            }
        };
        add(&[&plain::MINIMAL, &plain::RESULT, &plain::ENVELOPE], Some(plain::body(action)));
        add(&[&examples::EXAMPLES], examples::body(action));
        add(&[&boundary::BOUNDARY], boundary::body(action));
        add(&[&random::RANDOM], random::body(action));
        add(&[&id_forms::ID_FORMS], id_forms::body(contract, action));
        add(&[&invalid::INVALID], invalid::body(contract, action));
        add(&[&absent::ABSENT], absent::body(contract, action));
        add(&[&takes_effect::TAKES_EFFECT], takes_effect::body(contract, action));
        add(&[&gone::GONE], gone::body(contract, action));
        add(&[&made::MADE], made::body(contract, action));
    }
    if several && let Some(body) = same_answer::body(action) {
        units.push(unit(contract, None, action, &[&same_answer::SAME_ANSWER], body));
    }
    units
}

fn unit(
    contract: &Contract,
    transport: Option<Transport>,
    action: &Action,
    templates: &[&CheckTemplate],
    body: Body,
) -> Unit {
    let contract_ref =
        super::ContractRef { kind: "action", name: &action.name, sources: &action.sources, effect: action.effect };
    let checks = templates.iter().map(|template| derived(contract, &contract_ref, template, transport)).collect();
    Unit::new(checks, Order::new(action.effect, &action.spends), body)
}

/// What a call came to.
pub(super) struct Called {
    pub(super) exchange: Arc<Exchange>,
    pub(super) ended: Option<CallOutcome>,
    /// What is wrong with the envelope.
    envelope: Vec<Difference>,
    /// What is wrong with `data`.
    data: Vec<Difference>,
}

/// Calls an action over the transport of the check. Before anything but a read, a simulated world is put back to how it
/// began, so that every call finds what it needs.
pub(super) async fn call(cx: &mut CheckContext, action: &Action, params: &Value) -> CheckResult<Called> {
    there(cx, action)?;
    let exchange = cx.call(&action.name, params).await?;
    there(cx, action)?;
    let ended = exchange.json().map(|envelope| answer::call_outcome(cx.contract(), envelope));
    if ended == Some(CallOutcome::Ok) {
        cx.run.fixtures.consume(&action.spends);
    }
    let answers = exchange.received.documents().iter().filter(|envelope| envelope.is_object());
    let wrong = answers.map(|envelope| answer::split(cx.contract(), &action.name, envelope));
    let (envelope, data) = wrong.fold(<(Vec<_>, Vec<_>)>::default(), |mut all, (envelope, data)| {
        all.0.extend(envelope);
        all.1.extend(data);
        all
    });
    Ok(Called { exchange, ended, envelope, data })
}

/// An action that the target does not have is reported once, by the check of its plainest call; the others have nothing to judge.
fn there(cx: &CheckContext, action: &Action) -> CheckResult {
    if !cx.gate().is_absent(&action.name) {
        return Ok(());
    }
    let name = &action.name;
    Err(NotPassed::Skip(Text::both(
        format!("the target does not have the action {name}; {name}/minimal is about that"),
        format!("目标没有动作 {name}；参见 {name}/minimal"),
    )))
}

impl Called {
    /// Whether the call came to what the action can come to at best.
    pub(super) fn judge_success(&self, cx: &CheckContext, action: &Action) -> CheckResult {
        match (&self.ended, action.always_async) {
            (Some(CallOutcome::Ok), false) | (Some(CallOutcome::Deferred), true) => Ok(()),
            _ => Violation::new(answer::describe(cx.contract(), &self.exchange))
                .with_evidence(&self.exchange)
                .into_failure(),
        }
    }

    /// Whether the answer has the envelope that every answer has.
    pub(super) fn judge_envelope(&self, cx: &CheckContext) -> CheckResult {
        if answer::is_unknown(cx.contract(), &self.exchange) {
            return unknown(&self.exchange);
        }
        let envelope = cx.envelope(&self.exchange)?;
        if !self.envelope.is_empty() {
            return Violation::new(Text::both("the envelope is not as it must be", "响应外壳不符合要求"))
                .at(self.envelope.clone())
                .with_evidence(&self.exchange)
                .into_failure();
        }
        self.judge_echo(cx, envelope)
    }

    fn judge_echo(&self, cx: &CheckContext, envelope: &Value) -> CheckResult {
        let Some(echo) = &self.exchange.echo else { return Ok(()) };
        let key = &cx.call_keys()?.echo;
        let reported = envelope.get(key);
        if reported == Some(echo) {
            return Ok(());
        }
        Violation::new(Text::both("the answer does not bring the echo back", "响应没有原样带回 echo"))
            .at(vec![Difference {
                pointer: format!("/{key}"),
                expected: echo.to_string(),
                found: reported.map_or_else(|| "nothing".to_owned(), ToString::to_string),
            }])
            .with_evidence(&self.exchange)
            .into_failure()
    }

    /// Whether `data` is what the contract defines. Only a call that succeeded has reported something.
    pub(super) fn judge_result(&self, cx: &CheckContext, action: &Action) -> CheckResult {
        let succeeded = matches!(
            (&self.ended, action.always_async),
            (Some(CallOutcome::Ok), _) | (Some(CallOutcome::Deferred), true)
        );
        if !succeeded && !self.claims_ok(cx.contract()) {
            if answer::is_unknown(cx.contract(), &self.exchange) {
                return unknown(&self.exchange);
            }
            let received = answer::describe(cx.contract(), &self.exchange);
            return Violation::new(Text::both(
                format!("nothing to look at: {}", received.en),
                format!("没有可检查的数据：{}", received.zh()),
            ))
            .blocked_by(owners::minimal(cx.contract(), &action.name))
            .with_evidence(&self.exchange)
            .untestable();
        }
        cx.envelope(&self.exchange)?;
        if self.data.is_empty() {
            return Ok(());
        }
        Violation::new(Text::both("`data` does not match the contract", "`data` 与契约不符"))
            .at(self.data.clone())
            .with_evidence(&self.exchange)
            .into_failure()
    }

    /// Whether the answer calls itself a success, whatever retcode stands beside that.
    fn claims_ok(&self, contract: &Contract) -> bool {
        let status = self.exchange.json().and_then(|envelope| envelope.get(botspec_schema::STATUS));
        status.and_then(Value::as_str) == Some(&contract.file().envelope.outcomes.ok.status)
    }

    /// Envelope, and where the call succeeded, data: what a call with odd parameters has to keep to.
    pub(super) fn judge_form(&self, cx: &CheckContext, action: &Action) -> CheckResult {
        if let Received::TimedOut(..) = self.exchange.received {
            return Violation::new(self.exchange.received.describe()).with_evidence(&self.exchange).into_failure();
        }
        self.judge_envelope(cx)?;
        match self.judge_result(cx, action) {
            Err(NotPassed::Untestable(_)) => Ok(()),
            judged => judged,
        }
    }
}

fn unknown<T>(exchange: &Arc<Exchange>) -> CheckResult<T> {
    Violation::new(Text::both("the target does not have the action", "目标没有这个动作"))
        .with_evidence(exchange)
        .untestable()
}

/// Real ids for a call of an action, and nothing used up by an earlier one.
pub(super) async fn bindings(cx: &mut CheckContext, action: &Action) -> CheckResult<Bindings> {
    // What is not allowed lacks nothing.
    cx.gate().allows(&action.name, action.effect)?;
    if action.effect != Effect::Read {
        cx.run.refresh().await;
    }
    // What stands at a parameter that may be left out is left out where it is not there.
    super::provision::provide(cx, &action.fixtures(), action.effect).await?;
    let mut bindings = cx.run.bindings(&needed(action))?;
    if action.spends.contains(&Fixture::Group) {
        if let Some(spare) = bindings.get(SPARE_GROUP).cloned() {
            bindings.insert(fixtures::name(Fixture::Group).to_owned(), spare);
        } else if let Some(other) = super::provision::group_to_leave(cx).await {
            bindings.insert(fixtures::name(Fixture::Group).to_owned(), other);
        } else if bindings.get(fixtures::name(Fixture::Owner)) == Some(&Value::Bool(true)) {
            return Violation::new(Text::both(
                "the account owns the group, and who owns one cannot leave it; declare one that it does not own",
                "该账号是群主，群主无法退群；请声明一个它不是群主的群",
            ))
            .untestable();
        }
    }
    Ok(bindings)
}

/// Makes the next call of an action find what the first one found. Reads leave everything as it is.
pub(super) async fn again(cx: &mut CheckContext, action: &Action) -> CheckResult {
    if action.effect == Effect::Read { Ok(()) } else { bindings(cx, action).await.map(drop) }
}

/// Parameters with only what is required, and real ids in them.
pub(super) fn minimal(cx: &CheckContext, action: &Action, bindings: &Bindings) -> Value {
    let filled = |params: &Value| cx.run.filled(action, bindings, params);
    if let Some(example) = action.examples.first().and_then(|example| example.params.as_object()) {
        return filled(&Value::Object(required_of(action, example)));
    }
    let options = options(cx, action, bindings);
    let simple = botspec_schema::generate::simple(&action.params, cx.contract().dialect().defs(), &options);
    filled(&simple.unwrap_or_else(|| Value::Object(Map::new())))
}

/// Of an example, what is required: always, and by the first alternative that it satisfies.
fn required_of(action: &Action, example: &Map<String, Value>) -> Map<String, Value> {
    let names = |schema: &Value| -> Vec<String> {
        let list = schema.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut wanted = names(&action.params);
    let alternatives = action.params.get("anyOf").and_then(Value::as_array);
    let chosen =
        alternatives.into_iter().flatten().map(names).find(|list| list.iter().all(|it| example.contains_key(it)));
    wanted.extend(chosen.into_iter().flatten());
    example.iter().filter(|(key, _)| wanted.contains(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// How values are made up for an action: ids are real ones.
pub(super) fn options(cx: &CheckContext, action: &Action, bindings: &Bindings) -> Options {
    let (needs, bindings) = (action.fixtures(), bindings.clone());
    let contract = Arc::clone(cx.run.gate.contract());
    Options {
        ids: Arc::new(move |kind, schema| {
            let known = candidates(kind, &needs, &bindings);
            (!known.is_empty()).then(|| known.iter().map(|id| as_schema_wants(contract.follow(schema), id)).collect())
        }),
        ..Options::default()
    }
}

/// The longest that an answer is asked to wait for something to happen, in milliseconds.
const LONGEST_WAIT: i64 = 100;

/// Whether parameters ask the answer to wait longer than anybody here does.
pub(super) fn waits_too_long(action: &Action, params: &Value) -> bool {
    let asked = action.waits.as_ref().and_then(|name| params.get(name)).and_then(Value::as_i64);
    asked.is_some_and(|asked| asked > LONGEST_WAIT)
}

/// The same parameters with no longer a wait than that.
pub(super) fn impatient(action: &Action, mut params: Value) -> Value {
    if waits_too_long(action, &params)
        && let Some(wait) = action.waits.as_ref().and_then(|name| params.get_mut(name))
    {
        *wait = LONGEST_WAIT.into();
    }
    params
}

/// Odd values are tried for reads alone, unless the account is disposable: whoever gets messages should not get dozens.
pub(super) fn odd_values(cx: &CheckContext, action: &Action) -> CheckResult {
    if action.effect == Effect::Read || cx.gate().target().disposable {
        return Ok(());
    }
    Err(NotPassed::Skip(Text::both(
        "odd values are tried for reads only, unless the target file has `disposable = true`",
        "只对读取类动作尝试各种取值；目标文件中设置 `disposable = true` 可放开",
    )))
}

/// Whether an action takes part in a check that calls it several times: nothing can be used up twice, unless the account is
/// disposable; and where an account is asked once for something, that is the plainest call.
pub(super) fn repeatable(cx: &CheckContext, action: &Action) -> CheckResult {
    cx.gate().may_repeat(action)?;
    if action.spends.is_empty() || cx.gate().target().disposable {
        return Ok(());
    }
    Err(NotPassed::Skip(Text::both(
        "what a call uses up is used up once, unless the target file has `disposable = true`",
        "同一测试对象只消耗一次；目标文件中设置 `disposable = true` 可放开",
    )))
}
