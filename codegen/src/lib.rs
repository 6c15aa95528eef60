//! Contracts in, source text out: a pure function, the same text for the same contracts.

mod error;
mod output;
pub mod rust;

pub use error::CodegenError;
pub use output::{GeneratedFile, Stale, check, write_to};
