//! Which switches make a difference in which dialect.

use botspec_schema::Dialect;
use botspec_schema::model::{Failure, FailureKind, Lifecycle, MessageForm, Transport, WsRole};

use serde_json::Value;

use super::Switch;

/// Whether a dialect has what a switch changes.
pub(in crate::faults) fn concerns(dialect: &Dialect, switch: Switch) -> bool {
    let file = &dialect.file;
    let deferred = &file.envelope.outcomes.deferred;
    let webhook = file.transports.webhook.as_ref();
    match switch {
        // Where no WebSocket carries calls, clients send nothing over it.
        Switch::BigFrameRefused
        | Switch::FragmentsRefused
        | Switch::MalformedFrameSilent
        | Switch::MalformedFrameCloses
        | Switch::AnswersToAll
        | Switch::AnswerTwice
        | Switch::AnswersSwapped => file.request_frame.is_some(),
        Switch::EventsOnApi => has_role(dialect, WsRole::Api),
        Switch::AnswersOnEvent => file.request_frame.is_some() && has_role(dialect, WsRole::Event),
        Switch::InvalidParamsCode => requires(dialect, "envelope/invalid-params"),
        Switch::LoginUnchecked => requires(dialect, "envelope/not-logged-in"),
        Switch::NullsRefused => requires(dialect, "params/null"),
        Switch::RangeUnchecked => requires(dialect, "params/uin-range"),
        Switch::WebhookBlocks => requires(dialect, "transport/webhook/slow"),
        Switch::WebhookFirstAlone => requires(dialect, "transport/webhook/several-addresses"),
        Switch::GetServed => requires(dialect, "transport/http/get-no-call"),
        Switch::EmptyObjectRefused => requires(dialect, "transport/http/empty-object"),
        Switch::FileMessageMissing => requires(dialect, "delivery/file-message"),
        Switch::UpgradeIgnored => requires(dialect, "transport/ws/upgrade"),
        Switch::AsyncWaits | Switch::AsyncForgotten | Switch::RateLimitedWaits => deferred.is_some(),
        Switch::AsyncSuffixUnknown | Switch::RateLimitedSuffixUnknown => file.suffixes.is_some(),
        Switch::QueryTokenIsParam => file.auth.query_over(Transport::Http).is_some(),
        Switch::WrongTokenUnauthorized | Switch::MissingTokenForbidden => {
            failure(dialect, FailureKind::TokenMissing) != failure(dialect, FailureKind::TokenWrong)
        }
        Switch::HandshakeSucceeds => {
            let look = failure(dialect, FailureKind::TokenWrong).and_then(|look| look.ws.as_ref());
            look.is_some_and(|ws| ws.handshake_status.is_some())
        }
        // Where no content type is refused, every body is read.
        Switch::ContentTypeIgnored | Switch::CharsetRefused => {
            failure(dialect, FailureKind::UnsupportedContentType).is_some()
        }
        Switch::TrailingSlashRefused => {
            file.transports.http.as_ref().is_some_and(|http| http.paths.iter().any(|path| path.ends_with('/')))
        }
        Switch::StringsRefused => file.string_params,
        Switch::FormIgnored => takes_form(dialect),
        Switch::QueryIgnored => takes_query(dialect),
        Switch::PercentNotDecoded => takes_form(dialect) || takes_query(dialect),
        Switch::AliasesIgnored => dialect.actions.values().any(|action| has_alias(&action.params)),
        Switch::NoLifecycle | Switch::LifecycleEnable => has_lifecycle(dialect),
        Switch::NoHeartbeat => {
            Transport::ALL.iter().any(|wire| file.transports.meta(*wire).is_some_and(|meta| meta.heartbeat))
        }
        Switch::CqNotUnescaped
        | Switch::CqUnescapedTwice
        | Switch::CqNotEscaped
        | Switch::CqNotParsed
        | Switch::ArrayUnescaped
        | Switch::AutoEscapeIgnored => file.cq_code.is_some(),
        Switch::SingleSegmentRefused => file.message_forms.send.contains(&MessageForm::Segment),
        Switch::StringMessageRefused => file.message_forms.send.contains(&MessageForm::String),
        Switch::WebhookSelfIdMissing => webhook.is_some_and(|webhook| webhook.self_id_header.is_some()),
        Switch::WebhookSignatureMissing
        | Switch::WebhookSignaturePrefix
        | Switch::WebhookSignatureBytes
        | Switch::WebhookSignatureKey
        | Switch::WebhookSignatureInvented => webhook.is_some_and(|webhook| webhook.signature.is_some()),
        Switch::WebhookTokenMissing | Switch::WebhookTokenInvented => {
            webhook.is_some_and(|webhook| webhook.signature.is_none())
        }
        Switch::ReverseTokenInvented => requires(dialect, "auth/reverse-ws/absent"),
        Switch::WebhookQuickIgnored => webhook.is_some_and(|webhook| webhook.quick_operations),
        _ => true,
    }
}

/// Whether a check stands in the requirements of a dialect, by its id below the name of the dialect.
pub(crate) fn requires(dialect: &Dialect, check: &str) -> bool {
    let id = format!("{}/{check}", dialect.name());
    dialect.requirements.iter().flat_map(|set| &set.requirements).any(|it| it.checks.contains(&id))
}

fn failure(dialect: &Dialect, kind: FailureKind) -> Option<&Failure> {
    dialect.file.failures.get(&kind)
}

/// Whether a WebSocket that is served carries this alone.
fn has_role(dialect: &Dialect, role: WsRole) -> bool {
    dialect.file.transports.ws.as_ref().is_some_and(|ws| ws.endpoints.iter().any(|endpoint| endpoint.role == role))
}

/// Whether a parameter has a second name.
fn has_alias(params: &Value) -> bool {
    let properties = params.get("properties").and_then(Value::as_object);
    properties.is_some_and(|it| it.values().any(|property| property.get("x-aliases").is_some()))
}

fn takes_form(dialect: &Dialect) -> bool {
    let http = dialect.file.transports.http.as_ref();
    http.is_some_and(|http| http.content_types.iter().any(|it| it.ends_with("urlencoded")))
}

fn takes_query(dialect: &Dialect) -> bool {
    dialect.file.transports.http.as_ref().is_some_and(|http| http.methods.iter().any(|method| method == "GET"))
}

fn has_lifecycle(dialect: &Dialect) -> bool {
    let of = |wire: &Transport| dialect.file.transports.meta(*wire);
    Transport::ALL.iter().filter_map(of).any(|meta| meta.lifecycle.contains(&Lifecycle::Connect))
}
