//! The generator against contracts, and the checked-in bindings against the generator.

mod dialects;
mod fresh;
mod inherit;
mod output;
mod python;
mod refused;
mod standalone;
mod typescript;
