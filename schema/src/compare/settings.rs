//! What a difference in each setting of a dialect means.

use super::entry::Level;

/// A setting of `dialect.json`.
pub(in super::super) struct Setting {
    pub(in super::super) pointer: &'static str,
    /// What it belongs to.
    pub(in super::super) area: &'static str,
    /// What people call it, in English and in Chinese.
    pub(in super::super) title: (&'static str, &'static str),
    pub(in super::super) rule: Rule,
}

/// How a difference is judged.
#[derive(Clone, Copy)]
pub(in super::super) enum Rule {
    /// A list of what a bot may use: what is gone is of this level.
    Takes(Level),
    /// A list of what a bot is reported: what is gone is of this level, and where that is the worst, what is added as well.
    Tells(Level),
    /// Something that is or is not done: losing it is of this level. The sentences for losing and for gaining it.
    Can(Level, Both, Both),
    /// A word or a number that both have to agree on.
    Word(Level),
    /// A number that is only reported where both state it.
    Known,
}

/// A sentence in English and in Chinese; `{to}` is the second dialect.
pub(in super::super) type Both = (&'static str, &'static str);

const fn setting(
    area: &'static str,
    pointer: &'static str,
    title: (&'static str, &'static str),
    rule: Rule,
) -> Setting {
    Setting { pointer, area, title, rule }
}

use Level::{Breaks, Misses, Note};

