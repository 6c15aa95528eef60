//! Switches that transports and messages read.

mod concerns;

use botspec_schema::Dialect;
use botspec_schema::model::Transport;

use super::{Fault, Kind};

pub(super) use concerns::concerns;
pub(crate) use concerns::requires;

/// A switch with its id, its sentence, and the transport without which it makes no difference.
type Row = (Switch, &'static str, &'static str, Option<Transport>);

macro_rules! switches {
    ($($(#[doc = $sentence:literal])+ $name:ident = $id:literal $(on $wire:ident)?,)*) => {
        /// A way to behave otherwise.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Switch {
            $($(#[doc = $sentence])+ $name,)*
        }

        const TABLE: &[Row] = &[$((Switch::$name, $id, concat!($($sentence),+), switches!(@wire $($wire)?)),)*];
    };
    (@wire) => { None };
    (@wire $wire:ident) => { Some(Transport::$wire) };
}

switches! {
    /// the token is not asked for over HTTP
    HttpTokenUnchecked = "token-unchecked/http",
    /// the token is not asked for in the handshake of a WebSocket
    WsTokenUnchecked = "token-unchecked/ws",
    /// the token is not asked for where events are streamed
    SseTokenUnchecked = "token-unchecked/sse" on Sse,
    /// any token in the query will do
    QueryTokenUnchecked = "token-unchecked/query",
    /// the token in the header is not seen
    HeaderTokenIgnored = "token-ignored/header",
    /// the token in the query is not seen
    QueryTokenIgnored = "token-ignored/query",
    /// the token in the query is taken for a parameter of the action
    QueryTokenIsParam = "token-ignored/query-is-param",
    /// a wrong token is answered like a missing one
    WrongTokenUnauthorized = "token-status/wrong-as-missing",
    /// a missing token is answered like a wrong one
    MissingTokenForbidden = "token-status/missing-as-wrong",
    /// a handshake without the right token succeeds, and the failure comes as a frame
    HandshakeSucceeds = "token-status/handshake-succeeds",
    /// an action that does not exist succeeds
    UnknownActionOk = "wrong-failure/unknown-action-ok",
    /// an action that does not exist is answered like one that failed
    UnknownActionFailed = "wrong-failure/unknown-action-failed",
    /// a body that does not parse counts as empty
    MalformedIsEmpty = "wrong-failure/malformed-body-ok",
    /// a body of any content type is read as JSON
    ContentTypeIgnored = "wrong-failure/content-type-ignored",
    /// a content type with a charset behind it is refused
    CharsetRefused = "wrong-failure/charset-refused",
    /// a slash behind the name of the action is refused
    TrailingSlashRefused = "wrong-failure/trailing-slash",
    /// an action that failed is answered with the HTTP status of an action that does not exist
    FailedStatus = "wrong-failure/failed-status",
    /// parameters are not checked: what is missing or wrong counts as done
    InvalidParamsOk = "wrong-failure/invalid-params-ok",
    /// a frame that does not parse gets no answer
    MalformedFrameSilent = "wrong-failure/malformed-frame-silent",
    /// a frame that does not parse ends the connection
    MalformedFrameCloses = "wrong-failure/malformed-frame-closes",
    /// a long frame ends the connection
    BigFrameRefused = "big-frame-refused" on Ws,
    /// a call in several frames ends the connection
    FragmentsRefused = "fragments-refused" on Ws,
    /// numbers and booleans that come as strings are errors
    StringsRefused = "strings-refused",
    /// parameters in a form are not read
    FormIgnored = "form-ignored",
    /// parameters in the query are not read
    QueryIgnored = "query-ignored",
    /// percent escapes in parameters are not undone
    PercentNotDecoded = "percent-not-decoded",
    /// a parameter is known by the first of its names only
    AliasesIgnored = "aliases-ignored",
    /// a parameter that the action does not know is an error
    ExtraParamsRefused = "extra-params-refused",
    /// a call for later is answered when it is done, with its result
    AsyncWaits = "async-waits",
    /// a call for later is never done
    AsyncForgotten = "async-forgotten",
    /// a call for the queue is answered when it is done, with its result
    RateLimitedWaits = "rate-limited-waits",
    /// an action is not known with the suffix for later
    AsyncSuffixUnknown = "suffix-unknown/async",
    /// an action is not known with the suffix for the queue
    RateLimitedSuffixUnknown = "suffix-unknown/rate-limited",
    /// events are sent to connections that take calls only
    EventsOnApi = "events-on-api",
    /// calls are answered on connections that take events only
    AnswersOnEvent = "answers-on-event",
    /// no `connect` lifecycle event is sent
    NoLifecycle = "no-lifecycle",
    /// an `enable` lifecycle event is sent over a WebSocket
    LifecycleEnable = "lifecycle-enable",
    /// no heartbeat is sent
    NoHeartbeat = "no-heartbeat",
    /// every event is sent twice
    EventTwice = "event-twice",
    /// events are held back by one, so that they come in another order
    EventsSwapped = "events-swapped",
    /// only the first of several event connections gets events
    EventsToOne = "events-to-one",
    /// a call is answered twice
    AnswerTwice = "answer-twice",
    /// of calls that are under way at once, answers have the echoes of others
    AnswersSwapped = "answers-swapped",
    /// some events that hold a message are lost
    MessagesLost = "messages-lost",
    /// events that hold a message come six seconds late
    MessagesLate = "messages-late",
    /// an answer of one connection goes to the others too
    AnswersToAll = "answers-to-all",
    /// escapes in a string that is sent are not undone
    CqNotUnescaped = "cq-not-unescaped",
    /// escapes in a string that is sent are undone twice
    CqUnescapedTwice = "cq-unescaped-twice",
    /// strings that are handed out are not escaped
    CqNotEscaped = "cq-not-escaped",
    /// CQ codes in a string that is sent are not read
    CqNotParsed = "cq-not-parsed",
    /// values in an array are unescaped as if they stood in a string
    ArrayUnescaped = "array-unescaped",
    /// a string that should be sent as it stands is read all the same
    AutoEscapeIgnored = "auto-escape-ignored",
    /// a message that is one segment is refused
    SingleSegmentRefused = "single-segment-refused",
    /// a message that is a string is refused
    StringMessageRefused = "string-message-refused",
    /// segments without data are refused
    NullDataRefused = "null-segment-data-refused",
    /// values of a segment that is handed out are numbers where they look like one
    SegmentValuesNumbers = "segment-values-numbers",
    /// parameters that cannot be read are answered like an action that failed
    InvalidParamsCode = "wrong-failure/invalid-params-code",
    /// calls are done while no account is logged in
    LoginUnchecked = "login-unchecked",
    /// a parameter that may be left out may not be null
    NullsRefused = "nulls-refused",
    /// any number will do for an account
    RangeUnchecked = "uin-range-unchecked",
    /// a GET calls an action
    GetServed = "get-served",
    /// an empty object is refused
    EmptyObjectRefused = "empty-object-refused",
    /// a file is reported by the event of its upload alone
    FileMessageMissing = "file-not-said",
    /// the path of events is a stream for who asks for a WebSocket too
    UpgradeIgnored = "upgrade-ignored",
    /// the handshake of a reverse WebSocket does not name the account
    ReverseSelfIdMissing = "reverse-ws/self-id-missing" on ReverseWs,
    /// the handshake of a reverse WebSocket does not name the role
    ReverseRoleMissing = "reverse-ws/role-missing" on ReverseWs,
    /// the handshake of a reverse WebSocket names another role
    ReverseRoleOther = "reverse-ws/role-other" on ReverseWs,
    /// the handshake of a reverse WebSocket has no token
    ReverseTokenMissing = "reverse-ws/token-missing" on ReverseWs,
    /// the handshake of a reverse WebSocket has a token where none is set
    ReverseTokenInvented = "reverse-ws/token-invented" on ReverseWs,
    /// a reverse WebSocket that was closed is not opened again
    ReverseNotReopened = "reverse-ws/not-reopened" on ReverseWs,
    /// a reverse WebSocket that was refused is not tried again
    ReverseNotRetried = "reverse-ws/not-retried" on ReverseWs,
    /// a post does not name the account
    WebhookSelfIdMissing = "webhook/self-id-missing" on Webhook,
    /// a post has no content type
    WebhookContentTypeMissing = "webhook/content-type-missing" on Webhook,
    /// a post is not signed
    WebhookSignatureMissing = "webhook/signature-missing" on Webhook,
    /// a signature stands without its prefix
    WebhookSignaturePrefix = "webhook/signature-prefix" on Webhook,
    /// a signature is made over other bytes than those that are posted
    WebhookSignatureBytes = "webhook/signature-bytes" on Webhook,
    /// a signature is made with another key than the secret
    WebhookSignatureKey = "webhook/signature-key" on Webhook,
    /// a post has no token
    WebhookTokenMissing = "webhook/token-missing" on Webhook,
    /// a post has a token where none is set
    WebhookTokenInvented = "webhook/token-invented" on Webhook,
    /// a post is signed where no secret is set
    WebhookSignatureInvented = "webhook/signature-invented" on Webhook,
    /// no call is answered while a post waits for its answer
    WebhookBlocks = "calls-wait-for-posts" on Webhook,
    /// of several addresses, only the first one is posted to
    WebhookFirstAlone = "webhook/first-alone" on Webhook,
    /// what the answer to a post asks for is not done
    WebhookQuickIgnored = "webhook/quick-ignored" on Webhook,
    /// no blank line stands behind an event of a stream
    SseNoBlankLine = "sse/no-blank-line" on Sse,
    /// an event of a stream has another name
    SseEventName = "sse/event-name" on Sse,
    /// the data of an event of a stream is no JSON
    SseDataNotJson = "sse/data-not-json" on Sse,
    /// a stream has the content type of plain text
    SseContentType = "sse/content-type" on Sse,
}

/// The switches of a dialect, but for those that would make no difference.
pub(super) fn all(dialect: &Dialect) -> impl Iterator<Item = Fault> {
    let concerned = |row: &&Row| row.3.is_none_or(|wire| has(dialect, wire)) && concerns(dialect, row.0);
    TABLE.iter().filter(concerned).map(|(switch, id, sentence, _)| Fault {
        id: (*id).to_owned(),
        sentence: sentence.trim().to_owned(),
        source: None,
        kind: Kind::Switch(*switch),
    })
}

fn has(dialect: &Dialect, wire: Transport) -> bool {
    let transports = &dialect.file.transports;
    match wire {
        Transport::Http => transports.http.is_some(),
        Transport::Ws => transports.ws.is_some(),
        Transport::ReverseWs => transports.reverse_ws.is_some(),
        Transport::Webhook => transports.webhook.is_some(),
        Transport::Sse => transports.sse.is_some(),
    }
}
