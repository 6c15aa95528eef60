//! Bugs that people met: what catches them.

use super::expect::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "bug/napcat-213-message-id-beyond-int32",
        &["action/send_private_msg/result", "action/get_msg/result", "event/message.private/shape"],
        &["action/*", "event/*"],
    ),
    (
        "bug/onebots-27-string-ids",
        &["event/message.private/shape", "event/message.group/shape", "event/notice.group_ban/shape"],
        &[],
    ),
    (
        "bug/onebots-41-string-message-id",
        &["action/send_private_msg/result", "action/send_group_msg/result"],
        &["action/send_*"],
    ),
    ("bug/onebots-168-string-font", &["event/message.private/shape", "event/message.group/shape"], &[]),
    (
        "bug/napcat-50-level-number",
        &["action/get_group_member_info/result", "action/get_group_member_list/result", "event/message.group/shape"],
        &["action/get_group_member_*"],
    ),
    ("bug/napcat-187-get-msg-lacks-message-id", &["action/get_msg/result"], &["action/get_msg/*"]),
    (
        "bug/napcat-337-member-user-id-zero",
        &["action/get_group_member_info/result"],
        &["action/get_group_member_info/*"],
    ),
    ("bug/napcat-506-stale-card", &["action/set_group_card/takes-effect"], &[]),
    (
        "bug/napcat-543-target-id-vanished",
        &["event/notice.notify.poke/shape", "event/notice.notify.lucky_king/shape"],
        &[],
    ),
    (
        "bug/napcat-415-forward-as-events",
        &["action/get_forward_msg/result", "message/forward-nodes"],
        &["action/get_forward_msg/*"],
    ),
    ("bug/napcat-294-raw-message-not-escaped", &["message/raw-message", "message/escape-received"], &[]),
    ("bug/napcat-341-object-in-raw-message", &["message/raw-message"], &["message/escape-received"]),
    ("bug/napcat-234-notify-without-standard-fields", &["event/notice.notify.poke/shape"], &[]),
    ("bug/napcat-1212-notify-without-sub-type", &["event/notice.notify.*/shape"], &[]),
    ("bug/napcat-374-no-lifecycle", &["delivery/lifecycle-connect"], &["transport/ws/trailing-slash"]),
    ("bug/napcat-633-no-heartbeat", &["delivery/heartbeat"], &[]),
    ("bug/llonebot-44-action-missing", &["action/get_status/minimal"], &["action/get_status/examples"]),
    (
        "bug/lagrange-812-lifecycle-as-notice",
        &["event/meta_event.lifecycle/shape", "delivery/lifecycle-first"],
        &["delivery/lifecycle-*", "transport/ws/trailing-slash"],
    ),
    ("bug/koishi-12-no-sender", &["event/message.private/shape", "event/message.group/shape"], &[]),
    ("bug/lagrange-v2-62-event-never-sent", &["event/notice.group_recall/delivered"], &[]),
    (
        "bug/llonebot-121-segment-values-numbers",
        &["message/string-values", "segment/face/receive"],
        &["message/auto-escape-array", "segment/face/*"],
    ),
];
