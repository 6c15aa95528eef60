//! What is asked and waited for on a real account. The reference is taken for one: nothing is known of the world behind it.

use std::time::Duration;

use botspec_conformance::{Embedded, EmbeddedConfig, Target};
use botspec_reference::faults;
use botspec_schema::Catalog;
use insta::assert_snapshot;

use crate::bed::ran_on;

/// The reference as if it were a real account, seen over what it serves itself.
fn as_real(embedded: &Embedded) -> Target {
    let mut real = embedded.target().clone();
    (real.control, real.reverse_ws, real.webhook, real.webhook_again) = (None, None, None, None);
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
    let told = heartbeats(every, None, |target| target.heartbeat = Some(every * 10)).await;
    assert_snapshot!(told.join("\n"), @r"
    pass onebot11/delivery/heartbeat @ws: 
    pass onebot11/event/meta_event.heartbeat/delivered @ws:
    ");
    let told = heartbeats(every, Some("no-heartbeat"), |target| target.heartbeat = Some(every)).await;
    assert_snapshot!(told.join("\n"), @r"
    pass onebot11/delivery/heartbeat @ws: no heartbeat came within 450 ms
    warn onebot11/event/meta_event.heartbeat/delivered @ws: no heartbeat came within 450 ms
    ");
    let hour = Duration::from_secs(3600);
    let told = heartbeats(hour, None, |target| target.heartbeat = Some(hour)).await;
    assert_snapshot!(told.join("\n"), @r"
    skip onebot11/delivery/heartbeat @ws: a heartbeat comes every 3600000 ms, and botspec waits 5000 ms for one; set --heartbeat-wait 5400000, or heartbeat_wait_ms = 5400000 in the target file under [limits]
    skip onebot11/event/meta_event.heartbeat/delivered @ws: a heartbeat comes every 3600000 ms, and botspec waits 5000 ms for one; set --heartbeat-wait 5400000, or heartbeat_wait_ms = 5400000 in the target file under [limits]
    ");
    let silent = |target: &mut Target| {
        (target.heartbeat, target.limits.heartbeat_wait) = (None, Duration::from_millis(100));
    };
    let told = heartbeats(hour, None, silent).await;
    assert_snapshot!(told.join("\n"), @r"
    untestable onebot11/delivery/heartbeat @ws: no heartbeat came within 100 ms, and nothing says how often one does; say so in the target file as heartbeat_ms, or wait longer with --heartbeat-wait
    untestable onebot11/event/meta_event.heartbeat/delivered @ws: no heartbeat came within 100 ms, and nothing says how often one does; say so in the target file as heartbeat_ms, or wait longer with --heartbeat-wait
    ");
}
