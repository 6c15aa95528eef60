//! What the bindings do with what implementations send.

mod bindings;
mod client;
mod connection;
mod conversation;
mod cq;
mod cq_contract;
mod dialects;
mod events;
mod families;
mod features;
mod hostile;
mod ids;
mod lenient;
mod lossless;
mod messages;
mod milky;
mod odd_frames;
mod over_http;
mod roundtrip;
mod sample;
mod scalars;
mod shapes;
mod vectors;

/// Property tests draw the same cases each time: a test that failed fails again.
fn cases() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        rng_seed: proptest::test_runner::RngSeed::Fixed(11),
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    }
}
