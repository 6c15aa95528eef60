//! The contracts of every dialect, their model, loading, lint and validation.
//!
//! [`Catalog::builtin`] holds the contracts that this crate carries; a [`Dialect`] answers what an action, a segment
//! or an event is, and checks documents against it.
//!
//! ```
//! use botspec_schema::{Catalog, Kind};
//! use serde_json::json;
//!
//! let dialect = Catalog::builtin().dialect("onebot11").expect("a built-in dialect");
//! assert_eq!(dialect.actions["send_group_msg"].effect.as_str(), "send");
//!
//! let answer = json!({ "user_id": "20002", "nickname": "Bob", "sex": "male", "age": 30 });
//! let violations = dialect.check(Kind::ActionResult, Some("get_stranger_info"), &answer)?;
//! assert_eq!(violations[0].pointer, "/user_id");
//! assert_eq!(violations[0].found, "string");
//! # Ok::<(), botspec_schema::UnknownName>(())
//! ```

mod annotations;
mod catalog;
mod check;
mod closest;
mod coerce;
mod coercion;
pub mod compare;
pub mod cq;
mod defect;
mod defs;
mod dialect;
pub mod drift;
pub mod export;
#[cfg(feature = "generate")]
pub mod generate;
mod hash;
mod kind;
mod late;
pub mod lint;
pub mod listing;
mod locate;
mod makers;
mod meta;
pub mod model;
mod normalise;
mod parse;
mod recognise;
mod refused;
mod response;
mod shape;
mod sources;
mod subset;
mod validate;
mod version;
mod violation;

pub use annotations::{
    ACTION, ALIASES, COERCES, COUNTS, FIXTURE, ID, ID_KINDS, PERSONAL, SAME_AS, SECRET, SINCE, SOURCE, UNTYPED,
    VOLATILE,
};
pub use catalog::Catalog;
pub use check::{Checked, UnknownName};
pub use closest::{closest, suggestion};
pub use coerce::Coerced;
pub use defect::{Defect, Defects};
pub use defs::{SEGMENT_DATA, SEGMENT_TYPE, VIRTUAL, reference, referenced};
pub use dialect::{Call, CallMode, Dialect, Loaded};
pub use kind::{Kind, UnknownKind};
pub use late::Late;
pub use locate::{Position, locate};
pub use makers::{KindAt, Known, Made, needs_of_call};
pub use meta::meta_schemas;
pub use response::{DATA, RETCODE, STATUS};
pub use sources::{SourceFile, Sources};
pub use version::{compare_versions, version_numbers};
pub use violation::Violation;
