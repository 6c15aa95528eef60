//! Checks written for requirements that no schema can state: small functions beside each other, one file per subject.
//!
//! Names, paths, methods, codes and escapes come from `dialect.json`; the level, the sentence and the source come from the
//! requirement that names the check. A check that no requirement of the dialect names does not exist for it.

mod auth_http;
mod auth_ws;
mod delivery;
mod echo;
mod envelope;
mod escapes;
mod files;
mod http;
mod later;
mod lifecycle;
mod message;
mod pages;
mod params;
mod plain;
mod reverse;
mod sse;
mod webhook;
mod ws;

use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::model::Effect;
use futures_util::future::BoxFuture;

use super::words;
use crate::check::CheckInfo;
use crate::check_context::CheckContext;
use crate::contract::Contract;
use crate::not_passed::CheckResult;
use crate::setup::Setup;
use crate::unit::only;
use crate::unit::{Body, Order, Unit};

pub(super) use plain::failed;
pub(crate) use webhook::SEVERAL_ADDRESSES;

/// One check that is written by hand.
struct RequirementCheck {
    /// Its id below the name of the dialect.
    id: &'static str,
    effect: Effect,
    setup: Setup,
    sends: (&'static str, &'static str),
    expects: (&'static str, &'static str),
    run: for<'a> fn(&'a mut CheckContext) -> BoxFuture<'a, CheckResult>,
}

/// A table of checks: the id, what it does to the target, how the target has to be set up where that matters, the function,
/// and in both languages what is sent and expected.
macro_rules! rules {
    (@setup) => { crate::setup::Setup::Any };
    (@setup $setup:ident) => { crate::setup::Setup::$setup };
    ($($id:tt $effect:ident $(where $setup:ident)? $run:expr, $sends_en:literal $sends_zh:literal => $expects_en:literal $expects_zh:literal;)*) => {
        pub(super) fn rules() -> Vec<super::RequirementCheck> {
            vec![$(super::RequirementCheck {
                id: $id,
                effect: botspec_schema::model::Effect::$effect,
                setup: rules!(@setup $($setup)?),
                sends: ($sends_en, $sends_zh),
                expects: ($expects_en, $expects_zh),
                run: |cx| Box::pin(($run)(cx)),
            }),*]
        }
    };
}
use rules;

fn all() -> Vec<RequirementCheck> {
    [
        http::rules(),
        ws::rules(),
        reverse::rules(),
        webhook::rules(),
        sse::rules(),
        envelope::rules(),
        later::rules(),
        echo::rules(),
        auth_http::rules(),
        auth_ws::rules(),
        params::rules(),
        message::rules(),
        pages::rules(),
        escapes::rules(),
        delivery::rules(),
        files::rules(),
        lifecycle::rules(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The checks that the requirements of a dialect name.
pub(super) fn units(contract: &Contract, transports: &[Transport]) -> Vec<Unit> {
    let mut units = Vec::new();
    for rule in all() {
        let id = format!("{}/{}", contract.name(), rule.id);
        let Some(requirement) = contract.requirement(&id) else { continue };
        let spoken = &requirement.transports;
        for &transport in transports.iter().filter(|transport| spoken.contains(transport)) {
            units.push(unit(contract, &rule, &id, transport, requirement));
        }
    }
    units
}

fn unit(
    contract: &Contract,
    rule: &RequirementCheck,
    id: &str,
    transport: Transport,
    requirement: &botspec_schema::model::Requirement,
) -> Unit {
    let info = CheckInfo {
        id: id.to_owned(),
        dialect: contract.name().to_owned(),
        transport: Some(transport),
        level: requirement.level,
        effect: rule.effect,
        requirement: Some(requirement.id.clone()),
        sentence: requirement.sentence.clone(),
        source: Some(requirement.source.clone()),
        sends: words(rule.sends),
        expects: words(rule.expects),
    };
    let run = rule.run;
    let body: Body = Arc::new(move |cx| Box::pin(async move { only(run(cx).await) }));
    let order = Order::new(rule.effect, &[]);
    // What the target connects to is there but once.
    let shared = matches!(transport, Transport::ReverseWs | Transport::Webhook);
    let order = match shared {
        _ if rule.id == lifecycle::HEARTBEAT => order.by_clock(),
        true => order.alone(),
        false => order,
    };
    Unit::new(vec![info], order, body).where_target(rule.setup)
}

/// What a check expected and what it saw in its place.
fn mismatch(expected: (&str, &str), received: &Text) -> Text {
    let wanted = expected.1.trim_start();
    let space = if wanted.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
    Text::both(
        format!("expected {}, seen: {}", expected.0, received.en),
        format!("应为{space}{wanted}，实际：{}", received.zh()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use botspec_schema::Catalog;

    /// A rule that no requirement names would never run, and nobody would notice.
    #[test]
    fn every_rule_is_named_by_a_requirement() {
        let catalog = Catalog::builtin();
        let contracts: Vec<Contract> =
            catalog.dialects().filter_map(|dialect| Contract::new(catalog, dialect.name())).collect();
        for rule in all() {
            let named = contracts.iter().any(|it| it.requirement(&format!("{}/{}", it.name(), rule.id)).is_some());
            assert!(named, "no requirement names {}", rule.id);
        }
    }

    /// A requirement that names a rule by a name it does not have would never be checked.
    #[test]
    fn every_requirement_is_covered_by_a_rule_or_by_the_contracts() {
        let rules = all();
        let mut sets = 0;
        for dialect in Catalog::builtin().dialects() {
            let Some(requirements) = dialect.requirements.as_ref().map(|set| &set.requirements) else { continue };
            let name = dialect.name();
            sets += 1;
            for pattern in requirements.iter().flat_map(|requirement| &requirement.checks) {
                let derived = ["action/", "segment/", "event/"];
                let id = pattern.strip_prefix(name).and_then(|rest| rest.strip_prefix('/')).expect("its own dialect");
                let covered = derived.iter().any(|part| id.starts_with(part)) || rules.iter().any(|rule| rule.id == id);
                assert!(covered, "no rule is called {pattern}");
            }
        }
        assert!(sets > 3, "only {sets} dialects have requirements");
    }
}
