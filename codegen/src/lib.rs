//! Contracts in, source text out: a pure function, the same text for the same contracts.

mod docs;
mod error;
mod lower;
mod model;
mod names;
mod output;
mod plan;
pub mod python;
pub mod rust;
pub mod typescript;
mod wire;

pub use error::CodegenError;
pub use output::{GeneratedFile, Stale, check, write_to};
