//! What the bindings of OneBot 11 do with what implementations send.

mod client;
mod cq;
mod events;
mod hostile;
mod ids;
mod messages;
mod scalars;

/// Property tests draw the same cases each time: a test that failed fails again.
fn cases() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        rng_seed: proptest::test_runner::RngSeed::Fixed(11),
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    }
}
