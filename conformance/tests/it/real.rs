//! What is asked and waited for on a real account. The reference is taken for one: nothing is known of the world behind it.

use std::time::Duration;

use botspec_conformance::{Declared, Embedded, EmbeddedConfig, Target};
use botspec_reference::faults;
use botspec_reports::record::{Check, Transport, Verdict};
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture};
use insta::assert_snapshot;

use crate::harness::ran_on;

/// The reference as if it were a real account, seen over what it serves itself.
fn as_real(embedded: &Embedded) -> Target {
    let mut real = embedded.target().clone();
    (real.control, real.reverse_ws, real.webhook, real.webhook_again) = (None, None, None, None);
    (real.disposable, real.fixtures) = (false, Declared::default());
    real
}

/// What is told of the heartbeats of a reference that has one every so often.
async fn heartbeats(every: Duration, fault: Option<&str>, target: impl FnOnce(&mut Target)) -> Vec<String> {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let mut config = EmbeddedConfig { heartbeat: every, ..EmbeddedConfig::new("onebot11") };
    config.faults.extend(fault.map(|id| faults::find(dialect, id).expect("the fault")));
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut real = as_real(&embedded);
    real.limits.event_timeout = Duration::from_millis(20);
    target(&mut real);
    let patterns = ["onebot11/delivery/heartbeat", "onebot11/event/meta_event.heartbeat/delivered"];
    ran_on(&real, &patterns).await.lines(|_| true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heartbeat_is_waited_for_as_long_as_it_is_due() {
    let every = Duration::from_millis(300);
    // Longer than any other event may take; and on a busy machine it may be late.
    let reported = heartbeats(every, None, |target| target.heartbeat = Some(every * 10)).await;
    assert_snapshot!(reported.join("\n"), @r"
    pass onebot11/delivery/heartbeat @ws: 
    pass onebot11/event/meta_event.heartbeat/delivered @ws:
    ");
    let reported = heartbeats(every, Some("no-heartbeat"), |target| target.heartbeat = Some(every)).await;
    assert_snapshot!(reported.join("\n"), @r"
    pass onebot11/delivery/heartbeat @ws: no heartbeat came within 450 ms
    fail onebot11/event/meta_event.heartbeat/delivered @ws: no heartbeat came within 450 ms
    ");
    let hour = Duration::from_secs(3600);
    let reported = heartbeats(hour, None, |target| target.heartbeat = Some(hour)).await;
    assert_snapshot!(reported.join("\n"), @r"
    skip onebot11/delivery/heartbeat @ws: a heartbeat comes every 3600000 ms, and botspec waits 5000 ms for one; set --heartbeat-wait 5400000, or heartbeat_wait_ms = 5400000 in the target file under [limits]
    skip onebot11/event/meta_event.heartbeat/delivered @ws: a heartbeat comes every 3600000 ms, and botspec waits 5000 ms for one; set --heartbeat-wait 5400000, or heartbeat_wait_ms = 5400000 in the target file under [limits]
    ");
    let silent = |target: &mut Target| {
        (target.heartbeat, target.limits.heartbeat_wait) = (None, Some(Duration::from_millis(100)));
    };
    let reported = heartbeats(hour, None, silent).await;
    assert_snapshot!(reported.join("\n"), @r"
    untestable onebot11/delivery/heartbeat @ws: no heartbeat came within 100 ms, and nothing says how often one does; say so in the target file as heartbeat_ms, or wait longer with --heartbeat-wait
    untestable onebot11/event/meta_event.heartbeat/delivered @ws: no heartbeat came within 100 ms, and nothing says how often one does; say so in the target file as heartbeat_ms, or wait longer with --heartbeat-wait
    ");
}

/// What comes of checks that need to be an admin, and to be the owner, of a group.
async fn ranks(dialect: &str, fixtures: Declared) -> Vec<String> {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let mut real = as_real(&embedded);
    (real.ws, real.sse) = (None, None);
    real.allow = [Effect::Read, Effect::Write].into();
    real.fixtures = fixtures.with(Fixture::Member, 20_002);
    ran_on(&real, &["*/action/set_group_name/result", "*/action/set_group_*special_title/result"]).await.lines(|_| true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_tells_its_own_rank() {
    let group = |id: u32| Declared::default().with(Fixture::Group, id);
    let (owned, ruled, joined) = (group(70_001), group(70_002), group(70_004));
    let mut reported = Vec::new();
    for (dialect, what, fixtures) in [
        ("onebot11", "owner", owned.clone()),
        ("onebot11", "admin", ruled.clone()),
        ("onebot11", "member", joined),
        ("onebot11", "owner, declared to be no admin", owned.clone().with(Fixture::Admin, false)),
        ("onebot11", "admin, declared to be none", ruled.with(Fixture::Admin, false)),
        ("napcat", "owner", owned.clone()),
        ("llonebot", "owner", owned.clone()),
        ("milky", "owner", owned),
    ] {
        reported.push(format!("{what}:"));
        reported.extend(ranks(dialect, fixtures).await);
    }
    assert_snapshot!(reported.join("\n"), @r"
    owner:
    pass onebot11/action/set_group_name/result @http: 
    pass onebot11/action/set_group_special_title/result @http: 
    admin:
    pass onebot11/action/set_group_name/result @http: 
    untestable onebot11/action/set_group_special_title/result @http: get_group_member_info tells that the account is only `admin` in group 70002, and this takes `owner`; make it one there, or declare a group where it is one in the target file under [fixtures]
    member:
    untestable onebot11/action/set_group_name/result @http: get_group_member_info tells that the account is only `member` in group 70004, and this takes `admin`; make it one there, or declare a group where it is one in the target file under [fixtures]
    untestable onebot11/action/set_group_special_title/result @http: get_group_member_info tells that the account is only `member` in group 70004, and this takes `owner`; make it one there, or declare a group where it is one in the target file under [fixtures]
    owner, declared to be no admin:
    untestable onebot11/action/set_group_name/result @http: the account is declared to be no `admin`, which this takes; where it is one, take that back in the target file under [fixtures]
    pass onebot11/action/set_group_special_title/result @http: 
    admin, declared to be none:
    untestable onebot11/action/set_group_name/result @http: the account is declared to be no `admin`, which this takes; where it is one, take that back in the target file under [fixtures]
    untestable onebot11/action/set_group_special_title/result @http: get_group_member_info tells that the account is only `admin` in group 70002, and this takes `owner`; make it one there, or declare a group where it is one in the target file under [fixtures]
    owner:
    pass napcat/action/set_group_name/result @http: 
    pass napcat/action/set_group_special_title/result @http: 
    owner:
    pass llonebot/action/set_group_name/result @http: 
    pass llonebot/action/set_group_special_title/result @http: 
    owner:
    pass milky/action/set_group_member_special_title/result @http: 
    pass milky/action/set_group_name/result @http:
    ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_messages_that_are_allowed_show_what_matters_most() {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    let mut real = as_real(&embedded);
    let whole = embedded.target();
    (real.reverse_ws, real.webhook) = (whole.reverse_ws.clone(), whole.webhook.clone());
    real.allow = [Effect::Read, Effect::Send].into();
    real.fixtures = Declared::default().with(Fixture::Group, 70_001).with(Fixture::Friend, 20_002);
    let ran = ran_on(&real, &[]).await;
    assert_eq!(ran.bad(), [""; 0]);
    let passed = |id: &str| ran.checks.iter().any(|check| check.id == id && check.verdict == Verdict::Pass);
    let sent = ran.checks.iter().filter(|check| check.id.contains("/segment/") && check.id.ends_with("/send"));
    let unseen: Vec<&str> = sent.map(|check| check.id.as_str()).filter(|id| !passed(id)).collect();
    assert_eq!(unseen, [""; 0], "{}", ran.lines(|it| it == Verdict::Skip).join("\n"));
    for id in [
        "event/message.private/delivered",
        "event/message.group/delivered",
        "action/send_private_msg/minimal",
        "action/send_group_msg/minimal",
        "delivery/event-endpoint",
        "delivery/universal-endpoint",
        "delivery/same",
        "delivery/common-fields",
        "delivery/self-id",
    ] {
        assert!(
            passed(&format!("onebot11/{id}")),
            "{id}: {:?}",
            ran.lines(|_| true).iter().filter(|it| it.contains(id)).collect::<Vec<_>>()
        );
    }
    for transport in [Transport::Ws, Transport::ReverseWs, Transport::Webhook] {
        let over = |check: &&Check| check.id == "onebot11/delivery/same" && check.transport == Some(transport);
        assert!(ran.checks.iter().find(over).is_some_and(|check| check.verdict == Verdict::Pass), "{transport:?}");
    }
}
