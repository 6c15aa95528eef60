//! What a run changes, it puts back: the world behind the stand-in is the same before and after, also when the run is cut
//! off, and when the process that made it is gone.

use std::path::Path;
use std::time::Duration;

use botspec_conformance::{
    Cancel, Declared, Embedded, EmbeddedConfig, Ledger, Limits, RunConfig, RunStatus, Target, run, undo,
};
use botspec_reference::SharedWorld;
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture};
use tokio::sync::mpsc::unbounded_channel;

use crate::harness::ran;
use crate::recorder::Recorder;

const DIALECTS: [&str; 5] = ["onebot11", "gocqhttp", "napcat", "llonebot", "milky"];

/// The checks that change most.
const CHANGING: [&str; 6] = [
    "*/action/set_*/**",
    "*/action/create_*/**",
    "*/action/upload_*/minimal",
    "*/action/*send*/minimal",
    "*/action/delete_*/minimal",
    "*/segment/text/**",
];

/// The stand-in as if it were a real account: nothing is known of what is behind it.
fn as_real(embedded: &Embedded, allow: &[Effect]) -> Target {
    let mut real = embedded.target().clone();
    (real.control, real.reverse_ws, real.webhook, real.webhook_again, real.sse) = (None, None, None, None, None);
    (real.actor, real.disposable) = (None, false);
    real.allow = allow.iter().copied().collect();
    real.fixtures =
        Declared::default().with(Fixture::Friend, 20_002).with(Fixture::Group, 70_001).with(Fixture::Member, 20_002);
    let soon = Duration::from_millis(200);
    real.limits = Limits { event_timeout: soon, heartbeat_wait: Some(soon), cases: 2, ..Limits::fast() };
    real
}

/// Groups and people as they are, without when somebody last spoke and what cannot be taken back anywhere: likes,
/// signs of having been there.
fn state(world: &SharedWorld) -> String {
    world.read(|world| {
        let people: Vec<_> = world
            .people()
            .filter_map(|user| world.person(user).ok().cloned())
            .map(|mut person| {
                person.likes.clear();
                // An empty remark is none.
                person.group_remarks.retain(|_, remark| !remark.is_empty());
                person
            })
            .collect();
        let groups: Vec<_> = world
            .groups()
            .cloned()
            .map(|mut group| {
                group.honors.clear();
                group.signed.clear();
                group.members.values_mut().for_each(|member| member.last_sent = 0);
                // Files are counted as they are looked at.
                group
            })
            .collect();
        format!("{people:#?}\n{groups:#?}")
    })
}

/// The lines in which two states differ.
fn difference(before: &str, after: &str) -> String {
    similar_lines(before, after).join("\n")
}

fn similar_lines(before: &str, after: &str) -> Vec<String> {
    let (one, two): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let mut found: Vec<String> =
        one.iter().filter(|line| !two.contains(line)).map(|line| format!("- {line}")).collect();
    found.extend(two.iter().filter(|line| !one.contains(line)).map(|line| format!("+ {line}")));
    found.truncate(30);
    found
}

fn config(target: Target, folder: &Path) -> RunConfig {
    let mut config = RunConfig::new(target);
    config.selection.select = CHANGING.map(str::to_owned).to_vec();
    config.ledger = Some(folder.to_owned());
    config
}

const ALLOWED: [Effect; 3] = [Effect::Read, Effect::Send, Effect::Write];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_world_is_the_same_before_and_after() {
    for dialect in DIALECTS {
        let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
        let folder = tempfile::tempdir().expect("a folder");
        let before = state(embedded.world());
        let ran = ran(config(as_real(&embedded, &ALLOWED), folder.path())).await;
        assert_eq!(ran.result.status, RunStatus::Finished);
        let changed = ran.notes.iter().any(|note| note.contains("putting back"));
        assert!(changed, "{dialect}: something was changed: {:?}", ran.notes);
        assert_eq!(ran.result.left, [], "{dialect}");
        let after = state(embedded.world());
        assert!(before == after, "{dialect}:\n{}", difference(&before, &after));
        assert!(!folder.path().join(Ledger::FILE_NAME).exists(), "{dialect}: nothing is left to be put back");
    }
}

/// Runs until so many requests have arrived, then ends the run as an interrupt does, or drops it as if the process were
/// killed. Whether it was still going on then.
async fn cut(embedded: &Embedded, folder: &Path, after: usize, killed: bool) -> bool {
    let (events, mut listener) = unbounded_channel();
    let cancel = Cancel::new();
    let recorder = Recorder::before(&as_real(embedded, &ALLOWED)).await;
    let config = config(recorder.target().clone(), folder);
    let mut running = tokio::spawn(run(Catalog::builtin(), config, events, cancel.clone()));
    tokio::spawn(async move { while listener.recv().await.is_some() {} });
    tokio::select! {
        () = recorder.arrivals(after) => {}
        ended = &mut running => {
            assert_eq!(ended.expect("no panic").expect("the run began").left, [], "after {after} requests");
            return false;
        }
    }
    if killed {
        running.abort();
    } else {
        cancel.cancel();
    }
    match running.await {
        Ok(result) => assert_eq!(result.expect("the run began").left, [], "after {after} requests"),
        Err(error) => assert!(killed && error.is_cancelled(), "{error}"),
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_cut_off_leaves_nothing_changed() {
    for dialect in DIALECTS {
        let (mut cuts, mut after) = (0, 5);
        // Each cut lies further on than the one before, until a run is over before it; dense where changes begin.
        for killed in [false, true, false, true, false, true] {
            after += 1 + after / 2;
            {
                let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
                let folder = tempfile::tempdir().expect("a folder");
                let before = state(embedded.world());
                cuts += usize::from(cut(&embedded, folder.path(), after, killed).await);
                if killed {
                    let undone = undo(Catalog::builtin(), as_real(&embedded, &ALLOWED), folder.path()).await;
                    let left = undone.expect("the ledger reads").left;
                    // What came of a call whose answer nobody read cannot be known, and is said.
                    let unknown = left.iter().filter(|left| left.why.en.contains("the answer does not name")).count();
                    assert_eq!(left.len(), unknown, "{dialect}, after {after}: {left:?}");
                    if unknown > 0 {
                        continue;
                    }
                }
                let now = state(embedded.world());
                assert!(before == now, "{dialect}, after {after}, killed {killed}:\n{}", difference(&before, &now));
            }
        }
        assert!(cuts >= 3, "{dialect}: {cuts} runs were cut off");
    }
}

/// What nothing puts back is not done where only what can be put back is allowed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nothing_puts_back_counts_as_destructive() {
    let embedded = Embedded::start(EmbeddedConfig::new("napcat")).await.expect("the reference starts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(as_real(&embedded, &ALLOWED), folder.path());
    config.selection.select = vec!["napcat/action/set_online_status/minimal".to_owned()];
    let lines = ran(config).await.lines(|_| true);
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line.starts_with("skip") && line.contains("destructive")),
        "{lines:?}"
    );
}
