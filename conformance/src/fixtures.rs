//! Real ids: who is there, what was sent. They come from the target itself, from what its user declared, and from what
//! botspec sent before; never from chance.

mod discover;
mod fill;
mod in_group;
mod memory;
mod names;
mod planner;
mod rank;
mod sources;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use botspec_reports::record::Text;
use botspec_schema::model::Fixture;
use serde_json::Value;

pub(crate) use discover::{Discovered, discover, discover_account, discover_version, look_for_actor};
pub(crate) use fill::{Fill, as_schema_wants, candidates, of_type};
pub(crate) use in_group::InGroup;
pub(crate) use names::unique_names;
pub(crate) use planner::DEPTH;
pub use planner::{Permissions, Plan, Planner, Step};
pub(crate) use sources::source;

pub(crate) use crate::bindings::{Bindings, name};
use crate::target::Target;
use memory::Memory;
pub(crate) use memory::Unmet;
use rank::ReportedRank;

/// The real ids of a target.
#[derive(Debug)]
pub struct Fixtures {
    target: Target,
    known: Mutex<Bindings>,
    /// What the world behind the target has now, where a control url reports.
    world: Mutex<Bindings>,
    rank: Option<ReportedRank>,
    in_group: InGroup,
    memory: Memory,
    /// What marks the words and the names of this run.
    mark: String,
}

