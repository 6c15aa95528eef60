//! A check is believed only when it is proved: for every fault of the reference, the checks that should catch it do, and
//! the others stay green.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use botspec_conformance::{Embedded, EmbeddedConfig, matches};
use botspec_reference::faults::{self, Fault};
use botspec_reports::record::Verdict;
use botspec_schema::Catalog;
use futures_util::StreamExt;

use crate::bed::ran_on;

/// What a fault is to be caught by.
#[derive(Default)]
struct Expected {
    /// Each of these patterns has to mean a check that finds it.
    caught: Vec<String>,
    /// Of these, one has to find it.
    any_of: Vec<String>,
    /// Checks that may find it too, because they use what is broken.
    also: Vec<String>,
    /// Checks that run beside and have to stay green.
    beside: Vec<String>,
}

/// Faults that follow from a contract are caught by the checks that follow from the same contract.
fn derived(family: &str, subject: &str) -> Option<Expected> {
    let of = |kind: &str, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("onebot11/{kind}/{subject}/{name}")).collect()
    };
    match family {
        "result-missing" | "result-type" | "result-enum" => Some(Expected {
            // Some fields are told for some values of a parameter alone.
            any_of: of("action", &["result", "examples", "boundary"]),
            beside: of("action", &["minimal", "envelope"]),
            ..Expected::default()
        }),
        "event-missing" | "event-type" | "event-enum" => Some(Expected {
            caught: of("event", &["shape"]),
            beside: of("event", &["delivered"]),
            ..Expected::default()
        }),
        "event-undelivered" => Some(Expected { caught: of("event", &["delivered"]), ..Expected::default() }),
        _ => None,
    }
}

