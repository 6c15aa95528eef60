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

/// Property tests draw the same cases each time: a test that failed fails again.
fn cases() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        rng_seed: proptest::test_runner::RngSeed::Fixed(11),
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    }
}
