//! The generator against the built-in contracts, and the checked-in bindings against the generator.

mod cq;
mod dialects;
mod fresh;
mod lossless;
mod output;
mod refused;
mod roundtrip;
mod sample;
mod shapes;
