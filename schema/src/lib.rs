//! The contracts of every dialect, their model, loading, lint and validation.

pub mod model;