/// Faults of transports, envelopes and messages, and bugs that people met: what catches them, and what else may.
const WRITTEN: &[(&str, &[&str], &[&str])] = &[
    (
        "envelope-status/failed-with-ok-retcode",
        &["envelope/failed"],
        &["transport/http/failure-status", "transport/ws/*"],
    ),
    ("envelope-status/ok-with-other-retcode", &["envelope/ok", "action/get_status/envelope"], &["*"]),
    ("envelope-status/ok-with-async-retcode", &["envelope/ok", "action/get_status/envelope"], &["*"]),
    ("envelope-status/async-with-ok-retcode", &["envelope/async", "envelope/rate-limited"], &[]),
    ("envelope-status/unknown-status", &["envelope/ok", "action/get_status/envelope"], &["*"]),
    (
        "envelope-status/failure-looks-done",
        &["transport/ws/unknown-action", "action/get_msg/invalid"],
        &["transport/*"],
    ),
    ("envelope-missing/status", &["envelope/keys", "action/get_status/envelope"], &["*"]),
    ("envelope-missing/retcode", &["envelope/keys", "action/get_status/envelope"], &["*"]),
    (
        "envelope-missing/data",
        &["envelope/null-data"],
        &["envelope/*", "transport/ws/unknown-action", "action/send_like/*"],
    ),
    ("envelope-type/retcode", &["action/get_status/envelope"], &["*"]),
    ("envelope-type/failed-data", &["envelope/failed-data"], &["transport/ws/unknown-action"]),
    ("echo-changed/dropped", &["echo/*", "action/get_status/envelope"], &[]),
    ("echo-changed/dropped-on-failure", &["echo/failure"], &[]),
    ("echo-changed/null", &["echo/string", "echo/zero", "action/get_status/envelope"], &["echo/*"]),
    ("echo-changed/number-to-string", &["echo/integer", "echo/fraction", "echo/zero"], &[]),
    ("echo-changed/always-the-same", &["echo/*", "action/get_status/envelope"], &["transport/ws/several-connections"]),
    ("echo-changed/empty-dropped", &["echo/empty-*", "echo/zero", "echo/false", "echo/null"], &[]),
    ("echo-changed/object-to-text", &["echo/object", "echo/array"], &["echo/empty-*", "echo/matched"]),
    ("echo-changed/lower-cased", &["echo/string"], &[]),
    ("token-unchecked/http", &["auth/http/missing", "auth/http/wrong"], &["auth/http/wrong-query"]),
    ("token-unchecked/ws", &["auth/ws/missing", "auth/ws/wrong"], &["auth/ws/*"]),
    ("token-unchecked/query", &["auth/http/wrong-query", "auth/ws/wrong-query"], &[]),
    ("token-ignored/header", &["auth/http/header", "auth/ws/header"], &["*"]),
    (
        "token-ignored/query",
        &["auth/http/query", "auth/ws/query"],
        &["auth/http/query-not-param", "auth/http/wrong-query"],
    ),
    ("token-ignored/query-is-param", &["auth/http/query-not-param"], &[]),
    ("token-status/wrong-as-missing", &["auth/http/wrong", "auth/ws/wrong-status"], &["auth/http/wrong-query"]),
    ("token-status/missing-as-wrong", &["auth/http/missing", "auth/ws/missing-status"], &[]),
    ("token-status/handshake-succeeds", &["auth/ws/missing-status", "auth/ws/wrong-status", "auth/ws/no-frame"], &[]),
    ("wrong-failure/unknown-action-ok", &["transport/http/unknown-action", "transport/ws/unknown-action"], &[]),
    ("wrong-failure/unknown-action-failed", &["transport/http/unknown-action", "transport/ws/unknown-action"], &[]),
    ("wrong-failure/malformed-body-ok", &["transport/http/malformed-body"], &[]),
    ("wrong-failure/content-type-ignored", &["transport/http/unsupported-content-type"], &[]),
    ("wrong-failure/charset-refused", &["transport/http/content-type-charset"], &[]),
    ("wrong-failure/trailing-slash", &["transport/http/trailing-slash"], &[]),
    ("wrong-failure/failed-status", &["transport/http/failure-status"], &[]),
    ("wrong-failure/invalid-params-ok", &["action/get_msg/invalid", "action/send_private_msg/invalid"], &[]),
    ("wrong-failure/malformed-frame-silent", &["transport/ws/malformed-body"], &[]),
    ("wrong-failure/malformed-frame-closes", &["transport/ws/malformed-body", "transport/ws/stays-open"], &[]),
    ("big-frame-refused", &["transport/ws/big-frame", "transport/reverse-ws/big-frame"], &[]),
    ("fragments-refused", &["transport/ws/fragments"], &[]),
    ("calls-wait-for-posts", &["transport/webhook/slow"], &[]),
    (
        "strings-refused",
        &[
            "params/query-strings",
            "params/form-strings",
            "params/json-strings",
            "params/ws-strings",
            "action/get_msg/id-forms",
        ],
        &["params/*", "transport/http/*", "auth/http/query-not-param"],
    ),
    ("form-ignored", &["transport/http/post-form", "params/form-strings"], &["params/percent-encoding"]),
    (
        "query-ignored",
        &["transport/http/get-query", "params/query-strings"],
        &["params/percent-encoding", "auth/http/query-not-param"],
    ),
    ("percent-not-decoded", &["params/percent-encoding"], &[]),
    ("aliases-ignored", &["params/aliases"], &[]),
    ("extra-params-refused", &["params/extra"], &[]),
    ("async-waits", &["envelope/async", "envelope/async-data"], &["envelope/always-async"]),
    ("async-forgotten", &["envelope/async-executes"], &["envelope/rate-limited-order"]),
    ("rate-limited-waits", &["envelope/rate-limited"], &[]),
    ("events-on-api", &["delivery/api-endpoint"], &[]),
    ("answers-on-event", &["transport/ws/event-no-answers"], &[]),
    (
        "no-lifecycle",
        &["delivery/lifecycle-connect", "event/meta_event.lifecycle/delivered"],
        &["transport/ws/trailing-slash"],
    ),
    ("lifecycle-enable", &["delivery/lifecycle-no-enable"], &[]),
    ("no-heartbeat", &["delivery/heartbeat", "event/meta_event.heartbeat/delivered"], &[]),
    ("event-twice", &["delivery/once", "event/notice.group_ban/once"], &["delivery/order"]),
    ("events-swapped", &["delivery/order"], &["delivery/*", "transport/ws/trailing-slash"]),
    ("events-to-one", &["delivery/event-endpoint", "delivery/universal-endpoint"], &[]),
    ("answers-to-all", &["transport/ws/several-connections"], &["transport/*", "echo/*", "action/*"]),
    ("reverse-ws/self-id-missing", &["transport/reverse-ws/self-id"], &[]),
    (
        "reverse-ws/role-missing",
        &["transport/reverse-ws/role"],
        &["transport/reverse-ws/*", "delivery/*", "event/*", "echo/*"],
    ),
    (
        "reverse-ws/role-other",
        &["transport/reverse-ws/role"],
        &["transport/reverse-ws/*", "delivery/*", "event/*", "echo/*"],
    ),
    ("reverse-ws/token-missing", &["auth/reverse-ws/header"], &[]),
    ("reverse-ws/not-reopened", &["transport/reverse-ws/reconnect"], &["transport/reverse-ws/*", "delivery/*"]),
    ("reverse-ws/not-retried", &["transport/reverse-ws/reconnect-refused"], &["transport/reverse-ws/*", "delivery/*"]),
    ("webhook/self-id-missing", &["transport/webhook/self-id"], &[]),
    ("webhook/content-type-missing", &["transport/webhook/post-json"], &[]),
    ("webhook/signature-missing", &["transport/webhook/signature"], &[]),
    ("webhook/signature-prefix", &["transport/webhook/signature"], &[]),
    ("webhook/signature-bytes", &["transport/webhook/signature"], &[]),
    ("webhook/signature-key", &["transport/webhook/signature"], &[]),
    (
        "webhook/quick-ignored",
        &["event/message.private/quick-*", "event/message.group/quick-*", "event/request.*/quick-approve"],
        &["event/request.friend/quick-remark"],
    ),
    ("events-missing/ws", &["event/message.group/delivered"], &["delivery/*", "message/raw-message"]),
    (
        "events-missing/reverse-ws",
        &["event/message.group/delivered", "transport/reverse-ws/universal"],
        &["delivery/*"],
    ),
    ("events-missing/webhook", &["event/message.group/delivered"], &["delivery/*"]),
    ("events-changed/ws", &["event/message.group/same", "delivery/same"], &[]),
    ("events-changed/reverse-ws", &["event/message.group/same", "delivery/same"], &[]),
    ("events-changed/webhook", &["event/message.group/same", "delivery/same"], &[]),
    (
        "lifecycle-missing/reverse-ws",
        &["delivery/lifecycle-connect", "event/meta_event.lifecycle/delivered"],
        &["delivery/lifecycle-*"],
    ),
    ("heartbeat-missing/reverse-ws", &["delivery/heartbeat", "event/meta_event.heartbeat/delivered"], &[]),
    ("heartbeat-missing/webhook", &["delivery/heartbeat", "event/meta_event.heartbeat/delivered"], &[]),
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

/// Checks that run beside every fault that is written by hand: one or two of each subject.
const BESIDE: &[&str] = &[
    "transport/http/post-json",
    "transport/http/success-status",
    "transport/ws/universal",
    "echo/true",
    "auth/*/query",
    "message/form-array",
    "delivery/common-fields",
];

fn expected(fault: &Fault) -> Expected {
    let (family, rest) = fault.id.split_once('/').unwrap_or((&fault.id, ""));
    let subject = rest.split('/').next().unwrap_or_default();
    if let Some(expected) = derived(family, subject) {
        return expected;
    }
    let (_, caught, also) = WRITTEN
        .iter()
        .find(|(id, _, _)| *id == fault.id)
        .unwrap_or_else(|| panic!("nothing is said of what catches `{}`; add it to the table", fault.id));
    let whole = |list: &[&str]| list.iter().map(|pattern| format!("onebot11/{pattern}")).collect();
    Expected { caught: whole(caught), also: whole(also), beside: whole(BESIDE), any_of: Vec::new() }
}

/// What came of one fault.
struct Outcome {
    fault: String,
    /// The patterns that no check of which found it.
    missed: Vec<String>,
    /// Checks that found something and should not have.
    astray: Vec<String>,
}

async fn outcome(fault: Fault) -> Outcome {
    let id = fault.id.clone();
    let expected = expected(&fault);
    let mut config = EmbeddedConfig::new("onebot11");
    config.faults = vec![fault];
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    // What does not come at all must not take long to miss.
    target.limits.event_timeout = Duration::from_millis(700);
    target.limits.timeout = Duration::from_millis(1500);
    target.limits.cases = 4;
    let run = expected.caught.iter().chain(&expected.any_of).chain(&expected.beside);
    let patterns: Vec<&str> = run.map(String::as_str).collect();
    let ran = ran_on(&target, &patterns).await;
    let bad = ran.bad();
    let found = |pattern: &&String| bad.iter().any(|check| matches(pattern, check));
    let mut missed: Vec<String> = expected.caught.iter().filter(|pattern| !found(pattern)).cloned().collect();
    if !expected.any_of.is_empty() && !expected.any_of.iter().any(|pattern| found(&pattern)) {
        missed.push(expected.any_of.join(" or "));
    }
    let allowed = |check: &str| {
        let mut patterns = expected.caught.iter().chain(&expected.any_of).chain(&expected.also);
        patterns.any(|pattern| matches(pattern, check))
    };
    let mut astray: Vec<String> = ran
        .checks
        .iter()
        .filter(|check| bad.contains(&check.id.as_str()) && check.verdict.is_bad() && !allowed(&check.id))
        .map(|check| format!("{}: {}", check.label(), check.finding.as_ref().map_or("", |it| it.summary.en.as_str())))
        .collect();
    astray.extend(ran.lines(|verdict| verdict == Verdict::Error));
    Outcome { fault: id, missed, astray }
}

/// How many faulty servers run at once.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_caught() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let faults = faults::all(dialect);
    for (id, _, _) in WRITTEN {
        assert!(faults.iter().any(|fault| fault.id == *id), "there is no fault `{id}` any more; take it off the table");
    }
    let began = Instant::now();
    // One of them alone is looked at with its name in the environment.
    let only = std::env::var("BOTSPEC_FAULT").ok();
    let faults: Vec<Fault> =
        faults.into_iter().filter(|fault| only.as_ref().is_none_or(|only| matches(only, &fault.id))).collect();
    let total = faults.len();
    let outcomes: Vec<Outcome> = futures_util::stream::iter(faults).map(outcome).buffered(AT_ONCE).collect().await;
    let mut families: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in &outcomes {
        let family = outcome.fault.split('/').next().unwrap_or_default();
        let (killed, all) = families.entry(family).or_default();
        *killed += usize::from(outcome.missed.is_empty());
        *all += 1;
    }
    for (family, (killed, all)) in &families {
        println!("{family}: {killed} of {all}");
    }
    let killed = outcomes.iter().filter(|outcome| outcome.missed.is_empty()).count();
    println!("{killed} of {total} faults are caught, in {:.1} s", began.elapsed().as_secs_f64());
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.missed.is_empty() || !outcome.astray.is_empty())
        .map(|it| format!("{}: missed by {:?}, found astray by {:?}", it.fault, it.missed, it.astray))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
