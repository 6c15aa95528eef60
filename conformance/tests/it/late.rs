//! Events that come later than any reason allows.

use std::time::Duration;

use botspec_conformance::{Embedded, EmbeddedConfig};
use botspec_reference::faults;
use botspec_schema::Catalog;

use crate::harness::ran_on;

/// What comes six seconds late has come, and is late: the finding says how late.
#[tokio::test]
async fn events_that_come_late_are_reported_with_their_delay() {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    let mut config = EmbeddedConfig::new("onebot11");
    config.faults = vec![faults::find(dialect, "messages-late").expect("the fault")];
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    target.limits.event_timeout = Duration::from_secs(20);
    let ran = ran_on(&target, &["onebot11/event/message.private/delivered"]).await;
    assert_eq!(ran.bad().len(), ran.checks.len(), "each transport reports it");
    for check in &ran.checks {
        let summary = &check.finding.as_ref().expect("a finding").summary.en;
        assert!(summary.contains("ms after what caused it"), "{}: {summary}", check.label());
    }
}
