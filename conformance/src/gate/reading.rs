//! Whom a read may be about. On an account that is not there for tests alone, that is what its user declared, the account
//! itself, and who the target itself reported; the last only where a contract rests on a source that a call changes nothing.

use botspec_reports::record::Text;
use botspec_schema::model::{Action, CallCost, Effect, Fixture};
use serde_json::Value;

use super::{Gate, Refusal};
use crate::bindings::Bindings;
use crate::contract::Id;
use crate::nobody::NOBODY;

/// The kinds of fixture that a list of the account gives, with the flags that declare them.
const FOUND: [(Fixture, &str); 3] =
    [(Fixture::Friend, "--friend"), (Fixture::Group, "--group"), (Fixture::Member, "--member")];

/// How many ids are remembered. A target with more is one of very long lists; what it names later is not vouched for.
const REPORTED: usize = 50_000;

/// Whether a call leaves nothing behind anywhere, as far as is known: a source states that it changes nothing, and it neither
/// logs in somewhere nor makes something public.
fn is_harmless(action: &Action) -> bool {
    let costs = action.call_limit.as_ref().map(|limit| limit.reason);
    let leaves_a_trace =
        matches!(costs, Some(CallCost::Credential | CallCost::WebLogin | CallCost::Upload | CallCost::PublicLink));
    !action.effect_basis.is_empty() && !leaves_a_trace
}

impl Gate {
    /// Whether a read may be about those that it names.
    pub(super) fn reads_known(&self, called: &str, params: &Value) -> Result<(), Refusal> {
        let Some(resolved) = self.contract.resolve(called).filter(|_| !self.target.disposable) else { return Ok(()) };
        for id in self.contract.ids_in(called, params).into_iter().filter(is_somebody) {
            if !self.may_be_read_about(&id, resolved.action) {
                return Err(Refusal::Undeclared { pointer: id.pointer, value: id.value });
            }
        }
        Ok(())
    }

    fn may_be_read_about(&self, id: &Id, action: &Action) -> bool {
        if id.value == NOBODY.to_string() || self.scope.holds(id) {
            return true;
        }
        // Who declares a group wants no other one to be read.
        let may_be_found = id.kind != GROUP || !self.scope.has(GROUP);
        may_be_found && self.reported.holds(id) && (is_harmless(action) || self.is_myself(id))
    }

    fn is_myself(&self, id: &Id) -> bool {
        self.observed.account().is_some_and(|own| super::names::id_text(own).as_ref() == Some(&id.value))
    }

    /// Keeps what an answer named: it may be read about.
    pub(super) fn report(&self, ids: impl IntoIterator<Item = Id>) {
        if self.reported.len() < REPORTED {
            self.reported.admit(ids);
        }
    }

    /// Keeps who the second account is: its user gave it, so that it may be read about.
    pub(crate) fn report_actor(&self, account: &Value) {
        let value = super::names::id_text(account);
        self.report(value.map(|value| Id { pointer: String::new(), kind: USER.to_owned(), value }));
    }

    /// Keeps whom an event named. What else it names may be gone by now.
    pub(super) fn report_people(&self, ids: impl IntoIterator<Item = Id>) {
        self.report(ids.into_iter().filter(is_somebody));
    }

    /// What reads are about on an account of which something was not declared, and what declaring it gives.
    pub(crate) fn undeclared_note(&self, found: &Bindings) -> Option<Text> {
        if self.target.disposable {
            return None;
        }
        let lacking: Vec<_> =
            FOUND.into_iter().filter(|(fixture, _)| self.target.fixtures.get(*fixture).is_none()).collect();
        let used: Vec<String> = lacking
            .iter()
            .filter_map(|(fixture, _)| {
                let name = crate::bindings::name(*fixture);
                Some(format!("{name} {}", super::names::id_text(found.get(name)?)?))
            })
            .collect();
        if used.is_empty() {
            return None;
        }
        let flags: Vec<String> = lacking.iter().map(|(_, flag)| format!("{flag} ID")).collect();
        let (used, flags) = (used.join(", "), flags.join(" "));
        let more = self.target.allow.iter().any(|effect| *effect != Effect::Read);
        let (en, zh) = if more {
            ("nothing is sent there or changed there", "不会向其发送或更改任何内容")
        } else {
            (
                "calls that log in somewhere or make something public are not made about them",
                "不会对其进行登录网页或公开内容的调用",
            )
        };
        Some(Text::both(
            format!(
                "not declared, so that harmless reads use the first of the lists: {used}; {en}. To choose and to test more: {flags}"
            ),
            format!("未声明测试对象，无副作用的读取使用列表中的第一个：{used}；{zh}。如需指定并测试更多：{flags}"),
        ))
    }
}

const GROUP: &str = "group";
const USER: &str = "user";

/// Whether an id names an account or a group that may be there.
fn is_somebody(id: &Id) -> bool {
    [GROUP, USER, "peer"].contains(&id.kind.as_str()) && id.value.parse::<u64>().is_ok_and(|number| number > 0)
}
