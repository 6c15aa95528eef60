//! The checks: derived from contracts, and written for requirements.

mod about;
mod action;
mod compare;
mod complete;
mod event;
mod frames;
mod messages;
mod provision;
mod requirements;
mod seen;
mod segment;
pub(crate) mod standing;
mod subscriptions;
mod texts;
mod trigger;
mod wait_budget;

use botspec_reports::record::{Level, Text, Transport};
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Source};

use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::owners;
use crate::run_error::{RunError, contract_of};
use crate::target::Target;
use crate::unit::Unit;

pub(crate) use requirements::SEVERAL_ADDRESSES;
pub(crate) use subscriptions::needs_group;

/// Every unit of checks that a target's transports allow.
pub(crate) fn units(contract: &Contract, target: &Target) -> Vec<Unit> {
    let transports = transports(contract, target);
    let mut units = requirements::units(contract, &transports);
    let calling = calling(contract, &transports);
    units.extend(texts::unit(contract, &calling));
    // Whether there is more than one way to make the same call.
    let answers = |it: &&Transport| !matches!(it, Transport::Webhook | Transport::Sse);
    let several = calling.len() > 1 || contract.call_keys().is_some() && transports.iter().filter(answers).count() > 1;
    for action in contract.actions() {
        units.extend(action::units(contract, &calling, several, action));
    }
    for segment in contract.segments() {
        units.extend(segment::units(contract, &calling, segment));
    }
    let event_transports = subscriptions::transports(contract, target);
    units.extend(frames::units(contract, target));
    units.extend(complete::units(contract, target));
    units.extend(contract.events().flat_map(|event| event::units(contract, &event_transports, event)));
    units
}

/// The transports that both the dialect and the target have.
fn transports(contract: &Contract, target: &Target) -> Vec<Transport> {
    let spoken = &contract.file().transports;
    let speaks = |transport: &Transport| match transport {
        Transport::Http => spoken.http.is_some(),
        Transport::Ws => spoken.ws.is_some(),
        Transport::ReverseWs => spoken.reverse_ws.is_some(),
        Transport::Webhook => spoken.webhook.is_some(),
        Transport::Sse => spoken.sse.is_some(),
    };
    target.endpoints().map(|(transport, _)| transport).filter(speaks).collect()
}

/// Of transports, those over which actions are called for their own sake. A reverse WebSocket carries the same calls as
/// one that the target serves; it is asked in its place.
fn calling(contract: &Contract, transports: &[Transport]) -> Vec<Transport> {
    let over_socket = |transport: &Transport| matches!(transport, Transport::Ws | Transport::ReverseWs);
    let socket = transports.iter().copied().find(over_socket).filter(|_| contract.call_keys().is_some());
    transports.iter().copied().filter(|it| *it == Transport::Http).chain(socket).collect()
}

/// The checks of a target, in the order in which they would run.
pub fn catalogue(catalog: &Catalog, target: &Target) -> Result<Vec<CheckInfo>, RunError> {
    let contract = contract_of(catalog, &target.dialect)?;
    let mut units = units(&contract, target);
    units.sort_by_key(|unit| unit.order);
    Ok(units.into_iter().flat_map(|unit| unit.checks).collect())
}

/// The checks of an id, one for each transport it runs over; an id may also name its transport: `… @ws`.
pub fn explain(catalog: &Catalog, target: &Target, id: &str) -> Result<Vec<CheckInfo>, RunError> {
    Ok(catalogue(catalog, target)?.into_iter().filter(|check| check.id == id || check.label() == id).collect())
}

/// A template of derived checks: the same question about every contract of a kind.
struct CheckTemplate {
    /// The last part of its ids.
    name: &'static str,
    /// Whether breaking it is a warning where no requirement of the dialect states more.
    should: bool,
    /// What it checks, where no requirement of its name states it. A dialect without requirements has what is expected.
    sentence: Option<(&'static str, &'static str)>,
    sends: (&'static str, &'static str),
    expects: (&'static str, &'static str),
}

/// The words of a segment, where it is text.
pub(crate) fn words_of(contract: &Contract, segment: &serde_json::Value) -> Option<String> {
    messages::words(contract, std::slice::from_ref(segment))
}

/// The contract that checks are derived from.
struct ContractRef<'a> {
    /// What kind of contract: the second part of ids.
    kind: &'static str,
    name: &'a str,
    sources: &'a [Source],
    effect: Effect,
}

fn words((en, zh): (&str, &str)) -> Text {
    Text::both(en, zh)
}

/// One derived check. Its level is that of the requirement that it covers, where there is one.
fn derived(
    contract: &Contract,
    contract_ref: &ContractRef<'_>,
    template: &CheckTemplate,
    transport: Option<Transport>,
) -> CheckInfo {
    derived_as(contract, contract_ref, template.name, template, transport)
}

/// The same under a name of its own.
fn derived_as(
    contract: &Contract,
    contract_ref: &ContractRef<'_>,
    name: &str,
    template: &CheckTemplate,
    transport: Option<Transport>,
) -> CheckInfo {
    let id = owners::derived_id(contract, contract_ref.kind, contract_ref.name, name);
    let requirement = contract.requirement(&id);
    let own_level = if template.should { Level::Should } else { Level::Must };
    let own = requirement.filter(|it| it.id.rsplit('/').next() == Some(template.name)).map(|it| it.sentence.clone());
    let sentence = own.unwrap_or_else(|| words(template.sentence.unwrap_or(template.expects)));
    CheckInfo {
        dialect: contract.name().to_owned(),
        transport,
        level: requirement.map_or(own_level, |it| it.level),
        effect: contract_ref.effect,
        requirement: requirement.map(|it| it.id.clone()),
        sentence: Text::both(
            format!("{}: {}", contract_ref.name, sentence.en),
            format!("{}：{}", contract_ref.name, sentence.zh),
        ),
        source: contract_ref.sources.first().cloned(),
        sends: words(template.sends),
        expects: words(template.expects),
        id,
    }
}
