//! What was taken away is not there afterwards: a message that was recalled cannot be read, and what was deleted stands in no
//! list. What it is tried with is made for it.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::model::{Action, Effect, Fixture, Thing};
use serde_json::Value;

use super::{bindings, call, minimal};
use crate::answer::{self, CallOutcome};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::contract::{Contract, ReadMessageRole, Way};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::unit::Body;
use crate::unit::only;

pub(super) const GONE: CheckTemplate = CheckTemplate {
    name: "gone",
    should: false,
    sentence: Some(("What the action removes is not there afterwards.", "动作移除的对象之后不再存在。")),
    sends: (
        "a read that shows what will be taken away, the call, then the read again",
        "先读取将被移除的对象，调用，再读取一次",
    ),
    expects: ("the second read does not show it", "第二次读取不再出现该对象"),
};

/// What shows whether something is there.
#[derive(Debug, Clone)]
enum Witness {
    /// A message is read again.
    Message(ReadMessageRole),
    /// A list names it.
    List(Box<Action>),
}

/// What an action takes away, and what shows it.
#[derive(Debug, Clone)]
struct Taken {
    /// The parameter that names it.
    param: String,
    /// Which kind of id that is.
    kind: String,
    fixture: Fixture,
    witness: Witness,
}

/// Only things are looked at: somebody who was removed is missed by every check that comes after.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    let taken = taken(contract, action)?;
    let (action, taken) = (Arc::new(action.clone()), Arc::new(taken));
    Some(Arc::new(move |cx| {
        let (action, taken) = (Arc::clone(&action), Arc::clone(&taken));
        Box::pin(async move { only(run(cx, &action, &taken).await) })
    }))
}

fn taken(contract: &Contract, action: &Action) -> Option<Taken> {
    if action.effect <= Effect::Send || action.spends.is_empty() {
        return None;
    }
    let required = action.params.get("required").and_then(Value::as_array)?;
    required.iter().filter_map(Value::as_str).find_map(|param| {
        let schema = contract.follow(action.params.pointer(&format!("/properties/{param}"))?);
        let kind = schema.get("x-id")?.as_str()?.to_owned();
        let is_own = |it: &Fixture| matches!(it, Fixture::OwnMessage | Fixture::OwnGroupMessage);
        let (fixture, witness) = if kind == MESSAGE {
            let fixture = action.spends.iter().copied().find(is_own)?;
            (fixture, Witness::Message(contract.roles().read_message.clone()?))
        } else {
            let fixture = Fixture::of(&kind, &Thing::default()).filter(|it| action.spends.contains(it))?;
            let listed = |recipe: &&crate::contract::Recipe| {
                recipe.way == Way::Listed && recipe.needs.iter().all(|need| *need == Fixture::Group)
            };
            let recipe = contract.recipes().of_fixture(fixture).find(listed)?;
            (fixture, Witness::List(Box::new(contract.actions().find(|it| it.name == recipe.action)?.clone())))
        };
        Some(Taken { param: param.to_owned(), kind, fixture, witness })
    })
}

const MESSAGE: &str = "message";
const GROUP: &str = "group";

async fn run(cx: &mut CheckContext, action: &Action, taken: &Taken) -> CheckResult {
    let known = bindings(cx, action).await?;
    if cx.run.fixtures.is_foreign(taken.fixture) {
        return untestable("none could be made to be taken away", "无法生成可供移除的对象");
    }
    let params = minimal(cx, action, &known);
    let Some(id) = params.get(&taken.param).cloned() else {
        return untestable("nothing is named that could be taken away", "没有指明要移除的对象");
    };
    if shown(cx, action, taken, &params, &id).await?.is_none() {
        return untestable("it was not shown before either", "移除之前也没有显示它");
    }
    let done = call(cx, action, &params).await?;
    cx.needed(&action.name, &done.exchange)?;
    match shown(cx, action, taken, &params, &id).await? {
        None => Ok(()),
        Some((reader, pointer)) => {
            Violation::new(Text::both(format!("{reader} still shows it"), format!("{reader} 仍能读到它")))
                .at(vec![Difference { pointer, expected: format!("nothing of {id}"), found: id.to_string() }])
                .into_failure()
        }
    }
}

/// Where something is shown now, and by which action.
async fn shown(
    cx: &mut CheckContext,
    action: &Action,
    taken: &Taken,
    params: &Value,
    id: &Value,
) -> CheckResult<Option<(String, String)>> {
    let contract = Arc::clone(cx.run.gate.contract());
    match &taken.witness {
        Witness::Message(role) => {
            let ids = contract.ids_in(&action.name, params);
            let peer = ids.iter().find(|it| it.kind != MESSAGE);
            let in_group = peer.is_some_and(|it| it.kind == GROUP);
            let peer = peer.and_then(|it| params.pointer(&it.pointer)).cloned().unwrap_or_default();
            let exchange = cx.call(&role.action, &role.params(id, &peer, in_group)).await?;
            let ended = exchange.json().map(|envelope| answer::call_outcome(&contract, envelope));
            Ok((ended == Some(CallOutcome::Ok)).then(|| (role.action.clone(), String::new())))
        }
        Witness::List(list) => {
            let listed = minimal(cx, list, &cx.run.fixtures.bindings());
            let data = cx.need(&list.name, &listed).await?;
            let text = crate::contract::id_text(id);
            let found = contract.ids_at(&list.result, &data, "").into_iter();
            let found = found.into_iter().find(|it| it.kind == taken.kind && it.value == text);
            Ok(found.map(|it| (list.name.clone(), format!("/{}{}", botspec_schema::DATA, it.pointer))))
        }
    }
}

#[cfg(test)]
mod tests {
    use botspec_schema::Catalog;

    use super::*;

    /// One line for each action that takes something away: the parameter that names it, and what shows it.
    #[test]
    fn what_is_taken_away_is_shown_by_a_read() {
        let of = |dialect: &str| -> Vec<String> {
            let contract = Contract::new(Catalog::builtin(), dialect).expect("the dialect");
            let line = |action: &Action| {
                let taken = taken(&contract, action)?;
                let reader = match &taken.witness {
                    Witness::Message(role) => &role.action,
                    Witness::List(list) => &list.name,
                };
                Some(format!("{} {}: {reader}", action.name, taken.param))
            };
            contract.actions().filter_map(line).collect()
        };
        assert_eq!(of("onebot11"), ["delete_msg message_id: get_msg"]);
        assert_eq!(
            of("milky"),
            [
                "delete_group_announcement announcement_id: get_group_announcements",
                "delete_group_file file_id: get_group_files",
                "delete_group_folder folder_id: get_group_files",
                "recall_group_message message_seq: get_message",
                "recall_private_message message_seq: get_message",
            ]
        );
        assert!(
            of("napcat").contains(&"delete_group_folder folder_id: get_group_root_files".to_owned()),
            "{:?}",
            of("napcat")
        );
    }
}
