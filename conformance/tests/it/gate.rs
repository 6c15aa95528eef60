//! Nothing leaves that the target does not allow.

use std::collections::BTreeSet;
use std::time::Duration;

use botspec_conformance::gate::UNKNOWN_PREFIX;
use botspec_conformance::{Declared, Embedded, EmbeddedConfig, Limits, RunConfig, Target};
use botspec_reports::record::Verdict;
use botspec_schema::Catalog;
use botspec_schema::model::{Effect, Fixture};

use crate::harness::ran;
use crate::recorder::{Arrived, Recorder};

/// The embedded reference as if it were a real account: nothing is known of what is behind it.
fn as_real(target: &Target, allow: &[Effect]) -> Target {
    let mut real = target.clone();
    (real.control, real.disposable) = (None, false);
    real.fixtures = Declared::default();
    real.allow = allow.iter().copied().collect();
    real.limits = Limits { event_timeout: Duration::from_millis(300), cases: 4, ..Limits::fast() };
    if let Some(actor) = real.actor.take() {
        real.actor = Some(Box::new(as_real(&actor, allow)));
    }
    real
}

/// What an action does, whatever suffix its name has.
fn effect(action: &str) -> Option<Effect> {
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    dialect.resolve_call(action).map(|call| call.action.effect)
}

struct Sent {
    bot: Recorder,
    actor: Recorder,
    verdicts: BTreeSet<Verdict>,
}

/// Runs every check there is on an account that is taken for a real one.
async fn everything(allow: &[Effect], fixtures: Declared) -> Sent {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    let mut real = as_real(embedded.target(), allow);
    real.fixtures = fixtures;
    let second = Recorder::before(real.actor.as_ref().expect("an actor")).await;
    let bot = Recorder::before(&real).await;
    let mut target = bot.target().clone();
    target.actor = Some(Box::new(second.target().clone()));
    let ran = ran(RunConfig::new(target)).await;
    let errors = ran.lines(|verdict| verdict == Verdict::Error);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    Sent { bot, actor: second, verdicts: ran.checks.iter().map(|check| check.verdict).collect() }
}

fn arrived(sent: &Sent) -> impl Iterator<Item = Arrived> {
    sent.bot.arrived().into_iter().chain(sent.actor.arrived())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_default_only_reads_arrive() {
    let sent = everything(&[Effect::Read], Declared::default()).await;
    assert!(sent.bot.arrived().len() > 300, "the suite ran: {}", sent.bot.arrived().len());
    assert!(sent.bot.arrived().iter().any(|it| matches!(it, Arrived::Frame(_))), "over both transports");
    assert!(sent.verdicts.contains(&Verdict::Skip), "what may not be sent is skipped");
    for action in sent.bot.actions().into_iter().chain(sent.actor.actions()) {
        let harmless = effect(&action) == Some(Effect::Read) || action.starts_with(UNKNOWN_PREFIX);
        assert!(harmless, "{action} left");
    }
    // A broken frame or body names no action that does something, wherever in it a lenient reader looks.
    let dialect = Catalog::builtin().dialect("onebot11").expect("the dialect");
    for action in dialect.actions.values().filter(|action| action.effect != Effect::Read) {
        let named = arrived(&sent).find(|it| it.text().contains(&action.name));
        assert_eq!(named, None, "{} is named", action.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_declared_is_never_touched() {
    let declared =
        Declared::default().with(Fixture::Friend, 30_004).with(Fixture::Group, 70_002).with(Fixture::Member, 50_004);
    let sent = everything(&[Effect::Read, Effect::Send, Effect::Write], declared).await;
    let mut named = BTreeSet::new();
    let (mut effects, mut sends) = (BTreeSet::new(), 0);
    let contract = botspec_conformance::Contract::new(Catalog::builtin(), "onebot11").expect("the dialect");
    for it in sent.bot.arrived() {
        let Some(action) = it.action() else { continue };
        let Some(effect) = effect(&action) else { continue };
        sends += usize::from(effect == Effect::Send);
        if effect != Effect::Destructive {
            effects.insert(effect);
        }
        if effect == Effect::Read {
            continue;
        }
        let params: serde_json::Value = match &it {
            Arrived::Http(path, body) => {
                serde_json::from_str(body).unwrap_or_else(|_| panic!("{path} {body} is a call"))
            }
            Arrived::Reply(_) => continue,
            Arrived::Frame(text) => serde_json::from_str::<serde_json::Value>(text).expect("a call")["params"].clone(),
        };
        let ids = contract.ids_in(&action, &params);
        if effect == Effect::Destructive {
            // What the run sent itself is recalled in the end; nothing else is.
            assert!(!ids.is_empty() && ids.iter().all(|id| id.kind == "message"), "{action} {params}");
            continue;
        }
        let somebody = ids.into_iter().filter(botspec_conformance::Id::names_somebody);
        named.extend(somebody.map(|id| id.value));
    }
    assert_eq!(effects, BTreeSet::from([Effect::Read, Effect::Send, Effect::Write]));
    let by_actor =
        sent.actor.arrived().into_iter().filter_map(|it| it.action()).filter(|it| effect(it) == Some(Effect::Send));
    sends += by_actor.count();
    assert!((1..=30).contains(&sends), "{sends} messages");
    let declared = ["30004", "70002", "50004"].map(str::to_owned);
    assert!(!named.is_empty() && named.iter().all(|id| declared.contains(id)), "{named:?}");
}
