//! A whole small QQ in memory that speaks the contracts.

pub mod world;
