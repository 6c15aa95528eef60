//! Targets that serve less than their dialect has, or serve it otherwise: each cause is told once, and everything else is
//! judged.

use botspec_conformance::{Embedded, EmbeddedConfig, RunConfig, survey};
use botspec_reference::faults;
use botspec_reports::record::{Transport, Verdict};
use botspec_schema::Catalog;
use botspec_schema::model::Effect;

use crate::harness::{Ran, ran};

/// What comes of some checks of a stand-in with faults.
async fn with(dialect: &str, ids: &[&str], patterns: &[&str]) -> Ran {
    let contracts = Catalog::builtin().dialect(dialect).expect("the dialect");
    let mut config = EmbeddedConfig::new(dialect);
    config.faults = ids.iter().map(|id| faults::find(contracts, id).expect("the fault")).collect();
    let embedded = Embedded::start(config).await.expect("the reference starts");
    let mut config = RunConfig::new(embedded.target().clone());
    config.selection.select = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    ran(config).await
}

/// The labels of the checks that found something.
fn bad(ran: &Ran) -> Vec<String> {
    let bad = ran.checks.iter().filter(|check| check.verdict.is_bad());
    bad.map(|check| format!("{} {}", check.verdict, check.label())).collect()
}

const SOCKETS: &[&str] =
    &["*/transport/ws/*", "*/echo/*", "*/action/get_login_info/*", "*/delivery/*", "*/event/message.private/*"];

/// The path that is served does for the others: only what is said of the others is broken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_path_breaks_the_requirements_about_it_alone() {
    let ran = with("onebot11", &["serves-only/"], SOCKETS).await;
    assert_eq!(bad(&ran), ["fail onebot11/transport/ws/api @ws", "warn onebot11/transport/ws/event-no-answers @ws"]);
    let judged = ran.result.judged_percent();
    assert!(judged > 90.0, "{judged} %: {}", ran.lines(|it| it == Verdict::Untestable).join("\n"));
}

/// One client of a role at a time: what the run itself occupies is no defect, and what is not served is one all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_serves_one_client_of_a_role_at_a_time_is_no_defect() {
    let checks: Vec<&str> = SOCKETS.iter().copied().chain(["*/auth/ws/*"]).collect();
    for dialect in ["onebot11", "gocqhttp", "napcat", "llonebot", "milky"] {
        let ran = with(dialect, &["one-client-per-role"], &checks).await;
        assert_eq!(bad(&ran), [""; 0], "{dialect}");
        let about_paths = ["transport/ws/api", "transport/ws/universal"].map(|rule| format!("{dialect}/{rule}"));
        let judged = |id: &str| ran.checks.iter().filter(|it| it.id == id).all(|it| it.verdict == Verdict::Pass);
        assert!(about_paths.iter().all(|id| judged(id)), "{}", ran.lines(|it| it != Verdict::Pass).join("\n"));
    }
    let ran = with("onebot11", &["one-client-per-role", "serves-only/"], SOCKETS).await;
    assert!(bad(&ran).contains(&"fail onebot11/transport/ws/api @ws".to_owned()), "{:?}", bad(&ran));
}

/// However it is answered: as a name that nobody has, in words, or with a page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_that_is_not_there_is_told_once() {
    for (dialect, answer) in
        [("onebot11", "unknown"), ("onebot11", "404"), ("napcat", "unknown"), ("napcat", "not-implemented")]
    {
        let fault = format!("absent/get_status/{answer}");
        // A page is an answer over HTTP alone; a frame in its place is a call that failed, and may come first.
        let status = if answer == "404" { "*/action/get_status/* @http" } else { "*/action/get_status/*" };
        let ran = with(dialect, &[&fault], &[status, "*/action/get_login_info/*"]).await;
        // On the transport that met it first, and transports are asked at the same time.
        let bad = bad(&ran);
        let expected = format!("warn {dialect}/action/get_status/minimal @");
        assert!(matches!(bad.as_slice(), [only] if only.starts_with(&expected)), "{answer}: {bad:?}");
        let all = ran.checks.iter().filter(|check| check.id.contains("get_status"));
        assert!(
            all.clone().count() > 2 && all.clone().all(|check| check.verdict != Verdict::Pass),
            "no pass comes of it"
        );
        // A run of some checks has no figure over all actions.
        assert_eq!(ran.result.actions, None);
    }
}

/// Somebody who names the wrong dialect reads which one it is, before a run and after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_dialect_is_named() {
    let embedded = Embedded::start(EmbeddedConfig::new("napcat")).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    target.dialect = "llonebot".to_owned();
    target.allow = [Effect::Read].into();
    let found = survey(Catalog::builtin(), target.clone()).await.expect("a survey");
    assert_eq!(found.nearest.as_deref(), Some("napcat"));
    for likeness in found.likenesses {
        let whole = ["onebot11", "gocqhttp", "napcat"].contains(&likeness.dialect.as_str());
        assert_eq!(likeness.present == likeness.asked, whole, "{likeness:?}");
        assert!(likeness.present > 9, "{likeness:?}");
    }
    let mut config = RunConfig::new(target);
    config.selection.transports = vec![Transport::Http];
    let ran = ran(config).await;
    let actions = ran.result.actions.expect("a figure");
    let absent: Vec<_> = actions.absent.values().flatten().map(String::as_str).collect();
    assert!(actions.present() > 30 && absent.contains(&"get_config"), "{actions:?}");
    assert!(actions.not_asked.iter().any(|name| name == "send_group_msg"), "{actions:?}");
    let notes: Vec<_> = ran.notes.iter().filter(|note| note.ends_with("; try --dialect napcat")).collect();
    assert_eq!(notes.len(), 1, "{:?}", ran.notes);
}
