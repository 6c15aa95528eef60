//! The engine and the checks.
