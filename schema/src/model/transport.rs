//! The transports of a dialect: where they are, what goes over them, and how a client proves who it is.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way in which an implementation and a bot speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Actions over HTTP.
    Http,
    /// A WebSocket that the implementation serves.
    Ws,
    /// A WebSocket that the implementation opens to the bot.
    ReverseWs,
    /// Events posted to the bot over HTTP.
    Webhook,
    /// Events as a server-sent event stream.
    Sse,
}

impl Transport {
    /// Every transport.
    pub const ALL: [Self; 5] = [Self::Http, Self::Ws, Self::ReverseWs, Self::Webhook, Self::Sse];

    /// Its name in ids, records and target files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Ws => "ws",
            Self::ReverseWs => "reverse-ws",
            Self::Webhook => "webhook",
            Self::Sse => "sse",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageFormat {
    /// As an array of segments.
    #[default]
    Array,
    /// As a string with codes in it.
    String,
}

/// How a client proves who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// The request header.
    pub header: String,
    /// The word before the token in that header.
    pub scheme: String,
    /// The query parameter that may carry the token; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The transports on which that parameter counts; absent: all that the client connects to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_on: Option<Vec<Transport>>,
    /// Whether that parameter counts before the header, where it is not empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub query_first: bool,
}

impl Auth {
    /// The query parameter that may carry the token on a transport.
    pub fn query_over(&self, wire: Transport) -> Option<&str> {
        let counts = self.query_on.as_ref().is_none_or(|wires| wires.contains(&wire));
        self.query.as_deref().filter(|_| counts)
    }
}

/// The transports of a dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transports {
    /// Actions over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpTransport>,
    /// A WebSocket that the implementation serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ws: Option<WsTransport>,
    /// A WebSocket that the implementation opens to the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse_ws: Option<ReverseWsTransport>,
    /// Events that the implementation posts to the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookTransport>,
    /// Events as a stream of server-sent events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sse: Option<SseTransport>,
}

impl Transports {
    /// What goes over a transport beside what happens; absent where the dialect has no such transport, or no events go
    /// over it.
    pub fn meta(&self, wire: Transport) -> Option<&MetaEvents> {
        match wire {
            Transport::Http => None,
            Transport::Ws => self.ws.as_ref().map(|it| &it.meta),
            Transport::ReverseWs => self.reverse_ws.as_ref().map(|it| &it.meta),
            Transport::Webhook => self.webhook.as_ref().map(|it| &it.meta),
            Transport::Sse => self.sse.as_ref().map(|it| &it.meta),
        }
    }
}

/// Actions over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpTransport {
    /// Paths of an action, with `{action}` in the place of its name.
    pub paths: Vec<String>,
    /// Methods that call an action.
    pub methods: Vec<String>,
    /// Content types that a POST body may have. Where `failures` has none for others, those are read like the first.
    pub content_types: Vec<String>,
    /// What is looked at first, second and so on: the first that is wrong makes the answer.
    #[serde(default = "HttpStep::usual", skip_serializing_if = "HttpStep::is_usual")]
    pub order: Vec<HttpStep>,
    /// Whether a POST without a body is one that does not parse; otherwise it is one without parameters.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub body_required: bool,
    /// Whether parameters in the query of a POST count too, before those in its body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub query_with_body: bool,
    /// Whether an answer carries an echo here too: the one among the parameters, or one made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub echo: bool,
    /// Paths that name no action and are answered like one that succeeded, so that somebody sees that it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hello: Vec<String>,
}

/// Something that is looked at before a call over HTTP is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HttpStep {
    /// The token.
    Token,
    /// The name of the action.
    Action,
    /// The content type of the body.
    ContentType,
    /// The body itself.
    Body,
}

impl HttpStep {
    fn usual() -> Vec<Self> {
        vec![Self::Token, Self::Action, Self::ContentType, Self::Body]
    }

    fn is_usual(order: &[Self]) -> bool {
        order == Self::usual()
    }
}

/// A WebSocket that the implementation serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WsTransport {
    /// What is served where.
    pub endpoints: Vec<WsEndpoint>,
    /// What a connection to any other path carries; absent: its handshake is refused with status 404.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_paths: Option<WsRole>,
    /// Whether it is served on the address of HTTP, not on one of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shares_http: bool,
    /// What a connection that takes events is reported of itself.
    #[serde(default, skip_serializing_if = "MetaEvents::is_nothing")]
    pub meta: MetaEvents,
}

/// A WebSocket that the implementation opens to the client. The token goes out as the dialect's `auth` states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseWsTransport {
    /// The request header that names the account.
    pub self_id_header: String,
    /// The request header that names the role.
    pub role_header: String,
    /// The roles that a connection can have, with the word for each in that header.
    pub roles: BTreeMap<WsRole, String>,
    /// How long it waits before it connects again, in milliseconds, where nobody sets it; absent where no document states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_ms: Option<u64>,
    /// The user agent that the handshake names; absent where no document states. What follows a slash is a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// What a connection that takes events is reported of itself.
    #[serde(default, skip_serializing_if = "MetaEvents::is_nothing")]
    pub meta: MetaEvents,
}

/// Events that the implementation posts to an address of the client, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookTransport {
    /// The content type of a post.
    pub content_type: String,
    /// The request header that names the account; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_id_header: Option<String>,
    /// How a post proves where it comes from, where a secret is set; absent: by the token, as `auth` states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Whether the answer to a post may hold the quick operation of its event.
    pub quick_operations: bool,
    /// What the client is reported of the implementation itself.
    #[serde(default, skip_serializing_if = "MetaEvents::is_nothing")]
    pub meta: MetaEvents,
}

/// A signature over the bytes of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The request header.
    pub header: String,
    /// What stands before the hexadecimal digits in it.
    pub prefix: String,
    /// How it is computed.
    pub algorithm: SignatureAlgorithm,
}

/// How a signature is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureAlgorithm {
    /// HMAC with SHA-1, keyed with the secret.
    HmacSha1,
}

/// Events as a stream of server-sent events, on the address that serves HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SseTransport {
    /// The paths.
    pub paths: Vec<String>,
    /// The name in the `event:` line; absent where there is no such line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Whether somebody has to turn it on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// What a stream is reported of itself.
    #[serde(default, skip_serializing_if = "MetaEvents::is_nothing")]
    pub meta: MetaEvents,
}

/// The meta events that go out on a transport.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetaEvents {
    /// Kinds of lifecycle events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifecycle: Vec<Lifecycle>,
    /// Whether there are heartbeats.
    #[serde(default)]
    pub heartbeat: bool,
    /// The time from one heartbeat to the next, in milliseconds, where nobody sets it; absent where no document states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_ms: Option<u64>,
    /// Whether nobody can set it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heartbeat_fixed: bool,
}

/// What an implementation reports of itself; the words are the `sub_type` of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// It was turned on.
    Enable,
    /// It is turned off.
    Disable,
    /// A connection stands.
    Connect,
}

impl Lifecycle {
    /// The `sub_type` of its event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Connect => "connect",
        }
    }
}

impl MetaEvents {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What a WebSocket connection carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WsRole {
    /// Calls and answers.
    Api,
    /// Events.
    Event,
    /// Both.
    Universal,
}

/// Paths with the same role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WsEndpoint {
    /// What the connection carries.
    pub role: WsRole,
    /// The paths.
    pub paths: Vec<String>,
}
