//! Contracts in, source text out: a pure function, the same text for the same contracts.
//!
//! ```
//! use botspec_schema::Catalog;
//!
//! let dialect = Catalog::builtin().dialect("onebot11").expect("a built-in dialect");
//! let files = botspec_codegen::rust::generate(dialect, [])?;
//! assert!(files.iter().any(|file| file.text.contains("pub struct SendGroupMsg")));
//! # Ok::<(), botspec_codegen::CodegenError>(())
//! ```

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
