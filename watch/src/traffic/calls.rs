//! The calls of the bot, against what the dialect has and takes, and what came of them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use botspec_conformance::Received;
use botspec_conformance::answer::{CallOutcome, call_outcome};
use botspec_conformance::gate::UNKNOWN_PREFIX;
use botspec_reports::record::{Difference, Text, Transport};
use botspec_schema::model::{Action, Effect, Presence};
use botspec_schema::{ALIASES, Kind, Violation, suggestion};
use serde_json::Value;

use super::pending::Call;
use super::{Breach, Connection, Traffic, call_evidence};
use crate::evidence::ActionCall;
use crate::rules::{self, Rule};

/// When the last calls were made that others see.
#[derive(Debug, Default)]
pub(super) struct Rate(VecDeque<Instant>);

impl Rate {
    /// How many there were in the second before this one, with it.
    fn add(&mut self, at: Instant, most: usize) -> usize {
        self.0.push_back(at);
        while self.0.len() > most + 1
            || self.0.front().is_some_and(|first| at.duration_since(*first) > Duration::from_secs(1))
        {
            self.0.pop_front();
        }
        self.0.len()
    }
}

impl Traffic {
    /// A call was made: counts it, and looks at how fast they come.
    pub(super) fn called(
        &mut self,
        number: Option<u64>,
        transport: Transport,
        called: &ActionCall,
        at: Instant,
        time: SystemTime,
    ) {
        self.names.action(&called.action);
        let contract = self.contract();
        let account = self.caller(number);
        self.judge.calling(account.as_ref(), &called.action, &called.params);
        let action = contract.resolve(&called.action).map(|call| &call.action.value);
        let name = action.map_or(called.action.as_str(), |action| &action.name);
        self.tally.call(name, transport).made += 1;
        let most = self.settings.max_calls;
        if most == 0 || action.is_none_or(|action| action.effect == Effect::Read) {
            return;
        }
        let rate = match number.and_then(|number| self.connections.get_mut(&number)) {
            Some(Connection { rate, .. }) => rate,
            None => &mut self.rate,
        };
        if rate.add(at, most) > most {
            let breach = Breach {
                rule: &rules::RATE,
                action: None,
                summary: Text::both("calls come too fast", "调用过于频繁"),
                difference: Difference {
                    pointer: String::new(),
                    expected: format!("at most {most} calls in a second that others see"),
                    found: format!("more than {most}"),
                },
            };
            let evidence = call_evidence(time, transport, called.clone(), None, 0);
            self.breach(transport, breach, &Arc::new(evidence));
        }
    }

    /// A call with its answer: the bot's part in it.
    pub(super) fn answered_call(
        &mut self,
        transport: Transport,
        called: &ActionCall,
        received: &Received,
        time: SystemTime,
        size: usize,
    ) {
        let contract = self.contract();
        let outcome = received.json().map(|answer| call_outcome(&contract, answer));
        let done = matches!(outcome, Some(CallOutcome::Ok | CallOutcome::Deferred));
        let breaches = self.breaches(called, done);
        if !breaches.is_empty() {
            let came = Some(received.clone());
            let evidence = Arc::new(call_evidence(time, transport, called.clone(), came, size));
            for (rule, summary, difference) in breaches {
                self.breach(transport, Breach { rule, action: Some(&called.action), summary, difference }, &evidence);
            }
        }
    }