impl Fixtures {
    /// What the user of a target declared, and what was learned from it.
    pub(crate) fn new(target: Target, known: &Discovered) -> Self {
        let mut all = known.bindings.clone();
        all.extend(target.fixtures.iter().map(|(fixture, value)| (name(fixture).to_owned(), value.clone())));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            target,
            known: Mutex::new(all),
            world: Mutex::default(),
            rank: known.rank.clone(),
            in_group: known.in_group.clone(),
            memory: Memory::default(),
            mark: format!("{:x}", now.as_millis() & 0xff_ffff),
        }
    }

    /// What keeps the accounts from doing something in the group.
    pub(crate) fn in_group(&self) -> &InGroup {
        &self.in_group
    }

    fn lock(&self) -> MutexGuard<'_, Bindings> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the ids of the world behind the target for those that are known. Where that was put back, what was made in it
    /// is no longer there.
    pub(crate) fn set_world(&self, world: Bindings, was_put_back: bool) {
        if was_put_back {
            let mut known = self.lock();
            for made in self.memory.take_made() {
                known.remove(name(made));
            }
        }
        *self.world.lock().unwrap_or_else(PoisonError::into_inner) = world;
    }

    /// Everything that is known now.
    pub fn bindings(&self) -> Bindings {
        let mut bindings = self.lock().clone();
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        bindings.extend(world.iter().map(|(name, value)| (name.clone(), value.clone())));
        bindings
    }

    /// Remembers something that was made for the checks.
    pub(crate) fn learn(&self, name: &str, value: Value) {
        self.lock().insert(name.to_owned(), value);
    }

    /// Forgets what was used up, until it is made anew.
    pub fn consume(&self, spent: &[Fixture]) {
        self.memory.look_again();
        let mut known = self.lock();
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        for fixture in spent {
            known.remove(name(*fixture));
            world.remove(name(*fixture));
            if !self.target.disposable {
                self.memory.set_refused(*fixture, used_up());
            }
        }
    }

    /// Remembers something that was found and that this run did not make.
    pub(crate) fn learn_found(&self, fixture: Fixture, value: Value) {
        self.learn(name(fixture), value);
        self.memory.set_foreign(fixture, true);
    }

    /// Remembers something that this run made.
    pub(crate) fn learn_made(&self, fixture: Fixture, value: Value) {
        self.learn(name(fixture), value);
        self.memory.set_foreign(fixture, false);
        self.memory.set_made(fixture);
    }

    /// Whether what is known of a fixture belongs to somebody else.
    pub(crate) fn is_foreign(&self, fixture: Fixture) -> bool {
        self.memory.is_foreign(fixture)
    }

    /// Forgets one fixture, and gives what was known of it.
    pub(crate) fn forget(&self, fixture: Fixture) -> Option<Value> {
        self.lock().remove(name(fixture))
    }

    /// Which fixtures are known now.
    pub(crate) fn known(&self) -> BTreeSet<Fixture> {
        let words = self.bindings().into_keys().map(|name| Value::String(name.replace('_', "-")));
        words.filter_map(|word| serde_json::from_value(word).ok()).collect()
    }

    /// Whether this is the first time that a list is read.
    pub(crate) fn first_look(&self, action: &str, params: &Value) -> bool {
        self.memory.first_look(action, params)
    }

    /// Whether a way to come to something is worth another try.
    pub(crate) fn may_try(&self, fixture: Fixture, action: &str) -> bool {
        self.memory.may_try(fixture, action)
    }

    /// A way to come to something gave nothing.
    pub(crate) fn failed(&self, fixture: Fixture, action: &str) {
        self.memory.failed(fixture, action);
    }

    /// Keeps what the user can do about something that is missing; a way to it that is broken goes before that.
    pub(crate) fn set_unmet(&self, fixture: Fixture, why: Unmet) {
        let why = match (self.memory.broken(fixture), self.memory.refused(fixture), why) {
            (Some(owner), _, _) => Unmet::Blocked { owner, what: lacking(&[fixture]) },
            (None, Some(limit), Unmet::Missing(_)) => {
                let Text { en, zh } = lacking(&[fixture]);
                Unmet::NotAllowed(Text::both(format!("{en}; {}", limit.en), format!("{zh}；{}", limit.zh())))
            }
            (None, _, why) => why,
        };
        self.memory.set_unmet(fixture, why);
    }

    /// Keeps that a way to come to something was not let through.
    pub(crate) fn set_refused(&self, fixture: Fixture, why: Text) {
        self.memory.set_refused(fixture, why);
    }

    /// Keeps that a way to come to something is broken, with the check that judges it.
    pub(crate) fn set_broken(&self, fixture: Fixture, owner: String) {
        self.memory.set_broken(fixture, owner);
    }

    /// Why something is missing, with what the user can do about it. Of several things, what is broken comes first, then what
    /// is not allowed.
    pub(crate) fn unmet(&self, missing: &[Fixture]) -> Unmet {
        let known: Vec<Unmet> = missing.iter().filter_map(|it| self.memory.unmet(*it)).collect();
        let blocked = known.iter().find(|it| matches!(it, Unmet::Blocked { .. }));
        let not_allowed = || known.iter().find(|it| matches!(it, Unmet::NotAllowed(_)));
        let only = || known.first().filter(|_| missing.len() == 1);
        blocked.or_else(not_allowed).or_else(only).cloned().unwrap_or_else(|| Unmet::Missing(reason(missing)))
    }

    /// What nothing else ends in that this run or an earlier one wrote, and what stands within nothing else of it.
    pub(crate) fn next_mark(&self) -> String {
        format!("{}-{}", self.memory.next_number(), self.mark)
    }

    /// What of a list is not there, ranks left out.
    pub fn missing(&self, bindings: &Bindings, needs: &[Fixture]) -> Vec<Fixture> {
        let is_there = |fixture: Fixture| fixture.is_rank() || bindings.contains_key(name(fixture));
        needs.iter().copied().filter(|fixture| !is_there(*fixture)).collect()
    }

    /// Why the account lacks a rank in the group that is needed, as far as its user stated and it reported itself.
    pub fn lacks_rank(&self, needs: &[Fixture]) -> Option<Text> {
        let known = self.lock();
        let reported = |fixture: Fixture| known.get(name(fixture)).and_then(Value::as_bool);
        let owner = reported(Fixture::Owner).unwrap_or(false);
        // An owner may do what an admin may, unless the user states that it must not.
        let has = |fixture: Fixture| if fixture == Fixture::Admin { reported(fixture).unwrap_or(owner) } else { owner };
        let lacks = |fixture: &Fixture| fixture.is_rank() && !has(*fixture);
        let lacking = needs.iter().copied().find(lacks)?;
        // An owner lacks nothing that was not declared away.
        let is_owner = self.rank.as_ref().and_then(ReportedRank::rank) == Some(Fixture::Owner);
        let declared = is_owner || self.target.fixtures.get(lacking).is_some();
        Some(rank::lacking(lacking, declared, self.rank.as_ref()))
    }
}

/// Why there is no second one of what a call used up.
fn used_up() -> Text {
    Text::both(
        "an earlier call used it up, and what a call uses up is used up once, unless the target file has `disposable = true`",
        "已被之前的调用消耗；同一测试对象只消耗一次，目标文件中设置 `disposable = true` 可放开",
    )
}

/// What fixtures are called in a reason.
fn lacking(missing: &[Fixture]) -> Text {
    let names: Vec<String> = missing.iter().map(|fixture| name(*fixture).replace('_', "-")).collect();
    let names = names.join(", ");
    Text::both(format!("nothing is known of: {names}"), format!("缺少测试对象：{names}"))
}

/// What a missing fixture is called in a reason, with what to do about it.
pub(crate) fn reason(missing: &[Fixture]) -> Text {
    let Text { en, zh } = lacking(missing);
    Text::both(
        format!("{en}; declare it in the target file under [fixtures]"),
        format!("{zh}；可在目标文件的 [fixtures] 中声明"),
    )
}
