//! The checks: derived from contracts, and written for requirements.

use botspec_reports::record::Transport;
use botspec_schema::Catalog;

use crate::check::CheckInfo;
use crate::contract::Contract;
use crate::engine::{RunError, contract_of};
use crate::target::Target;
use crate::unit::Unit;

/// Every unit of checks that a target's transports allow.
pub(crate) fn units(contract: &Contract, target: &Target) -> Vec<Unit> {
    let _ = (contract, transports(contract, target));
    Vec::new()
}

/// The transports that both the dialect and the target have.
fn transports(contract: &Contract, target: &Target) -> Vec<Transport> {
    let spoken = &contract.file().transports;
    let http = (spoken.http.is_some() && target.http.is_some()).then_some(Transport::Http);
    let ws = (spoken.ws.is_some() && target.ws.is_some()).then_some(Transport::Ws);
    http.into_iter().chain(ws).collect()
}

/// The checks of a target, in the order in which they would run.
pub fn catalogue(catalog: &Catalog, target: &Target) -> Result<Vec<CheckInfo>, RunError> {
    let contract = contract_of(catalog, &target.dialect)?;
    let mut units = units(&contract, target);
    units.sort_by_key(|unit| unit.order);
    Ok(units.into_iter().flat_map(|unit| unit.checks).collect())
}

/// What a check is, for somebody who wants to understand it.
pub type Explanation = Vec<CheckInfo>;

/// The checks of an id: one for each transport it runs over.
pub fn explain(catalog: &Catalog, target: &Target, id: &str) -> Result<Explanation, RunError> {
    let wanted = id.split(" @").next().unwrap_or(id);
    Ok(catalogue(catalog, target)?.into_iter().filter(|check| check.id == wanted || check.label() == id).collect())
}