/// Every setting that is judged by itself, the transports one after the other.
pub(super) const RULES: &[Setting] = &[
    setting(
        "envelope",
        "/envelope/outcomes/ok/status",
        ("`status` of success", "成功时的 `status`"),
        Rule::Word(Breaks),
    ),
    setting(
        "envelope",
        "/envelope/outcomes/ok/retcode",
        ("`retcode` of success", "成功时的 `retcode`"),
        Rule::Word(Breaks),
    ),
    setting(
        "envelope",
        "/envelope/outcomes/failed/status",
        ("`status` of a failure", "失败时的 `status`"),
        Rule::Word(Breaks),
    ),
    setting(
        "envelope",
        "/envelope/outcomes/failed/retcode",
        ("`retcode` of a failure", "失败时的 `retcode`"),
        Rule::Word(Breaks),
    ),
    setting(
        "envelope",
        "/envelope/outcomes/async",
        ("calls that are answered at once", "异步调用"),
        Rule::Can(
            Misses,
            ("{to} answers no call before it is done.", "{to} 不会在完成之前就返回响应。"),
            ("{to} can answer a call before it is done.", "{to} 可以在完成之前就返回响应。"),
        ),
    ),
    setting(
        "envelope",
        "/envelope/stream",
        ("answers in parts", "分段响应"),
        Rule::Can(
            Misses,
            ("{to} marks no answer as one of several parts.", "{to} 不标记分段的响应。"),
            ("{to} marks answers that come in parts.", "{to} 会标记分段的响应。"),
        ),
    ),
    setting(
        "ws",
        "/request_frame/action",
        ("the key for the name of the action", "动作名所在的键"),
        Rule::Word(Breaks),
    ),
    setting("ws", "/request_frame/params", ("the key for the parameters", "参数所在的键"), Rule::Word(Breaks)),
    setting("ws", "/request_frame/echo", ("the key for the echo", "echo 所在的键"), Rule::Word(Breaks)),
    setting(
        "calls",
        "/suffixes",
        ("suffixes of action names", "动作名后缀"),
        Rule::Can(
            Breaks,
            ("{to} knows no suffixes of action names such as `_async`.", "{to} 不支持 `_async` 之类的动作名后缀。"),
            ("{to} knows suffixes of action names such as `_async`.", "{to} 支持 `_async` 之类的动作名后缀。"),
        ),
    ),
    setting(
        "calls",
        "/string_params",
        ("numbers and booleans as strings", "以字符串表示的数字与布尔值"),
        Rule::Can(
            Breaks,
            ("{to} refuses numbers and booleans that are given as strings.", "{to} 不接受以字符串表示的数字与布尔值。"),
            ("{to} takes numbers and booleans that are given as strings.", "{to} 接受以字符串表示的数字与布尔值。"),
        ),
    ),
    setting("messages", "/message_forms/send", ("forms of a message to send", "发送消息的形式"), Rule::Takes(Breaks)),
    setting(
        "messages",
        "/message_forms/receive",
        ("forms of a received message", "收到消息的形式"),
        Rule::Tells(Breaks),
    ),
    setting(
        "messages",
        "/cq_code",
        ("CQ codes", "CQ 码"),
        Rule::Can(
            Breaks,
            ("{to} has no string form of messages (CQ codes).", "{to} 没有消息的字符串形式（CQ 码）。"),
            ("{to} has a string form of messages (CQ codes).", "{to} 支持消息的字符串形式（CQ 码）。"),
        ),
    ),
    setting("auth", "/auth/header", ("the header with the token", "携带 token 的请求头"), Rule::Word(Breaks)),
    setting("auth", "/auth/scheme", ("the word before the token", "token 前的单词"), Rule::Word(Breaks)),
    setting(
        "auth",
        "/auth/query_first",
        ("the token in the query before the one in the header", "query 中的 token 优先"),
        Rule::Can(
            Note,
            ("The header with the token counts before the query.", "请求头中的 token 先于 query 生效。"),
            ("The query with the token counts before the header.", "query 中的 token 先于请求头生效。"),
        ),
    ),
    setting("http", "/transports/http/paths", ("paths of a call", "调用路径"), Rule::Takes(Breaks)),
    setting("http", "/transports/http/methods", ("methods of a call", "请求方法"), Rule::Takes(Breaks)),
    setting(
        "http",
        "/transports/http/content_types",
        ("content types of a call", "请求的内容类型"),
        Rule::Takes(Breaks),
    ),
    setting(
        "http",
        "/transports/http/query_with_body",
        ("parameters in the query beside a body", "与正文并用的 query 参数"),
        Rule::Can(
            Breaks,
            ("{to} does not read parameters in the query of a POST.", "{to} 不读取 POST 请求 query 中的参数。"),
            ("{to} reads parameters in the query of a POST as well.", "{to} 还读取 POST 请求 query 中的参数。"),
        ),
    ),
    setting(
        "http",
        "/transports/http/echo",
        ("an echo over HTTP", "HTTP 响应中的 echo"),
        Rule::Can(
            Misses,
            ("{to} gives no echo back over HTTP.", "{to} 的 HTTP 响应不带 echo。"),
            ("{to} gives an echo back over HTTP as well.", "{to} 的 HTTP 响应也带 echo。"),
        ),
    ),
    setting(
        "http",
        "/transports/http/hello",
        ("paths that only report that it runs", "仅用于探活的路径"),
        Rule::Takes(Misses),
    ),
    setting("http", "/transports/http/order", ("what is looked at first in a call", "检查请求的先后"), Rule::Known),
    setting(
        "ws",
        "/transports/ws/shares_http",
        ("the address of HTTP", "与 HTTP 共用地址"),
        Rule::Can(
            Note,
            ("The WebSocket has an address of its own, apart from HTTP.", "WebSocket 使用独立于 HTTP 的地址。"),
            ("The WebSocket is served on the address of HTTP.", "WebSocket 与 HTTP 共用地址。"),
        ),
    ),
    setting("ws", "/transports/ws/meta/lifecycle", LIFECYCLE, Rule::Tells(Misses)),
    setting("ws", "/transports/ws/meta/heartbeat", ("heartbeats", "心跳"), HEARTBEAT),
    setting("ws", "/transports/ws/meta/heartbeat_ms", INTERVAL, Rule::Known),
    setting("reverse_ws", "/transports/reverse_ws/self_id_header", ACCOUNT, Rule::Word(Breaks)),
    setting(
        "reverse_ws",
        "/transports/reverse_ws/role_header",
        ("the header that names the role", "标明角色的请求头"),
        Rule::Word(Breaks),
    ),
    setting("reverse_ws", "/transports/reverse_ws/roles", ("roles of a connection", "连接的角色"), Rule::Takes(Breaks)),
    setting(
        "reverse_ws",
        "/transports/reverse_ws/reconnect_ms",
        ("milliseconds before it connects again", "重连间隔（毫秒）"),
        Rule::Known,
    ),
    setting("reverse_ws", "/transports/reverse_ws/user_agent", ("the user agent", "User-Agent"), Rule::Known),
    setting("reverse_ws", "/transports/reverse_ws/meta/lifecycle", LIFECYCLE, Rule::Tells(Misses)),
    setting("reverse_ws", "/transports/reverse_ws/meta/heartbeat", ("heartbeats", "心跳"), HEARTBEAT),
    setting("reverse_ws", "/transports/reverse_ws/meta/heartbeat_ms", INTERVAL, Rule::Known),
    setting(
        "webhook",
        "/transports/webhook/content_type",
        ("the content type of a post", "上报的内容类型"),
        Rule::Word(Breaks),
    ),
    setting("webhook", "/transports/webhook/self_id_header", ACCOUNT, Rule::Word(Breaks)),
    setting(
        "webhook",
        "/transports/webhook/signature",
        ("the signature of a post", "上报的签名"),
        Rule::Can(
            Breaks,
            ("{to} does not sign what it posts.", "{to} 的上报不带签名。"),
            ("{to} signs what it posts where a secret is set.", "{to} 在设置了密钥时会对上报签名。"),
        ),
    ),
    setting(
        "webhook",
        "/transports/webhook/quick_operations",
        ("quick operations", "快速操作"),
        Rule::Can(
            Breaks,
            ("{to} does not read quick operations in the answer to a post.", "{to} 不支持在上报的响应中做快速操作。"),
            ("{to} reads quick operations in the answer to a post.", "{to} 支持在上报的响应中做快速操作。"),
        ),
    ),
    setting("webhook", "/transports/webhook/meta/lifecycle", LIFECYCLE, Rule::Tells(Misses)),
    setting("webhook", "/transports/webhook/meta/heartbeat", ("heartbeats", "心跳"), HEARTBEAT),
    setting("webhook", "/transports/webhook/meta/heartbeat_ms", INTERVAL, Rule::Known),
    setting("sse", "/transports/sse/paths", ("paths of the stream", "事件流的路径"), Rule::Takes(Breaks)),
    setting(
        "sse",
        "/transports/sse/event",
        ("the name in the `event:` line", "`event:` 行中的名称"),
        Rule::Word(Breaks),
    ),
    setting(
        "sse",
        "/transports/sse/optional",
        ("SSE turned off by default", "默认关闭的 SSE"),
        Rule::Can(
            Note,
            ("SSE is always there in {to}; nobody has to turn it on.", "{to} 的 SSE 始终可用，无需另外开启。"),
            ("SSE has to be turned on in {to}.", "{to} 的 SSE 需要手动开启。"),
        ),
    ),
    setting("sse", "/transports/sse/meta/lifecycle", LIFECYCLE, Rule::Tells(Misses)),
    setting("sse", "/transports/sse/meta/heartbeat", ("heartbeats", "心跳"), HEARTBEAT),
    setting("sse", "/transports/sse/meta/heartbeat_ms", INTERVAL, Rule::Known),
    setting("ws", "/transports/ws/meta/heartbeat_fixed", FIXED, SETTABLE),
    setting("reverse_ws", "/transports/reverse_ws/meta/heartbeat_fixed", FIXED, SETTABLE),
    setting("webhook", "/transports/webhook/meta/heartbeat_fixed", FIXED, SETTABLE),
    setting("sse", "/transports/sse/meta/heartbeat_fixed", FIXED, SETTABLE),
];

const FIXED: Both = ("heartbeats that nobody can set", "不可调整的心跳间隔");
const SETTABLE: Rule = Rule::Can(
    Note,
    ("The time between heartbeats can be set.", "心跳间隔可以调整。"),
    ("The time between heartbeats cannot be set.", "心跳间隔不可调整。"),
);

const ACCOUNT: Both = ("the header that names the account", "标明账号的请求头");
const LIFECYCLE: Both = ("lifecycle events", "生命周期事件");
const INTERVAL: Both = ("milliseconds between heartbeats", "心跳间隔（毫秒）");
const HEARTBEAT: Rule = Rule::Can(
    Misses,
    ("{to} sends no heartbeats here.", "{to} 在这里不发送心跳。"),
    ("{to} sends heartbeats here.", "{to} 在这里会发送心跳。"),
);
