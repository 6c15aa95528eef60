//! Answers: the envelope of each, and what stands in it where the call was one that its contract describes.

use std::collections::BTreeSet;
use std::time::Instant;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Action, Effect};
use botspec_schema::{CallMode, DATA, Kind};
use serde_json::Value;

use super::memory::{Compared, Memory};
use super::{Oracle, described, relations, sent};
use crate::answer::{self, CallOutcome};
use crate::contract::id_text;
use crate::exchange::Exchange;
use crate::nobody::NOBODY;
use crate::owners;

impl Oracle {
    /// Judges the answer to a call.
    pub(crate) fn answer(&self, account: Option<&Value>, called: &str, params: &Value, exchange: &Exchange) {
        let Some(call) = self.contract.resolve(called) else { return };
        // Another status is the answer of something that stands before the implementation, or states that a call is not known.
        if exchange.status.is_some_and(|status| status != 200) {
            return;
        }
        let action = &call.action.value;
        for envelope in exchange.received.documents() {
            self.texts(&call.action.name, envelope, exchange);
        }
        // How a call that is put off is answered is a rule of its own.
        if call.mode != CallMode::Direct {
            return;
        }
        let ids = self.contract.ids_in(called, params);
        let about_nobody = ids.iter().any(|id| id.value == NOBODY.to_string());
        // What is reported of nobody is judged by the check that asked.
        let as_documented = !about_nobody
            && matches!(self.contract.dialect().check(Kind::ActionParams, Some(&action.name), params), Ok(wrong) if wrong.is_empty());
        for envelope in exchange.received.documents().iter().filter(|envelope| envelope.is_object()) {
            let (around, mut data) = answer::split(&self.contract, called, envelope);
            let what = Text::both("the envelope is not as it must be", "响应外壳不符合要求");
            let evidence = || exchange.clone();
            self.keep(&owners::envelope(&self.contract, &action.name), &what, around, exchange.transport, evidence);
            if !as_documented || answer::call_outcome(&self.contract, envelope) != CallOutcome::Ok {
                continue;
            }
            let what = Text::both("`data` does not match the contract", "`data` 与契约不符");
            let owner = owners::result(&self.contract, &action.name);
            if data.is_empty() {
                data = relations::differences(&self.contract, action, params, envelope);
                let compared = self.against_memory(account, action, params, envelope, exchange.sent_at);
                data.extend(compared.certain);
                let (transport, at) = (exchange.transport, exchange.received_at);
                self.hold(&owner, &what, compared.unless_changed, transport, at, &evidence);
            }
            self.keep(&owner, &what, data, exchange.transport, evidence);
        }
    }

    /// A call is about to be made: what it sends may come before its answer.
    pub(crate) fn calling(&self, account: &Value, called: &str, params: &Value) {
        let Some(call) = self.contract.resolve(called) else { return };
        let Some(sent) = sent::sending(&self.contract, call.action, params, &id_text(account)) else { return };
        let Some(mut state) = self.memory() else { return };
        if self.traffic.is_none() && call.mode == CallMode::Direct && sent.is_plain() {
            state.deliveries.begin(sent.route(), &sent.content.text);
        }
        state.memory.sent(sent);
    }

    /// What of a successful answer differs from what was reported before.
    fn against_memory(
        &self,
        account: Option<&Value>,
        action: &Action,
        params: &Value,
        envelope: &Value,
        asked_at: Instant,
    ) -> Compared {
        let (Some(data), Some(account)) = (envelope.get(DATA), account) else { return Compared::default() };
        let Some(mut state) = self.memory() else { return Compared::default() };
        let account = id_text(account);
        let roles = self.contract.roles();
        let mut found = Compared::default();
        if let Some(sent) = sent::sending(&self.contract, action, params, &account) {
            if sent.is_plain() {
                state.deliveries.done(&sent.route(), &sent.content.text);
            }
            if let Some(id) = sent::id_of_sent(&self.contract, action, data) {
                state.memory.accepted(&sent, id);
            }
        }
        if action.effect == Effect::Read {
            // A merged forward has other ids each time.
            let is_forward = roles.open_forward.as_ref().is_some_and(|role| role.action == action.name);
            let mut reported = described::all(&self.contract, &action.result, data, false);
            reported.retain(|it| !(is_forward && it.is_message));
            // What changed since it was asked for may be in the answer, or not.
            let is_current = state.memory.others_changed_at().is_none_or(|changed_at| changed_at < asked_at);
            found = state.memory.compare(&self.contract, &account, &action.name, &reported, (false, is_current));
            if is_current {
                found.unless_changed.extend(self.missing_in_list(&mut state.memory, &account, action, params, data));
            }
        }
        for difference in found.certain.iter_mut().chain(&mut found.unless_changed) {
            difference.pointer.insert_str(0, &format!("/{DATA}"));
        }
        found
    }

    /// Who or what is known to stand in a list, and does not.
    fn missing_in_list(
        &self,
        memory: &mut Memory,
        account: &str,
        action: &Action,
        params: &Value,
        data: &Value,
    ) -> Vec<Difference> {
        let roles = self.contract.roles();
        let text = |name: &Option<String>| name.as_ref().and_then(|name| params.get(name)).map(id_text);
        if let Some(role) = roles.member.as_ref().filter(|role| role.action == action.name) {
            let (group, user) = (text(&Some(role.group.clone())), text(&Some(role.user.clone())));
            if let (Some(group), Some(user)) = (group, user) {
                note(memory, account, MEMBERS, &group, &user);
            }
        }
        let lists = [(FRIENDS, &roles.friends), (GROUPS, &roles.groups), (MEMBERS, &roles.members)];
        let named = lists
            .into_iter()
            .find_map(|(list, role)| Some((list, role.as_ref().filter(|it| it.action == action.name)?)));
        let Some((list, role)) = named else { return Vec::new() };
        let Some(items) = data.pointer(&role.list).and_then(Value::as_array) else { return Vec::new() };
        let ids: BTreeSet<String> = items.iter().filter_map(|item| item.pointer(&role.id)).map(id_text).collect();
        let of = text(&role.param).unwrap_or_default();
        match list {
            // Who has a group is in it, and who has a friend is the friend of that one.
            GROUPS => ids.iter().for_each(|group| note(memory, account, MEMBERS, group, account)),
            FRIENDS => ids.iter().for_each(|friend| note(memory, friend, FRIENDS, "", account)),
            _ if ids.contains(account) => note(memory, account, GROUPS, "", &of),
            _ => {}
        }
        let length = ids.len() as u64;
        let missing = memory.list(account, list, &of, ids);
        let missing = missing.into_iter().map(|id| Difference {
            pointer: role.list.clone(),
            expected: format!("{id}, as in other answers"),
            found: "a list without it".to_owned(),
        });
        let miscounted = memory.count(account, list, &of).filter(|(count, _)| *count != length);
        let miscounted = miscounted.map(|(count, by)| Difference {
            pointer: role.list.clone(),
            expected: format!("{count} items, as {by} counts them"),
            found: format!("{length} items"),
        });
        missing.chain(miscounted).collect()
    }
}

/// Who stands in a list is looked for when it is listed next.
fn note(memory: &mut Memory, account: &str, list: &str, of: &str, id: &str) {
    memory.stands_in(account, list, of, id);
}

/// The lists of the dialect: their names here, as `x-counts` names them.
const FRIENDS: &str = "friends";
pub(super) const GROUPS: &str = "groups";
const MEMBERS: &str = "members";
