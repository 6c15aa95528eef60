//! Targets that are set up wrongly or have a world that nobody expects: each is stated in one sentence where it matters, and nothing
//! else is disturbed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use botspec_conformance::{
    Adapter, Cancel, Declared, Embedded, EmbeddedConfig, EngineEvent, Limits, RunConfig, Target, run,
};
use botspec_reports::record::{Check, Verdict};
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;

use crate::harness::{Ran, ran_on};

/// Checks in which the accounts do something to each other, in the group and elsewhere.
const TOGETHER: &[&str] = &[
    "*/action/get_login_info/*",
    "*/action/send_group_msg/*",
    "*/action/send_private_msg/*",
    "*/event/message.*/*",
    "*/event/notice.group_*/*",
    "*/segment/text/*",
    "*/segment/at/*",
    "*/delivery/*",
];

/// The stand-in as a real account that may do everything, with what a user declares.
async fn real(dialect: &str, set: impl FnOnce(&Embedded, &mut Target)) -> Ran {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the stand-in starts");
    let mut target = embedded.target().clone();
    (target.control, target.disposable) = (None, false);
    target.limits.calls.insert(Effect::Send, 1_000);
    set(&embedded, &mut target);
    let ran = ran_on(&target, TOGETHER).await;
    embedded.shutdown().await;
    ran
}

/// The only note that holds some words.
#[track_caller]
fn noted<'a>(ran: &'a Ran, words: &str) -> &'a str {
    let notes: Vec<_> = ran.notes.iter().filter(|note| note.contains(words)).collect();
    assert_eq!(notes.len(), 1, "one note with `{words}`: {:?}", ran.notes);
    notes[0]
}

