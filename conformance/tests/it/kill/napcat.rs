//! What is said of faults in NapCat beyond what all dialects have in common.

use super::expect::{Row, Unseen};

pub(super) const ROWS: &[Row] = &[
    ("suffix-unknown/async", &["envelope/suffix-async"], &[]),
    ("suffix-unknown/rate-limited", &["envelope/suffix-rate-limited"], &[]),
    ("envelope-missing/data", &["envelope/failed-data"], &["transport/*/unknown-action"]),
    ("token-ignored/query", &["auth/http/query", "auth/ws/query", "auth/sse/query"], &["auth/http/*"]),
    ("token-ignored/query-is-param", &["auth/http/query"], &["auth/http/query-not-param"]),
    (
        "bug/napcat-50-level-number",
        &["action/get_group_member_info/result", "action/get_group_member_list/result"],
        &["action/get_group_member_*"],
    ),
];

pub(super) const UNSEEN: &[Unseen] = &[
    ("null-segment-data-refused", "every segment has to come with an object"),
    ("wrong-failure/unknown-action-failed", "over HTTP an action that does not exist looks like one that failed"),
    ("wrong-failure/failed-status", "over HTTP an action that does not exist looks like one that failed"),
    ("lifecycle-enable", "no lifecycle event but that of a connection is known there"),
];
