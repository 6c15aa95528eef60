//! Randomness that repeats: everything that is drawn follows from the seed of the run and from what draws it.

use botspec_reports::record::Transport;

/// What is drawn for a check follows from the seed of the run, the check and its transport, and from nothing that ran
/// before it.
pub(crate) fn seed_of(run: u64, check: &str, transport: Option<Transport>) -> u64 {
    let text = transport.map_or("", Transport::as_str);
    let bytes = check.bytes().chain([0]).chain(text.bytes());
    // FNV-1a, finished by the mixer of SplitMix64 so that near seeds lie far apart.
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64 ^ run, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mix(hash)
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The seed as proptest wants it.
pub(crate) fn bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    let mut word = seed;
    for chunk in bytes.chunks_mut(8) {
        word = mix(word.wrapping_add(0x9e37_79b9_7f4a_7c15));
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
