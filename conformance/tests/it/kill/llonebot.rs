//! What is said of faults in LLOneBot beyond what all dialects have in common.

use super::expect::{Row, Unseen};

pub(super) const ROWS: &[Row] = &[
    ("token-ignored/query", &["auth/http/query", "auth/ws/query", "auth/sse/query"], &["auth/http/*"]),
    (
        "envelope-missing/data",
        &["envelope/keys", "envelope/failed-data", "action/send_like/envelope"],
        &["transport/*/unknown-action"],
    ),
    ("suffix-unknown/async", &["envelope/suffix-async"], &[]),
    ("suffix-unknown/rate-limited", &["envelope/suffix-rate-limited"], &[]),
];

pub(super) const UNSEEN: &[Unseen] = &[
    ("null-segment-data-refused", "dice and rps need no data, and have to come with an object all the same"),
    ("lifecycle-enable", "no lifecycle event but that of a connection is known there"),
];
