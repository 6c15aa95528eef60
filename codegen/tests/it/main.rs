//! The generator against the built-in contracts, and the checked-in bindings against the generator.

mod cq;
mod fresh;
mod lossless;
mod sample;
