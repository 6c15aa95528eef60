//! Contracts in, source text out.
