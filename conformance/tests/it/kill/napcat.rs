//! What is said of faults in NapCat beyond what all dialects have in common.

use super::expect::{Row, Unseen};

pub(super) const ROWS: &[Row] = &[
    ("token-ignored/query", &["auth/http/query", "auth/ws/query", "auth/sse/query"], &["auth/http/*"]),
    ("token-ignored/query-is-param", &["auth/http/query"], &["auth/http/query-not-param"]),
    (
        "bug/napcat-50-level-number",
        &["action/get_group_member_info/result", "action/get_group_member_list/result"],
        &["action/get_group_member_*"],
    ),
];

pub(super) const UNSEEN: &[Unseen] = &[
    ("envelope-status/ok-with-async-retcode", "no call is for later there, so that no retcode means it"),
    ("token-status/wrong-as-missing", "a wrong token and none at all are refused alike"),
    ("token-status/missing-as-wrong", "a wrong token and none at all are refused alike"),
    ("wrong-failure/unknown-action-failed", "over HTTP an action that does not exist looks like one that failed"),
    ("wrong-failure/charset-refused", "a body is read as JSON whatever its content type"),
    ("wrong-failure/failed-status", "over HTTP an action that does not exist looks like one that failed"),
    ("lifecycle-enable", "no lifecycle event but that of a connection is known there"),
    ("bug/napcat-415-forward-as-events", "merged forwards are told as messages there, and not as nodes"),
];
