//! A whole small QQ in memory that speaks the contracts.

mod fixtures;
mod shared;
mod steps;
pub mod world;

pub use fixtures::Fixtures;
pub use shared::SharedWorld;
pub use steps::{STEPS, Step, StepError};
pub use world::World;
