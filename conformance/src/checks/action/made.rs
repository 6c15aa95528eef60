//! What was made is there afterwards: the id that the call reported stands in the list of such things.

use std::sync::Arc;

use botspec_reports::record::{Difference, Text};
use botspec_schema::ID;
use botspec_schema::model::{Action, Effect, Fixture, Thing};
use serde_json::Value;

use super::{bindings, call, minimal};
use crate::check_context::CheckContext;
use crate::checks::CheckTemplate;
use crate::contract::{Contract, Way};
use crate::not_passed::{CheckResult, Violation, untestable};
use crate::unit::Body;
use crate::unit::only;

pub(super) const MADE: CheckTemplate = CheckTemplate {
    name: "made",
    should: false,
    sentence: Some(("What the action makes is listed afterwards.", "动作创建的对象之后能在列表中看到。")),
    sends: ("the call, then a read of the list", "调用该动作，然后读取列表"),
    expects: ("the id that the call reported", "列表中有该动作返回的 ID"),
};

/// What an action makes, and which action lists such things.
#[derive(Debug, Clone)]
struct Made {
    /// Where the result has the id.
    at: String,
    kind: String,
    list: Action,
}

/// Only things of a group: a list of them needs the group alone, which is the one that was asked about.
pub(super) fn body(contract: &Contract, action: &Action) -> Option<Body> {
    let made = made(contract, action)?;
    let (action, made) = (Arc::new(action.clone()), Arc::new(made));
    Some(Arc::new(move |cx| {
        let (action, made) = (Arc::clone(&action), Arc::clone(&made));
        Box::pin(async move { only(run(cx, &action, &made).await) })
    }))
}

fn made(contract: &Contract, action: &Action) -> Option<Made> {
    let in_group = action.fixtures().contains(&Fixture::Group);
    if !matches!(action.effect, Effect::Send | Effect::Write) || !action.spends.is_empty() || !in_group {
        return None;
    }
    let fields = contract.follow(&action.result).get("properties").and_then(Value::as_object)?;
    let own = action.params.get("properties").and_then(Value::as_object)?;
    fields.iter().find_map(|(name, schema)| {
        let kind = contract.follow(schema).get(ID)?.as_str()?.to_owned();
        let fixture = Fixture::of(&kind, &Thing::default()).filter(|_| !own.contains_key(name))?;
        let listed = |recipe: &&crate::contract::Recipe| {
            recipe.way == Way::Listed && recipe.needs.iter().all(|need| *need == Fixture::Group)
        };
        let recipe = contract.recipes().of_fixture(fixture).find(listed)?;
        let list = contract.actions().find(|it| it.name == recipe.action)?.clone();
        if !is_of_items(contract, &list, &kind) {
            return None;
        }
        Some(Made { at: format!("/{name}"), kind, list })
    })
}

/// Whether the items of a list have an id of a kind; one that stands within a message in the list is not theirs.
fn is_of_items(contract: &Contract, list: &Action, kind: &str) -> bool {
    let result = contract.follow(&list.result);
    let fields = result.get("properties").and_then(Value::as_object).into_iter().flatten();
    let lists = fields.map(|(_, schema)| contract.follow(schema)).chain([result]).filter_map(|it| it.get("items"));
    lists.map(|items| contract.follow(items)).any(|item| {
        let fields = item.get("properties").and_then(Value::as_object).into_iter().flatten();
        fields.into_iter().any(|(_, schema)| contract.follow(schema).get(ID).is_some_and(|it| it == kind))
    })
}

async fn run(cx: &mut CheckContext, action: &Action, made: &Made) -> CheckResult {
    let known = bindings(cx, action).await?;
    let mut params = minimal(cx, action, &known);
    // A name that is there already is no news.
    let run = Arc::clone(&cx.run);
    let name = crate::fixtures::unique_names(action, &mut params, || run.fixtures.next_mark());
    let done = call(cx, action, &params).await?;
    let data = cx.needed(&action.name, &done.exchange)?;
    let Some(id) = data.pointer(&made.at).filter(|id| !id.is_null()).cloned() else {
        return untestable("the answer does not hold the id", "响应没有给出 ID");
    };
    let listed = minimal(cx, &made.list, &known);
    let shown = cx.need(&made.list.name, &listed).await?;
    let text = crate::contract::id_text(&id);
    let ids = cx.contract().ids_at(&made.list.result, &shown, "");
    // A name that nothing else has is found where the list writes ids in another form.
    if name.is_some_and(|name| shown.to_string().contains(&Value::from(name).to_string())) {
        return Ok(());
    }
    let of_kind = ids.iter().filter(|it| it.kind == made.kind);
    if of_kind.clone().any(|it| it.value == text) {
        return Ok(());
    }
    let list = &made.list.name;
    Violation::new(Text::both(format!("{list} does not show it"), format!("{list} 中没有它")))
        .at(vec![Difference {
            pointer: format!("/{}", botspec_schema::DATA),
            expected: format!("{id}, which {} made", action.name),
            found: format!("{} others", of_kind.count()),
        }])
        .into_failure()
}
