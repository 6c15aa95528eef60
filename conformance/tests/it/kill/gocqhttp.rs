//! What is said of faults in gocqhttp beyond what all dialects have in common.

use super::expect::{Row, Unseen};

pub(super) const ROWS: &[Row] = &[
    ("envelope-missing/data", &["envelope/failed-data"], &["transport/*/unknown-action"]),
    ("envelope-text/empty", &["envelope/failed-message"], &[]),
    ("suffix-unknown/async", &["envelope/suffix-async"], &[]),
    ("token-unchecked/http", &["auth/http/wrong"], &["auth/http/wrong-query"]),
];

pub(super) const UNSEEN: &[Unseen] = &[
    ("wrong-failure/malformed-body-ok", "over HTTP NapCat refuses such a body, and LLOneBot answers an envelope"),
    ("wrong-failure/unknown-action-failed", "there is no retcode for it that go-cqhttp and both successors share"),
    ("suffix-unknown/rate-limited", "go-cqhttp never knew the suffix for the queue"),
    ("answers-on-event", "NapCat answers calls there, and LLOneBot does not"),
    ("null-segment-data-refused", "no successor takes null in place of the data of every segment that needs none"),
];
