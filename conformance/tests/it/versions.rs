//! A target that speaks an older version of its dialect is asked for what that version has.

use botspec_conformance::{Embedded, EmbeddedConfig, Target};
use botspec_reports::record::Verdict;

use crate::harness::{Ran, ran_on};

/// What came with Milky 1.3, and what stands beside it.
const SELECTED: &[&str] = &[
    "milky/action/persist_group_file/*",
    "milky/event/group_disband/*",
    "milky/segment/markdown/*",
    "milky/segment/forward/*",
    "milky/segment/xml/*",
    "milky/action/get_impl_info/*",
    "milky/event/group_member_decrease/*",
];

async fn on(version: Option<&str>) -> (Ran, Vec<String>) {
    let mut config = EmbeddedConfig::new("milky");
    config.version = version.map(str::to_owned);
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let target: Target = embedded.target().clone();
    let ran = ran_on(&target, SELECTED).await;
    let defects = embedded.bot().defects().iter().map(|defect| format!("{defect:?}")).collect();
    embedded.shutdown().await;
    (ran, defects)
}

/// The checks that came to a verdict, without the rest of their ids.
fn subjects(ran: &Ran, verdict: Verdict) -> Vec<&str> {
    let mut subjects: Vec<&str> =
        ran.checks.iter().filter(|check| check.verdict == verdict).filter_map(|it| it.id.split('/').nth(2)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_version_is_asked_for_what_it_has() {
    let ((newest, defects), (older, older_defects)) = tokio::join!(on(None), on(Some("1.2")));
    assert_eq!(newest.lines(|verdict| verdict != Verdict::Pass), [""; 0]);
    assert_eq!((defects, older_defects), (Vec::new(), Vec::new()));
    assert_eq!(newest.checks.len(), older.checks.len());
    assert_eq!(older.lines(|verdict| !matches!(verdict, Verdict::Pass | Verdict::Skip)), [""; 0]);
    assert_eq!(subjects(&older, Verdict::Skip), ["group_disband", "markdown", "persist_group_file"]);
    assert_eq!(subjects(&older, Verdict::Pass), ["forward", "get_impl_info", "group_member_decrease", "xml"]);
    let skipped = older.lines(|verdict| verdict == Verdict::Skip);
    let why = "the target reports that it speaks Milky 1.2; this came with a later version";
    assert!(skipped.iter().all(|line| line.ends_with(why)), "{skipped:?}");
    assert_eq!((newest.result.exit_code().code(), older.result.exit_code().code()), (0, 0));
}

/// What a target says of its version has to be true: one that says 1.3 and has not what came with it fails for that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_is_claimed_is_held_to() {
    let mut config = EmbeddedConfig::new("milky");
    let milky = botspec_schema::Catalog::builtin().dialect("milky").expect("the dialect");
    let fault = botspec_reference::faults::find(milky, "absent/persist_group_file/404").expect("there is such a fault");
    config.faults = vec![fault];
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let ran = ran_on(embedded.target(), &["milky/action/persist_group_file/*"]).await;
    assert!(ran.bad().contains(&"milky/action/persist_group_file/minimal"), "{:?}", ran.lines(|_| true));
    embedded.shutdown().await;
}
