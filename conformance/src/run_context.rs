//! What all checks of a run share.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use botspec_schema::model::{Action, Effect, Fixture};
use serde_json::Value;

use crate::fixtures::{self, Bindings, Fill, Fixtures, Unmet};
use crate::gate::Gate;
use crate::journal::Journal;
use crate::not_passed::{CheckResult, NotPassed, Violation};
use crate::redact::Secrets;
use crate::shared_event::SharedEvent;

/// What all checks of a run share.
#[derive(Debug)]
pub struct RunContext {
    /// The gate to the target.
    pub gate: Gate,
    /// The gate to the second account, where there is one.
    pub actor: Option<Gate>,
    /// Real ids.
    pub fixtures: Fixtures,
    /// What must not be written.
    pub secrets: Arc<Secrets>,
    /// What everything that is drawn at random follows from.
    pub seed: u64,
    /// Connections that stand as long as the run.
    pub(crate) journal: Journal,
    /// An event that is made once for several checks, where messages are few; nothing where it could not be made.
    pub(crate) shared_event: tokio::sync::OnceCell<Option<Arc<SharedEvent>>>,
    began: Instant,
    /// How long everything took but waiting for what the clock makes happen; nothing where there was nothing else.
    others: OnceLock<Option<Duration>>,
    few_messages: OnceLock<bool>,
    /// Held while something is provided, so that who needs the same waits for it and does not take it for missing.
    pub(crate) providing: tokio::sync::Mutex<()>,
}

impl RunContext {
    /// What a run begins with.
    pub(crate) fn new(gate: Gate, actor: Option<Gate>, fixtures: Fixtures, secrets: Arc<Secrets>, seed: u64) -> Self {
        Self {
            gate,
            actor,
            fixtures,
            secrets,
            seed,
            providing: tokio::sync::Mutex::default(),
            journal: Journal::default(),
            shared_event: tokio::sync::OnceCell::new(),
            began: Instant::now(),
            others: OnceLock::new(),
            few_messages: OnceLock::new(),
        }
    }

    /// So many units send something.
    pub(crate) fn count_sending(&self, units: usize) {
        let limit = self.gate.limit(Effect::Send).and_then(|limit| usize::try_from(limit).ok());
        let _ = self.few_messages.set(limit.is_some_and(|limit| limit < units));
    }

    /// Whether fewer messages may be sent than there are units that send some, so that one has to show several things.
    pub(crate) fn has_few_messages(&self) -> bool {
        self.few_messages.get().copied().unwrap_or(false)
    }

    /// Nothing is left but what the clock makes happen.
    pub(crate) fn only_clock_is_left(&self, had_others: bool) {
        let _ = self.others.set(had_others.then(|| self.began.elapsed()));
    }

    /// How long everything took but waiting for what the clock makes happen; nothing where there was nothing else.
    pub(crate) fn others_took(&self) -> Option<Duration> {
        self.others.get().copied().flatten()
    }

    /// Begins no call any more, or again.
    pub(crate) fn close(&self, closing: bool) {
        self.gate.close(closing);
        self.actor.iter().for_each(|actor| actor.close(closing));
    }

    /// Puts the world behind the target back to how it began, where it can be, so that what an earlier check did is not in
    /// the way of the next.
    pub(crate) async fn refresh(&self) {
        let myself = self.fixtures.bindings().remove("self");
        if let Some((world, was_put_back)) = self.gate.restore(myself.as_ref()).await {
            self.fixtures.set_world(world, was_put_back);
        }
    }

    /// Words that nothing else in this run holds, so that what comes of them can be distinguished from what others do.
    pub(crate) fn unique(&self, words: &str) -> String {
        format!("{words} {}", self.fixtures.next_mark())
    }

    /// What is known now, if it holds everything of a list.
    pub fn bindings(&self, needs: &[Fixture]) -> CheckResult<Bindings> {
        let bindings = self.fixtures.bindings();
        let missing = self.fixtures.missing(&bindings, needs);
        if !missing.is_empty() {
            return Err(match self.fixtures.unmet(&missing) {
                Unmet::NotAllowed(why) => NotPassed::Skip(why),
                Unmet::Missing(why) => NotPassed::Untestable(Box::new(Violation::new(why))),
                Unmet::Blocked { owner, what } => {
                    NotPassed::Untestable(Box::new(Violation::new(what).blocked_by(owner)))
                }
            });
        }
        if let Some(why) = self.fixtures.lacks_rank(needs) {
            return Violation::new(why).untestable();
        }
        Ok(bindings)
    }

    /// Parameters that a contract shows, with real ids in them.
    pub fn filled(&self, action: &Action, bindings: &Bindings, params: &Value) -> Value {
        let needs = action.fixtures();
        let fill = Fill { contract: self.gate.contract(), bindings, needs: &needs };
        let mut filled = fill.fill(&action.params, params);
        // What makes things makes each under a name of its own.
        let made = self.gate.contract().dialect().made_by(action);
        if made
            .iter()
            .any(|made| !matches!(made.fixture, Fixture::OwnMessage | Fixture::EssenceMessage | Fixture::TodoMessage))
        {
            fixtures::unique_names(action, &mut filled, || self.fixtures.next_mark());
        }
        filled
    }
}

/// Puts values in the place of every string that is `$` and a name. The error is the name that stands for nothing.
pub(crate) fn resolve(bindings: &Bindings, value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => bindings.get(name).cloned().ok_or_else(|| name.to_owned()),
            None => Ok(value.clone()),
        },
        Value::Array(items) => items.iter().map(|item| resolve(bindings, item)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, item)| Ok((key.clone(), resolve(bindings, item)?))).collect(),
        _ => Ok(value.clone()),
    }
}
