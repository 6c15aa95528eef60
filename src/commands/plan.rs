//! `botspec list --plan`: how each need of the actions would be met, before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use botspec_conformance::{Contract, Permissions, Plan, Planner};
use botspec_schema::model::{Effect, Fixture};
use botspec_schema::{Catalog, Dialect};
use serde_json::{Value, json};

use crate::cli::{ListArgs, ListFormat};
use crate::failure::{Failure, OK};
use crate::print;

/// Prints a line for each thing that the actions of a dialect need.
pub(super) fn plan(dialects: &[&'static Dialect], args: &ListArgs) -> Result<u8, Failure> {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for dialect in dialects {
        let Some(contract) = Contract::new(Catalog::builtin(), dialect.name()) else { continue };
        let may = permissions(args);
        let mut planner = Planner::new(&contract, &may);
        let mut needed: BTreeMap<Fixture, Vec<&str>> = BTreeMap::new();
        for action in contract.actions() {
            for fixture in action.fixtures().into_iter().filter(|it| !it.is_rank()) {
                needed.entry(fixture).or_default().push(&action.name);
            }
        }
        for (fixture, actions) in needed {
            let (how, steps) = shown(&planner.plan(fixture));
            let (name, count) = (dialect.name().to_owned(), actions.len().to_string());
            rows.push(vec![name.clone(), fixture.word(), count, how.clone()]);
            all.push(json!({
                "dialect": name, "fixture": fixture, "needed_by": actions, "how": how, "steps": steps,
            }));
        }
    }
    match args.format {
        ListFormat::Json => print::json(&Value::Array(all))?,
        ListFormat::Text => print::table(&rows)?,
    }
    Ok(OK)
}

/// What the flags allow; friend, group and member are found by looking who is there.
fn permissions(args: &ListArgs) -> Permissions {
    let word = |word: &String| serde_json::from_value::<Effect>(Value::String(word.clone())).ok();
    let allow: BTreeSet<Effect> = args.allow.iter().filter_map(word).chain([Effect::Read]).collect();
    Permissions { allow, actor: args.second_account, known: [Fixture::Friend, Fixture::Group, Fixture::Member].into() }
}

/// A plan in words, and its calls.
fn shown(plan: &Plan) -> (String, Vec<Value>) {
    match plan {
        Plan::Known => ("known".to_owned(), Vec::new()),
        Plan::Actor => ("the second account sends one".to_owned(), Vec::new()),
        Plan::Missing(why) => (format!("missing: {}", why.en), Vec::new()),
        Plan::Calls(steps) => {
            let names: Vec<&str> = steps.iter().map(|step| step.action.as_str()).collect();
            let calls = steps.iter().map(|it| json!({ "action": it.action, "effect": it.effect, "gives": it.gives }));
            (names.join(", then "), calls.collect())
        }
    }
}
