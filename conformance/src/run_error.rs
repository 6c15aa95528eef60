//! Why a run, or anything else about a target, does not begin.

use std::sync::Arc;

use botspec_schema::Catalog;

use crate::contract::Contract;
use crate::target::TargetError;
use crate::teardown::LedgerError;

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no such dialect.
    #[error("there is no dialect `{name}`; there are {}", known.join(", "))]
    UnknownDialect {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The target cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// What an earlier run changed and left cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The contracts that a target is checked by.
pub(crate) fn contract_of(catalog: &Catalog, dialect: &str) -> Result<Arc<Contract>, RunError> {
    Contract::new(catalog, dialect).map(Arc::new).ok_or_else(|| RunError::UnknownDialect {
        name: dialect.to_owned(),
        known: catalog.names().map(str::to_owned).collect(),
    })
}
