//! Faults of messages and their string form: what catches them.

use super::expect::Row;

pub(super) const ROWS: &[Row] = &[
    ("cq-not-unescaped", &["message/escape-text", "message/escape-value", "segment/share/forms"], &["message/*"]),
    ("cq-unescaped-twice", &["message/escape-once", "segment/text/forms"], &[]),
    ("cq-not-escaped", &["message/escape-received", "message/raw-message"], &[]),
    ("cq-not-parsed", &["message/forms-equal", "segment/face/forms"], &["message/*"]),
    ("array-unescaped", &["message/array-verbatim", "segment/text/read-back"], &["segment/text/forms"]),
    ("auto-escape-ignored", &["message/auto-escape"], &[]),
    ("single-segment-refused", &["message/form-segment", "segment/face/forms"], &["action/send_private_msg/examples"]),
    (
        "string-message-refused",
        &["message/form-string", "segment/face/forms"],
        &["message/*", "action/send_private_msg/*"],
    ),
    ("null-segment-data-refused", &["message/null-data"], &[]),
    (
        "segment-values-numbers",
        &["message/string-values", "segment/face/receive"],
        &["message/auto-escape-array", "segment/face/*"],
    ),
];
