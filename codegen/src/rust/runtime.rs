//! The runtime that all bindings share: the files of the crate `botspec-bindings` that no generator writes.

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../bindings/src/", $name)))
    };
}

/// Names and texts.
pub(super) const FILES: &[(&str, &str)] = &[
    file!("action.rs"),
    file!("client.rs"),
    file!("client/backoff.rs"),
    file!("client/beside.rs"),
    file!("client/calls.rs"),
    file!("client/connection.rs"),
    file!("client/http.rs"),
    file!("client/incoming.rs"),
    file!("client/memory.rs"),
    file!("client/open.rs"),
    file!("client/options.rs"),
    file!("client/queue.rs"),
    file!("client/reverse.rs"),
    file!("client/session.rs"),
    file!("client/sse.rs"),
    file!("client/transport_error.rs"),
    file!("client/wire.rs"),
    file!("client/ws.rs"),
    file!("cq.rs"),
    file!("decode.rs"),
    file!("defect.rs"),
    file!("error.rs"),
    file!("extra.rs"),
    file!("frame.rs"),
    file!("id.rs"),
    file!("map.rs"),
    file!("message.rs"),
    file!("mode.rs"),
    file!("nullable.rs"),
    file!("number.rs"),
    file!("open_enum.rs"),
    file!("raw.rs"),
    file!("received.rs"),
    file!("record.rs"),
    file!("replay.rs"),
    file!("scalar.rs"),
    file!("segment.rs"),
    file!("sent.rs"),
    file!("tags.rs"),
    file!("text_ids.rs"),
    file!("union.rs"),
    file!("unknown.rs"),
];

/// The root of the crate, of which a crate for one dialect needs the modules of the runtime and what they offer.
const ROOT: &str = include_str!("../../bindings/src/lib.rs");

/// The declarations of the runtime's modules, and what the crate offers of them.
pub(super) fn declarations() -> (String, String) {
    let (mut modules, mut offers, mut attribute) = (String::new(), String::new(), None);
    for line in ROOT.lines() {
        let kept = match line {
            line if line.starts_with("mod ") => &mut modules,
            line if line.starts_with("pub use ") => &mut offers,
            line => {
                attribute = line.starts_with("#[cfg(feature = \"client\")]").then_some(line);
                continue;
            }
        };
        for line in attribute.take().into_iter().chain([line]) {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    (modules, offers)
}
