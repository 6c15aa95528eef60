//! The generator against contracts, and the checked-in bindings against the generator.

mod dialects;
mod fresh;
mod output;
mod refused;
