//! A whole small QQ in memory that speaks the contracts.