/// Nothing is wrong, most is judged, and what is not states the words.
#[track_caller]
fn undisturbed(ran: &Ran, least: f64, why: &str) {
    assert_eq!(ran.lines(Verdict::is_bad), [""; 0]);
    assert_eq!(ran.result.blocked, 0, "{}", ran.lines(|it| it == Verdict::Untestable).join("\n"));
    let judged = ran.result.judged_percent();
    assert!(judged >= least, "{judged} % judged:\n{}", ran.lines(|it| it == Verdict::Untestable).join("\n"));
    let reasons = ran.lines(|it| it == Verdict::Untestable);
    assert!(reasons.iter().any(|line| line.contains(why)), "{why}:\n{}", reasons.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_account_that_is_the_first_does_nothing() {
    let ran = real("onebot11", |_, target| {
        let mut actor = target.clone();
        (actor.actor, actor.fixtures) = (None, Declared::default());
        (actor.reverse_ws, actor.webhook, actor.webhook_again) = (None, None, None);
        target.actor = Some(Box::new(actor));
    })
    .await;
    noted(&ran, "the second account is the first one");
    undisturbed(&ran, 48.0, "second account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_account_in_no_common_group_does_the_rest() {
    let ran = real("onebot11", |embedded, _| {
        embedded.world().act(|world| world.leave(70_001, 20_002, false)).expect("it may leave");
    })
    .await;
    let why = "get_group_member_info does not find the second account in group 70001";
    noted(&ran, why);
    undisturbed(&ran, 50.0, why);
    let between =
        |check: &&Check| check.id == "onebot11/event/message.private/delivered" && check.verdict == Verdict::Pass;
    assert!(ran.checks.iter().any(|check| between(&check)), "what is between the two is judged");
}

/// In a group of somebody else, whose owner muted the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_muted_account_is_not_blamed_for_what_it_cannot_send() {
    let ran = real("napcat", |embedded, target| {
        let group = 70_004;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time");
        let behind = now.as_secs().saturating_sub(embedded.world().read(botspec_reference::World::now).unsigned_abs());
        embedded.world().advance(Duration::from_secs(behind));
        embedded.world().act(|world| {
            let members = world.group(group).expect("the group").members.iter();
            let owner =
                members.filter(|(_, it)| it.role == botspec_reference::world::Role::Owner).map(|it| *it.0).next();
            world.silence(group, 10_001, owner.expect("an owner"), 3_600).expect("the owner may mute it");
        });
        target.fixtures.insert(Fixture::Group, group);
    })
    .await;
    let why = "is muted in group 70004 until";
    noted(&ran, why);
    undisturbed(&ran, 40.0, why);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_control_url_of_something_else_is_left_out() {
    let ran = real("onebot11", |_, target| target.control = target.http.clone()).await;
    noted(&ran, "does not list the steps of a world");
    undisturbed(&ran, 80.0, "control");
}

/// Passes connections on until it is cut off.
async fn link(to: SocketAddr, mut cut: watch::Receiver<bool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut open = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let Ok((mut stream, _)) = accepted else { return };
                    open.spawn(async move {
                        let Ok(mut other) = TcpStream::connect(to).await else { return };
                        // Whoever goes first ends both.
                        let _ = copy_bidirectional(&mut stream, &mut other).await;
                    });
                }
                _ = cut.wait_for(|is_cut| *is_cut) => return,
            }
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_account_that_goes_away_is_missed_and_nothing_else() {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the stand-in starts");
    let mut target = embedded.target().clone();
    (target.control, target.disposable) = (None, false);
    target.limits.calls.insert(Effect::Send, 1_000);
    let (cut, is_cut) = watch::channel(false);
    let actor = target.actor.as_mut().expect("the second account");
    for adapter in [&mut actor.http, &mut actor.ws].into_iter().flatten() {
        let (scheme, addr) = adapter.url.split_once("://").expect("an address");
        let through = link(addr.parse().expect("an address"), is_cut.clone()).await;
        adapter.url = format!("{scheme}://{through}");
    }
    let mut config = RunConfig::new(target);
    config.selection.select = TOGETHER.iter().map(|pattern| (*pattern).to_owned()).collect();
    let (events, mut arrived) = unbounded_channel();
    let running = tokio::spawn(async move { run(Catalog::builtin(), config, events, Cancel::new()).await });
    let (mut checks, mut notes) = (Vec::new(), Vec::new());
    while let Some(event) = arrived.recv().await {
        match event {
            EngineEvent::CheckFinished(check) => {
                // It was there, and did something.
                if check.id.contains("/event/message.private/") && check.verdict == Verdict::Pass {
                    cut.send_replace(true);
                }
                checks.push(*check);
            }
            EngineEvent::Note(note) => notes.push(note.en),
            _ => {}
        }
    }
    let result = running.await.expect("it ends").expect("it can begin");
    assert!(*cut.borrow(), "it went away");
    let ran = Ran { result, checks, notes };
    undisturbed(&ran, 40.0, "second account");
}

/// A server that lists a hundred thousand friends.
async fn with_many_friends() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let friends: Vec<Value> = (0..100_000)
        .map(|number| json!({ "user_id": 20_002 + number, "nickname": format!("botspec-{number}"), "remark": "" }))
        .collect();
    let answer = |data: Value| Arc::new(json!({ "status": "ok", "retcode": 0, "data": data }).to_string());
    let list = answer(friends.into());
    let login = answer(json!({ "user_id": 10_001, "nickname": "N" }));
    let none = answer(json!([]));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (list, login, none) = (Arc::clone(&list), Arc::clone(&login), Arc::clone(&none));
            tokio::spawn(async move {
                let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
                loop {
                    let Ok(count) = stream.read(&mut buffer).await else { return };
                    read.extend_from_slice(&buffer[..count]);
                    let text = String::from_utf8_lossy(&read).into_owned();
                    if count == 0 {
                        return;
                    }
                    if !text.contains("\r\n\r\n") || !text.ends_with('}') && text.starts_with("POST") {
                        continue;
                    }
                    read.clear();
                    let body = if text.contains("/get_friend_list") {
                        &list
                    } else if text.contains("/get_login_info") {
                        &login
                    } else {
                        &none
                    };
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    addr
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_a_hundred_thousand_entries_is_judged_like_any_other() {
    let mut target = Target::new("popular", "onebot11");
    target.http = Some(Adapter::new(format!("http://{}", with_many_friends().await), None));
    target.limits = Limits { cases: 1, ..Limits::fast() };
    let ran = ran_on(&target, &["*/action/get_friend_list/minimal", "*/action/get_friend_list/result"]).await;
    assert_eq!(ran.lines(|verdict| verdict == Verdict::Error), [""; 0]);
    let about_list = |rule: &str| {
        let id = format!("onebot11/action/get_friend_list/{rule}");
        ran.checks.iter().find(|check| check.id == id).map(|check| check.verdict)
    };
    assert_eq!(about_list("minimal"), Some(Verdict::Pass), "{}", ran.lines(|_| true).join("\n"));
    assert_eq!(about_list("result"), Some(Verdict::Pass), "{}", ran.lines(|_| true).join("\n"));
}
