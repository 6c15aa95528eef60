//! What a run changes on an account, and putting it back: the inverse of each change is known, and written down, before the
//! change is made.

mod inverse;
mod ledger;

pub(crate) use inverse::{Inverse, Inverses, opposite_call};
pub(crate) use ledger::{Account, Call, Change};
pub use ledger::{Ledger, LedgerError};
