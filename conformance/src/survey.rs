//! What a target is, found out by connecting and by reading alone: for writing its file, and for saying what is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use botspec_reports::record::{Text, Transport};
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture};
use serde::Serialize;
use serde_json::Value;

use crate::checks;
use crate::fixtures::{self, discover};
use crate::gate::{Gate, Likeness, nearest};
use crate::redact::Secrets;
use crate::run_error::{RunError, contract_of};
use crate::target::Target;

/// What a target is.
#[derive(Debug, Clone, Serialize)]
pub struct Survey {
    /// Its addresses, and whether anybody is there.
    pub endpoints: Vec<Reached>,
    /// The name that the implementation gives itself.
    pub implementation: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Real ids by the names that target files use: those that were declared, and those that were found.
    pub fixtures: BTreeMap<String, Value>,
    /// The account itself.
    pub account: Option<Value>,
    /// How much it has of each dialect of the family; empty where its answer to an unknown name states nothing.
    pub likenesses: Vec<Likeness>,
    /// The dialect that it speaks most of, where that is known.
    pub nearest: Option<String>,
    /// What becomes of its checks.
    pub checks: Prospects,
}

/// Whether somebody is there at an address.
#[derive(Debug, Clone, Serialize)]
pub struct Reached {
    /// The transport.
    pub transport: Transport,
    /// The address.
    pub address: String,
    /// Why nobody is there; absent where somebody is.
    pub problem: Option<Text>,
}

/// What becomes of the checks of a target, as it is declared now.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Prospects {
    /// How many there are.
    pub all: usize,
    /// How many have what they need.
    pub ready: usize,
    /// How many need an effect that is not allowed.
    pub not_allowed: BTreeMap<Effect, usize>,
    /// How many lack something, by what they lack.
    pub missing: BTreeMap<String, usize>,
}

impl Survey {
    /// Whether anybody is there at all.
    pub fn is_reached(&self) -> bool {
        self.endpoints.iter().any(|endpoint| endpoint.problem.is_none() && endpoint.transport != Transport::Webhook)
    }
}

/// Connects to a target and reads who is there. Nothing but reads is sent.
pub async fn survey(catalog: &Catalog, target: Target) -> Result<Survey, RunError> {
    target.validate()?;
    let contract = contract_of(catalog, &target.dialect)?;
    let secrets = Arc::new(Secrets::default());
    let gate = Gate::new(target.clone(), Arc::clone(&contract), Arc::clone(&secrets));
    let mut endpoints = Vec::new();
    for (transport, address) in target.endpoints() {
        let problem = gate.reach(transport).await.err().map(|(_, why)| secrets.clean_note(why));
        endpoints.push(Reached { transport, address, problem });
    }
    gate.learn_absence().await;
    let discovered = discover(&gate).await;
    let older = discovered.spoken.as_ref().and_then(|spoken| contract.as_of(spoken));
    let contract = older.map_or(contract, Arc::new);
    let likenesses = gate.likenesses().await;
    for (transport, _, why) in gate.unsaid_tls().await {
        endpoints.iter_mut().filter(|it| it.transport == transport).for_each(|it| it.problem = Some(why.clone()));
    }
    let mut found = discovered.bindings;
    let account = found.remove("self");
    found.extend(target.fixtures.iter().map(|(fixture, value)| (fixtures::name(fixture).to_owned(), value.clone())));
    let text = |text: String| secrets.clean(&text);
    Ok(Survey {
        endpoints,
        implementation: discovered.implementation.map(text),
        version: discovered.version.map(|(version, _)| text(version)),
        nearest: nearest(&likenesses).map(|it| it.dialect.clone()),
        likenesses,
        checks: prospects(&contract, &target, &found),
        fixtures: found.into_iter().map(|(name, value)| (name.replace('_', "-"), value)).collect(),
        account,
    })
}

/// What becomes of each check: by its effect, and by what the contract of its subject needs.
fn prospects(contract: &crate::contract::Contract, target: &Target, found: &BTreeMap<String, Value>) -> Prospects {
    let mut prospects = Prospects::default();
    let mut units = checks::units(contract, target);
    units.retain(|unit| unit.applies_to(target));
    for check in units.iter().flat_map(|unit| &unit.checks) {
        prospects.all += 1;
        if !target.allow.contains(&check.effect) {
            *prospects.not_allowed.entry(check.effect).or_default() += 1;
            continue;
        }
        let lacks = |fixture: &Fixture| !found.contains_key(fixtures::name(*fixture)) && !fixture.is_rank();
        let lacking: Vec<String> = needs(contract, &check.id)
            .iter()
            .filter(|fixture| lacks(fixture))
            .map(|fixture| fixtures::name(*fixture).replace('_', "-"))
            .collect();
        if lacking.is_empty() {
            prospects.ready += 1;
        } else {
            *prospects.missing.entry(lacking.join(", ")).or_default() += 1;
        }
    }
    prospects
}

/// What the subject of a check needs.
fn needs(contract: &crate::contract::Contract, id: &str) -> Vec<Fixture> {
    let mut parts = id.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("action"), Some(name)) => contract.resolve(name).map(|call| call.action.fixtures()).unwrap_or_default(),
        _ => Vec::new(),
    }
}