    fn breaches(&mut self, called: &ActionCall, done: bool) -> Vec<(&'static Rule, Text, Difference)> {
        let contract = self.contract();
        let dialect = contract.dialect();
        let ActionCall { action: name, params } = called;
        let known = contract.resolve(name).map(|call| &call.action.value);
        let Some(action) = known.filter(|action| action.presence == Presence::Current) else {
            // What an implementation does is there, whatever the contracts know.
            // A run of botspec asks how a name is answered that nobody has.
            if done || name.starts_with(UNKNOWN_PREFIX) {
                return Vec::new();
            }
            let names =
                contract.actions().flat_map(|it| std::iter::once(&it.name).chain(&it.aliases)).map(String::as_str);
            let near = suggestion(name, names);
            let expected = format!("an action of {}{near}", contract.name());
            let difference = Difference { pointer: String::new(), expected, found: format!("`{name}`") };
            let summary = Text::both("the implementation has no such action", "实现没有这个动作");
            return vec![(&rules::UNKNOWN_ACTION, summary, difference)];
        };
        let mut found = Vec::new();
        if let Some(deprecated) = &action.deprecated {
            let instead = deprecated.instead.as_deref().map_or("another action".to_owned(), |it| format!("`{it}`"));
            let difference = Difference { pointer: String::new(), expected: instead, found: format!("`{name}`") };
            found.push((&rules::DEPRECATED, Text::both("the action is deprecated", "该动作已废弃"), difference));
        }
        if let Ok(checked) = dialect.check_as_taken(Kind::ActionParams, Some(name), params) {
            // What was done was taken, whatever the contract defines.
            let (rule, en, zh) = if done {
                (&rules::UNDOCUMENTED, "taken, though it is not what the contract defines", "虽被接受，但不符合契约")
            } else {
                (&rules::PARAMS, "the parameters are not what the implementation takes", "参数不是实现所接受的")
            };
            let as_found = |rule, en, zh, it: Violation| {
                let difference = Difference { pointer: it.pointer, expected: it.expected, found: it.found };
                (rule, Text::both(en, zh), difference)
            };
            found.extend(checked.violations.into_iter().map(|it| as_found(rule, en, zh, it)));
            let (en, zh) = ("taken, though it is not documented", "虽被接受，但没有文档依据");
            found.extend(checked.undocumented.into_iter().map(|it| as_found(&rules::UNDOCUMENTED, en, zh, it)));
        }
        for key in unread(action, params) {
            let difference = Difference {
                pointer: format!("/{}", key.replace('~', "~0").replace('/', "~1")),
                expected: format!("a parameter of {}", action.name),
                found: "one that is never read".to_owned(),
            };
            found.push((&rules::UNREAD, Text::both("a parameter is never read", "有参数不会被读取"), difference));
        }
        found
    }

    /// A call that was not answered in time.
    pub(super) fn unanswered(&mut self, transport: Transport, call: Call, time: SystemTime) {
        let contract = self.contract();
        let Some(action) = contract.resolve(&call.called.action).map(|it| &it.action.value) else { return };
        if action.unanswered || action.waits.is_some() || action.effect == Effect::Lifecycle {
            return;
        }
        let waited = call.at.elapsed().as_secs();
        let difference = Difference {
            pointer: String::new(),
            expected: format!("an answer to {}", action.name),
            found: format!("none within {} s", waited.max(60)),
        };
        let summary = Text::both("a call was not answered", "有调用没有得到响应");
        let evidence = Arc::new(call_evidence(time, transport, call.called, None, 0));
        self.breach(transport, Breach { rule: &rules::ANSWERED, action: None, summary, difference }, &evidence);
    }

    /// A connection is over.
    pub(super) fn closed(&mut self, connection: Connection, by_bot: bool, time: SystemTime) {
        let Connection { transport, pending, gap, .. } = connection;
        if gap || !by_bot {
            return;
        }
        for call in pending.rest() {
            self.not_awaited(transport, call.called, time.max(call.time));
        }
    }

    /// A call whose answer the bot did not wait for.
    pub(super) fn not_awaited(&mut self, transport: Transport, called: ActionCall, time: SystemTime) {
        let summary = Text::both("the connection was closed while a call waited", "连接在调用等待响应时被关闭");
        let difference = Difference {
            pointer: String::new(),
            expected: "the answer to be waited for".to_owned(),
            found: "the end of the connection".to_owned(),
        };
        let action = called.action.clone();
        let evidence = Arc::new(call_evidence(time, transport, called, None, 0));
        let breach = Breach { rule: &rules::ABANDONED, action: Some(&action), summary, difference };
        self.breach(transport, breach, &evidence);
    }
}

/// Parameters that the contract of an action does not know; none where it leaves open what there may be.
fn unread<'p>(action: &Action, params: &'p Value) -> Vec<&'p String> {
    let known = action.params.get("properties").and_then(Value::as_object);
    let open = ["additionalProperties", "patternProperties", "oneOf", "anyOf", "allOf", "$ref"];
    let Some(known) = known.filter(|_| open.iter().all(|key| action.params.get(*key).is_none_or(|it| it == false)))
    else {
        return Vec::new();
    };
    let aliased = |key: &String| {
        let aliases = known.values().filter_map(|schema| schema.get(ALIASES)?.as_array()).flatten();
        aliases.filter_map(Value::as_str).any(|alias| alias == key)
    };
    params
        .as_object()
        .into_iter()
        .flat_map(|params| params.keys())
        .filter(|key| !known.contains_key(*key) && !aliased(key))
        .collect()
}
